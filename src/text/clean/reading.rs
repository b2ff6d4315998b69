//! A text as it is read, for people.

use crate::span::Span;

use super::super::edit::{Edit, Put, Why};

/// A stretch of a text as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words, as markup and references leave them.
    Read(String),
    /// The same under one of the marks.
    Marked(String),
    /// Something that is not read, and why.
    Masked(Why),
}

/// A text under its edits, in stretches; the spans in `marks`, which are in order, stand out.
///
/// ```
/// use triage::Span;
/// use triage::text::{Cleaner, Part, Why, parts};
///
/// let text = "It&#39;s <b>green</b>, see https://example.com";
/// let mut edits = Vec::new();
/// Cleaner::new().clean(text, &mut edits);
/// let green = Span::new(12, 17);
/// assert_eq!(
///     parts(text, &edits, &[green]),
///     [
///         Part::Read("It's ".to_owned()),
///         Part::Marked("green".to_owned()),
///         Part::Read(", see ".to_owned()),
///         Part::Masked(Why::Url),
///     ]
/// );
/// ```
pub fn parts(text: &str, edits: &[Edit], marks: &[Span]) -> Vec<Part> {
    let mut parts = Parts { text, marks, done: Vec::new(), blank: 2 };
    let mut at = 0;
    for edit in edits {
        parts.copy(at, edit.span.start);
        let place = edit.span.start;
        match edit.put {
            _ if edit.why.is_noise() => parts.mask(edit.why),
            Put::Nothing => {}
            Put::Gap => {
                let after = text.get(edit.span.end..).unwrap_or_default();
                let joined =
                    after.starts_with(|c: char| c.is_whitespace() || c.is_ascii_punctuation());
                if !joined && !parts.ends_with_space() {
                    parts.push(place, ' ');
                }
            }
            Put::Line | Put::Break => parts.push(place, '\n'),
            Put::Char(c) => parts.push(place, c),
        }
        at = edit.span.end;
    }
    parts.copy(at, text.len());
    parts.finish()
}

/// A text as it is read under its edits, for people: what is masked is named in brackets.
///
/// ```
/// use triage::text::{Cleaner, as_read};
///
/// let text = "It&#39;s <b>green</b>. See https://example.com\n\n> old";
/// let mut edits = Vec::new();
/// Cleaner::new().clean(text, &mut edits);
/// assert_eq!(as_read(text, &edits), "It's green. See [link]\n\n[quoted history]");
/// ```
pub fn as_read(text: &str, edits: &[Edit]) -> String {
    parts(text, edits, &[])
        .into_iter()
        .map(|part| match part {
            Part::Read(text) | Part::Marked(text) => text,
            Part::Masked(why) => format!("[{why}]"),
        })
        .collect()
}

/// Stretches that are put together.
struct Parts<'t> {
    text: &'t str,
    marks: &'t [Span],
    done: Vec<Part>,
    /// Line ends since the last word: markup leaves many, and two are as good.
    blank: usize,
}

impl Parts<'_> {
    fn copy(&mut self, from: usize, to: usize) {
        for (at, c) in self.text.get(from..to).unwrap_or_default().char_indices() {
            self.push(from + at, c);
        }
    }

    /// Adds a character that stands at a place of the text.
    fn push(&mut self, place: usize, c: char) {
        match c {
            '\n' => {
                self.trim(&[' ', '\t', '\r']);
                if self.blank >= 2 {
                    return;
                }
                self.blank += 1;
            }
            _ if self.blank >= 2 && self.done.is_empty() && c.is_whitespace() => return,
            _ if c.is_whitespace() => {}
            _ => self.blank = 0,
        }
        while self.marks.first().is_some_and(|mark| mark.end <= place) {
            self.marks = &self.marks[1..];
        }
        let marked = self.marks.first().is_some_and(|mark| mark.start <= place);
        match (self.done.last_mut(), marked) {
            (Some(Part::Marked(text)), true) | (Some(Part::Read(text)), false) => text.push(c),
            (_, true) => self.done.push(Part::Marked(c.into())),
            (_, false) => self.done.push(Part::Read(c.into())),
        }
    }

    /// One mask beside another of its kind is one.
    fn mask(&mut self, why: Why) {
        let before = self.done.iter().rev().find(|part| match part {
            Part::Read(text) => !text.trim().is_empty(),
            _ => true,
        });
        if before != Some(&Part::Masked(why)) {
            self.done.push(Part::Masked(why));
            self.blank = 0;
        }
    }

    fn ends_with_space(&self) -> bool {
        match self.done.last() {
            Some(Part::Read(text) | Part::Marked(text)) => text.ends_with(char::is_whitespace),
            Some(Part::Masked(_)) => false,
            None => true,
        }
    }

    /// Takes such characters off the end.
    fn trim(&mut self, chars: &[char]) {
        while let Some(Part::Read(text) | Part::Marked(text)) = self.done.last_mut() {
            text.truncate(text.trim_end_matches(chars).len());
            if !text.is_empty() {
                return;
            }
            self.done.pop();
        }
    }

    fn finish(mut self) -> Vec<Part> {
        self.trim(&[' ', '\t', '\r', '\n']);
        self.done
    }
}

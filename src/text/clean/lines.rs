//! A text as the lines that a person sees.

use std::borrow::Cow;

use super::super::edit::{Edit, Put};
use super::applied;

/// A line: where it stands, and what a person reads there, without space at the ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'t> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: Cow<'t, str>,
}

/// For comparing with the words of mail programs: accents count, and no place is asked for, so this is no fold.
pub(super) fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Splits a text, whose markup and references are in `edits`; `None` if it is all one line of the customer's.
pub(super) fn split<'t>(text: &'t str, edits: &[Edit]) -> Option<Vec<Line<'t>>> {
    let bytes = text.as_bytes();
    let breaks = |edit: &&Edit| matches!(edit.put, Put::Line | Put::Break);
    if memchr::memchr2(b'\n', b'\r', bytes).is_none()
        && !edits.iter().any(|edit| breaks(&edit))
        && !trimmed(text).starts_with('>')
    {
        return None;
    }
    let mut ends: Vec<(usize, usize)> =
        memchr::memchr2_iter(b'\n', b'\r', bytes).map(|at| (at, at + 1)).collect();
    if edits.iter().any(|edit| !edit.why.is_noise()) {
        // A line end inside a tag is none.
        let mut inside = edits.iter().peekable();
        ends.retain(|(at, _)| {
            while inside.next_if(|edit| edit.span.end <= *at).is_some() {}
            inside.peek().is_none_or(|edit| *at < edit.span.start)
        });
        ends.extend(edits.iter().filter(breaks).map(|edit| (edit.span.start, edit.span.end)));
        ends.sort_unstable();
    }
    let mut lines = Vec::with_capacity(ends.len() + 1);
    let mut start = 0;
    let mut edits = edits.iter().filter(|edit| !edit.why.is_noise()).copied().peekable();
    for (end, next) in ends.into_iter().chain([(text.len(), text.len())]) {
        let mut own = Vec::new();
        while let Some(edit) = edits.next_if(|edit| edit.span.end <= end) {
            if edit.span.start >= start {
                own.push(edit);
            }
        }
        let raw = text.get(start..end).unwrap_or_default();
        let seen = if own.is_empty() {
            Cow::Borrowed(trimmed(raw))
        } else {
            Cow::Owned(trimmed(&applied(raw, start, &own)).to_owned())
        };
        lines.push(Line { start, end, text: seen });
        start = next;
    }
    Some(lines)
}

/// Without white space and what nobody sees at the ends.
fn trimmed(line: &str) -> &str {
    line.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    })
}

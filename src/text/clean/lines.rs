//! A text as the lines that a person sees.

use std::borrow::Cow;
use std::ops::Range;

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
pub(super) fn lowered(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// The same, to search in.
pub(super) fn lower(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { lowered(text).collect() }
}

/// Splits a text, whose markup and references are in `edits`; `None` if it is all one line of the customer's.
pub(super) fn split<'t>(text: &'t str, edits: &[Edit]) -> Option<Vec<Line<'t>>> {
    let breaks = |edit: &Edit| matches!(edit.put, Put::Line | Put::Break);
    let mut ends = memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).peekable();
    if ends.peek().is_none() && !edits.iter().any(breaks) && !trimmed(text).starts_with('>') {
        return None;
    }
    // Room for most mails at once.
    let mut lines = Vec::with_capacity(16);
    // Where the line starts, and the first edit that may be in it.
    let (mut start, mut first) = (0, 0);
    for (at, edit) in edits.iter().enumerate() {
        while let Some(end) = ends.next_if(|end| *end < edit.span.start) {
            lines.push(line(text, start..end, &edits[first..at]));
            (start, first) = (end + 1, at);
        }
        // A line end inside a tag is none.
        while ends.next_if(|end| *end < edit.span.end).is_some() {}
        if breaks(edit) {
            lines.push(line(text, start..edit.span.start, &edits[first..at]));
            (start, first) = (edit.span.end, at + 1);
        }
    }
    for end in ends.chain([text.len()]) {
        lines.push(line(text, start..end, &edits[first..]));
        (start, first) = (end + 1, edits.len());
    }
    Some(lines)
}

/// A line of a text, of whose edits some stand in it.
fn line<'t>(text: &'t str, bytes: Range<usize>, edits: &[Edit]) -> Line<'t> {
    let Range { start, end } = bytes;
    let raw = text.get(start..end).unwrap_or_default();
    let seen = if edits.iter().all(|edit| edit.why.is_noise()) {
        Cow::Borrowed(trimmed(raw))
    } else {
        let own = edits.iter().filter(|edit| !edit.why.is_noise());
        Cow::Owned(trimmed(&applied(raw, start, own)).to_owned())
    };
    Line { start, end, text: seen }
}

/// Without white space and what nobody sees at the ends.
fn trimmed(line: &str) -> &str {
    // Most lines are blank, or begin and end with letters and signs.
    let mut bytes = line.bytes();
    let ends = [bytes.next(), bytes.next_back()];
    if ends.iter().flatten().all(u8::is_ascii_graphic) {
        return line;
    }
    line.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    })
}

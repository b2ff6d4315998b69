//! What of a text the customer did not write now: found, named and masked.
//!
//! Four readers, each linear: `markup` for HTML and character references,
//! `mojibake` for letters that were decoded wrongly, `noise` for links,
//! addresses and encoded data, `mail` for what stands on lines of its own
//! (history, signatures, disclaimers, logs). Masks never leave nothing: a mail
//! that is all history is read as it is.

mod auto_reply;
mod entities;
mod lines;
mod mail;
mod markup;
mod mojibake;
mod noise;
mod reading;
mod starts;

use std::borrow::Cow;

pub use auto_reply::{AutoReply, auto_reply};
pub use reading::{Part, as_read, parts};

use super::chars::is_word;
use super::edit::{Edit, Put, Why};
use super::line::one_line;

/// Finds what is not to be read of a text.
///
/// ```
/// use triage::text::{Cleaner, Folded, Why};
///
/// let text = "Still <b>green</b> bubbles.\n\nOn 3 Nov 2026 at 10:00, Help <help@example.com> wrote:\n> Is iMessage on?";
/// let mut edits = Vec::new();
/// Cleaner::new().clean(text, &mut edits);
/// let mut folded = Folded::default();
/// folded.refold_edited(text, &edits);
/// assert_eq!(folded.text(), "still green bubbles");
/// assert!(edits.iter().any(|edit| edit.why == Why::QuotedHistory));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaner {
    keep_quotes: bool,
}

/// What was left to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The customer's words.
    Words,
    /// Everything, though it looks like history or noise: nothing else was there.
    All,
}

impl Cleaner {
    /// One that masks everything that the customer did not write now.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether quoted history and forwarded messages are read too.
    #[must_use]
    pub fn keep_quotes(self, keep_quotes: bool) -> Self {
        Self { keep_quotes }
    }

    /// Puts into `edits` what is not to be read of a text as it stands, in order.
    pub fn clean(self, text: &str, edits: &mut Vec<Edit>) -> Kept {
        edits.clear();
        let mut masks = Vec::new();
        markup::find(text, edits, &mut masks);
        mojibake::find(text, edits);
        noise::find(text, edits);
        tidy(edits);
        if let Some(lines) = lines::split(text, edits) {
            mail::find(&lines, &mut masks);
        }
        if self.keep_quotes {
            masks.retain(|mask| !matches!(mask.why, Why::QuotedHistory | Why::ForwardedHeader));
        }
        if masks.is_empty() && !edits.iter().any(|edit| edit.why.is_noise()) {
            return Kept::Words;
        }
        if !masks.is_empty() {
            tidy(&mut masks);
            let all = merged(edits, &masks);
            if has_words(text, &all) {
                *edits = all;
                return Kept::Words;
            }
        }
        if has_words(text, edits) {
            return if masks.is_empty() { Kept::Words } else { Kept::All };
        }
        edits.retain(|edit| !edit.why.is_noise());
        Kept::All
    }
}

/// An excerpt for people: no tags, character references and broken letters as they were meant.
///
/// ```
/// assert_eq!(triage::text::shown("caf&eacute;<br>b<b>a</b>r"), "café\nbar");
/// ```
pub fn shown(text: &str) -> Cow<'_, str> {
    let mut edits = Vec::new();
    markup::find(text, &mut edits, &mut Vec::new());
    mojibake::find(text, &mut edits);
    if edits.is_empty() {
        return Cow::Borrowed(text);
    }
    tidy(&mut edits);
    Cow::Owned(applied(text, 0, &edits))
}

/// The same on one line.
pub(crate) fn shown_line(text: &str) -> Cow<'_, str> {
    match shown(text) {
        Cow::Borrowed(text) => one_line(text),
        Cow::Owned(text) => Cow::Owned(one_line(&text).into_owned()),
    }
}

/// A text, which starts at a byte of a longer one, as its edits have it.
fn applied<'e>(text: &str, base: usize, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.span.start.saturating_sub(base), edit.span.end - base);
        out.push_str(text.get(at..start).unwrap_or_default());
        match edit.put {
            Put::Nothing => {}
            Put::Gap => out.push(' '),
            Put::Line | Put::Break => out.push('\n'),
            Put::Char(c) => out.push(c),
        }
        at = end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Puts edits in order; of two that overlap the first, and of two that start together the longer one, stays.
fn tidy(edits: &mut Vec<Edit>) {
    if edits.is_sorted_by(|one, next| one.span.end <= next.span.start) {
        return;
    }
    edits.sort_by(|a, b| a.span.start.cmp(&b.span.start).then(b.span.end.cmp(&a.span.end)));
    let mut end = 0;
    edits.retain(|edit| {
        let fits = edit.span.start >= end;
        if fits {
            end = edit.span.end;
        }
        fits
    });
}

/// Edits and masks in one order; what a mask covers is gone.
fn merged(edits: &[Edit], masks: &[Edit]) -> Vec<Edit> {
    let mut all = Vec::with_capacity(edits.len() + masks.len());
    let mut masks = masks.iter().peekable();
    for edit in edits {
        while let Some(mask) = masks.next_if(|mask| mask.span.end <= edit.span.start) {
            all.push(*mask);
        }
        if !masks.peek().is_some_and(|mask| mask.span.overlaps(edit.span)) {
            all.push(*edit);
        }
    }
    all.extend(masks);
    all
}

/// Whether a letter or digit is left to read.
fn has_words(text: &str, edits: &[Edit]) -> bool {
    // Those of ASCII stand for themselves, and most texts have one.
    let any = |text: &str| {
        text.bytes().any(|byte| byte.is_ascii_alphanumeric()) || text.chars().any(is_word)
    };
    let mut at = 0;
    for edit in edits {
        let put = matches!(edit.put, Put::Char(c) if is_word(c));
        if put || any(text.get(at..edit.span.start).unwrap_or_default()) {
            return true;
        }
        at = edit.span.end;
    }
    any(text.get(at..).unwrap_or_default())
}

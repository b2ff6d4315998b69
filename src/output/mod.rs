//! Writes answers.
//!
//! A [`Sink`] turns batches of answers into bytes, on any thread; the runner
//! puts the bytes in order. Not here: the table, which is the terminal's
//! business, and where the bytes go.

mod delimited;
mod file;
mod jsonl;

use std::borrow::Cow;

pub use delimited::{Delimited, Dialect};
pub use file::OutputFile;
pub use jsonl::Jsonl;

use crate::answer::{Answer, Hit};
use crate::error::Result;
use crate::input::Row;
use crate::text::one_line;
use crate::ticket::Ticket;

/// The columns of every output, in order.
pub const COLUMNS: [&str; 12] = [
    "ticket_id",
    "subject",
    "status",
    "issue",
    "issue_title",
    "priority",
    "confidence",
    "matched_phrases",
    "suggested_fix",
    "reply",
    "other_issues",
    "note",
];

/// Stands between the customer's phrases in one cell; no phrase crosses it.
const BETWEEN_PHRASES: &str = " | ";

/// A ticket, its answer, and the row that it came from.
#[derive(Debug)]
pub struct Answered<'a, 't> {
    /// The record as it was read.
    pub row: &'a Row,
    /// The ticket in it.
    pub ticket: Ticket<'a>,
    /// The answer.
    pub answer: Answer<'t>,
}

/// Turns answers into bytes.
pub trait Sink: Sync {
    /// What stands before the first answer.
    ///
    /// # Errors
    ///
    /// The format cannot say it.
    fn head(&self, out: &mut Vec<u8>) -> Result<()>;

    /// Some answers, in order.
    ///
    /// # Errors
    ///
    /// The format cannot say it.
    fn rows(&self, answered: &[Answered<'_, '_>], out: &mut Vec<u8>) -> Result<()>;

    /// What stands after the last answer.
    fn tail(&self, _out: &mut Vec<u8>) {}
}

impl Answered<'_, '_> {
    /// The cells under [`COLUMNS`], as text.
    pub fn cells(&self) -> [Cow<'_, str>; 12] {
        let Self { ticket, answer, .. } = self;
        let issue = answer.issue;
        [
            ticket.id.into(),
            ticket.subject.into(),
            answer.status.name().into(),
            issue.map_or("", |issue| &issue.id).into(),
            issue.map_or("", |issue| &issue.title).into(),
            issue.map_or("", |issue| issue.priority.name()).into(),
            answer.issue.map(|_| format!("{:.2}", self.confidence())).unwrap_or_default().into(),
            self.phrases().join(BETWEEN_PHRASES).into(),
            self.suggested_fix().into(),
            answer.reply.as_str().into(),
            join(answer.others.iter().map(|issue| issue.id.as_str()), ", ").into(),
            join(answer.notes.iter().map(ToString::to_string), "; ").into(),
        ]
    }

    /// The confidence as it is written everywhere: two decimals, halves up.
    pub fn confidence(&self) -> f64 {
        (self.answer.confidence * 100.0).round() / 100.0
    }

    /// The customer's own words that prove the answer, each once, each on one line. Hints are left
    /// out where there is more.
    pub fn phrases(&self) -> Vec<String> {
        let mut phrases: Vec<String> = Vec::new();
        let hints_only = self.answer.evidence().all(Hit::is_hint);
        for hit in self.answer.evidence().filter(|hit| hints_only || !hit.is_hint()) {
            let phrase = one_line(hit.text(&self.ticket));
            // A phrase inside another adds nothing for a reader.
            if phrases.iter().any(|known| contains(known, &phrase)) {
                continue;
            }
            phrases.retain(|known| !contains(&phrase, known));
            phrases.push(phrase);
        }
        phrases
    }

    /// What to do, in one line.
    pub fn suggested_fix(&self) -> String {
        join(self.answer.fixes.iter().map(|fix| fix.title.as_str()), "; ")
    }
}

fn contains(long: &str, short: &str) -> bool {
    long.to_ascii_lowercase().contains(&short.to_ascii_lowercase())
}

fn join<T: AsRef<str>>(items: impl Iterator<Item = T>, between: &str) -> String {
    let mut joined = String::new();
    for item in items {
        if !joined.is_empty() {
            joined.push_str(between);
        }
        joined.push_str(item.as_ref());
    }
    joined
}

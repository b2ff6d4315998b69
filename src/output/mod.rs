//! Writes answers.
//!
//! A [`Sink`] turns batches of answers into bytes, on any thread; the runner
//! puts the bytes in order, and what the sink's [`Assemble`] makes of them is the
//! output. Not here: the table, which is the terminal's business, and where the
//! bytes go.

mod delimited;
mod file;
pub(crate) mod html;
mod jsonl;
pub(crate) mod markdown;
mod xlsx;

use std::borrow::Cow;
use std::io::{self, Write};

pub use delimited::{Delimited, Dialect};
pub use file::OutputFile;
pub use html::Html;
pub use jsonl::Jsonl;
pub use markdown::Markdown;
pub use xlsx::Xlsx;

use crate::answer::{Answer, Hit};
use crate::error::Result;
use crate::input::Row;
use crate::text::{fold, one_line, shown_line, visible};
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
    /// The text as it was read, if the sink [wants](Sink::wants_text) it.
    pub text: Option<String>,
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

    /// Whether it has a column for the text as it was read.
    fn wants_text(&self) -> bool {
        false
    }

    /// What stands after the last answer.
    fn tail(&self, _out: &mut Vec<u8>) {}

    /// What puts the pieces together; for most formats they are written as they are.
    ///
    /// # Errors
    ///
    /// What it needs beside `out` is not to be had.
    fn assemble<'o>(&self, out: &'o mut (dyn Write + Send)) -> Result<Box<dyn Assemble + 'o>> {
        Ok(Box::new(AsTheyAre(out)))
    }
}

/// Makes the output of the pieces that a [`Sink`] made, on one thread.
///
/// A workbook is not its rows one after the other, so a sink's bytes need not
/// be those of the file.
pub trait Assemble {
    /// Takes what one call of the sink made. Pieces come whole and in order.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    fn put(&mut self, piece: &[u8]) -> io::Result<()>;

    /// Writes what is left, and says how many cells were longer than the format allows, and cut.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    fn finish(self: Box<Self>) -> io::Result<u64>;
}

struct AsTheyAre<'o>(&'o mut (dyn Write + Send));

impl Assemble for AsTheyAre<'_> {
    fn put(&mut self, piece: &[u8]) -> io::Result<()> {
        self.0.write_all(piece)
    }

    fn finish(self: Box<Self>) -> io::Result<u64> {
        self.0.flush().map(|()| 0)
    }
}

/// The column for the text as it was read.
pub const TEXT_COLUMN: &str = "text_read";

/// The columns of a spreadsheet: the input's, then ours.
fn header(input: &[String], text: bool) -> Vec<String> {
    let ours = COLUMNS.iter().chain(text.then_some(&TEXT_COLUMN)).map(|&name| {
        // Two columns of one name would make a spreadsheet's look-ups guess.
        let taken = input.iter().any(|cell| fold(cell).text() == fold(name).text());
        if taken { format!("triage_{name}") } else { name.to_owned() }
    });
    input.iter().cloned().chain(ours).collect()
}

/// A text for a page: on one line, and nothing in it that steers the eye.
pub(crate) fn on_page(text: &str) -> String {
    visible(&one_line(text)).into_owned()
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
            issue.map(|_| format!("{:.2}", self.confidence())).unwrap_or_default().into(),
            join(self.phrases(), BETWEEN_PHRASES),
            self.suggested_fix(),
            answer.reply.as_str().into(),
            join(answer.others.iter().map(|issue| issue.id.as_str().into()), ", "),
            join(answer.notes.iter().map(|note| note.to_string().into()), "; "),
        ]
    }

    /// The confidence as it is written everywhere: two decimals, halves up.
    pub fn confidence(&self) -> f64 {
        (self.answer.confidence * 100.0).round() / 100.0
    }

    /// The customer's own words that prove the answer, each once, each on one line. Hints are left
    /// out where there is more.
    pub fn phrases(&self) -> Vec<Cow<'_, str>> {
        let mut phrases: Vec<Cow<'_, str>> = Vec::new();
        let hints_only = self.answer.evidence().all(Hit::is_hint);
        for hit in self.answer.evidence().filter(|hit| hints_only || !hit.is_hint()) {
            let mut phrase = shown_line(hit.text(&self.ticket));
            if let Some(read) = self.answer.read_as(hit, &self.ticket) {
                phrase = format!("{phrase} ({})", shown_line(&read)).into();
            }
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
    pub fn suggested_fix(&self) -> Cow<'_, str> {
        join(self.answer.fixes.iter().map(|fix| fix.title.as_str().into()), "; ")
    }
}

/// Whether a text has another in it, whatever the case of letters.
fn contains(long: &str, short: &str) -> bool {
    let (long, short) = (long.as_bytes(), short.as_bytes());
    short.is_empty() || long.windows(short.len()).any(|piece| piece.eq_ignore_ascii_case(short))
}

/// Joins what is mostly one item or none, and then is not copied.
fn join<'i>(items: impl IntoIterator<Item = Cow<'i, str>>, between: &str) -> Cow<'i, str> {
    let joined = items.into_iter().reduce(|mut joined, item| {
        joined.to_mut().extend([between, &*item]);
        joined
    });
    joined.unwrap_or_default()
}

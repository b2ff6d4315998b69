//! The table for people.
//!
//! Column widths come from the terminal alone, so that the table can be
//! written while the tickets are still read. Ticket text is hostile here:
//! every cell goes through `visible`.

use tabled::builder::Builder;
use tabled::settings::object::{Cell, Columns};
use tabled::settings::{Color, Modify, Padding, Style, Width};
use triage::answer::Answer;
use triage::output::{Answered, Sink};
use triage::text::{one_line, visible};
use triage::{Result, Status};

/// Where nothing tells how wide the terminal is.
pub(super) const DEFAULT_WIDTH: usize = 120;

/// Narrower than this no layout helps, and lines may wrap.
const MIN_WIDTH: usize = 60;

/// Fixes that a row names; the others are counted.
const MAX_FIXES: usize = 2;

/// Longer texts are cut: the table is for looking through, the file for reading.
const MAX_TEXT: usize = 240;

const HEAD: [&str; COLUMNS] =
    ["ticket", "status", "issue", "conf.", "the customer's words", "suggested fix"];
const COLUMNS: usize = 6;

/// Answers as a table of a given width.
#[derive(Clone, Debug)]
pub(super) struct Table {
    widths: [usize; COLUMNS],
    colour: bool,
}

impl Table {
    /// A table for a terminal of `width` columns.
    pub(super) fn new(width: usize, colour: bool) -> Self {
        // A border and a space on both sides of each column, and the last border.
        let room = width.max(MIN_WIDTH) - (3 * COLUMNS + 1);
        let (status, confidence) = (9, 5);
        let ticket = (room / 10).clamp(6, 14);
        let issue = (room / 6).clamp(10, 22);
        let rest = room.saturating_sub(ticket + status + issue + confidence).max(12);
        let words = rest * 4 / 9;
        Self { widths: [ticket, status, issue, confidence, words, rest - words], colour }
    }

    fn rule(&self, [left, middle, right]: [&str; 3], out: &mut Vec<u8>) {
        let dashes: Vec<String> = self.widths.iter().map(|width| "─".repeat(width + 2)).collect();
        out.extend_from_slice(format!("{left}{}{right}\n", dashes.join(middle)).as_bytes());
    }

    /// One row of cells, as high as its highest.
    fn row(&self, cells: &[String; COLUMNS], status: Option<Status>, out: &mut Vec<u8>) {
        let mut builder = Builder::new();
        builder.push_record(
            cells.iter().zip(self.widths).map(|(cell, width)| textwrap::fill(cell, width)),
        );
        let mut table = builder.build();
        table.with(Style::modern().remove_top().remove_bottom()).with(Padding::new(1, 1, 0, 0));
        for (column, &width) in self.widths.iter().enumerate() {
            table.with(Modify::new(Columns::one(column)).with(Width::increase(width)));
        }
        if self.colour {
            match status {
                Some(status) => {
                    table.with(Modify::new(Cell::new(0, 1)).with(colour(status)));
                }
                None => {
                    table.with(Color::BOLD);
                }
            }
        }
        out.extend_from_slice(table.to_string().as_bytes());
        out.push(b'\n');
    }
}

fn colour(status: Status) -> Color {
    match status {
        Status::Matched => Color::FG_GREEN,
        Status::Review => Color::FG_YELLOW,
        Status::Unmatched => Color::FG_BRIGHT_BLACK,
    }
}

impl Sink for Table {
    fn head(&self, out: &mut Vec<u8>) -> Result<()> {
        self.rule(["╭", "┬", "╮"], out);
        self.row(&HEAD.map(str::to_owned), None, out);
        Ok(())
    }

    fn rows(&self, answered: &[Answered<'_, '_>], out: &mut Vec<u8>) -> Result<()> {
        for one in answered {
            self.rule(["├", "┼", "┤"], out);
            let Answered { ticket, answer, .. } = one;
            let issue = answer.issue.map_or("", |issue| &issue.id);
            let confidence =
                answer.issue.map(|_| format!("{:.2}", one.confidence())).unwrap_or_default();
            let cells = [
                ticket.id.to_owned(),
                answer.status.to_string(),
                issue.to_owned(),
                confidence,
                words(one),
                advice(answer),
            ];
            self.row(&cells.map(|cell| shown(&cell)), Some(answer.status), out);
        }
        Ok(())
    }

    fn tail(&self, out: &mut Vec<u8>) {
        self.rule(["╰", "┴", "╯"], out);
    }
}

/// The evidence; without any, what the ticket is called.
fn words(one: &Answered<'_, '_>) -> String {
    let phrases = one.phrases();
    if phrases.is_empty() {
        return one_line(one.ticket.subject).into_owned();
    }
    phrases.iter().map(|phrase| format!("“{phrase}”")).collect::<Vec<_>>().join(" ")
}

/// What to know before, and what to do first.
fn advice(answer: &Answer<'_>) -> String {
    let mut advice: Vec<String> = answer.notes.iter().map(|note| format!("({note})")).collect();
    let titles: Vec<&str> =
        answer.fixes.iter().take(MAX_FIXES).map(|fix| fix.title.as_str()).collect();
    advice.push(titles.join("; "));
    if answer.fixes.len() > MAX_FIXES {
        advice.push(format!("+{}", answer.fixes.len() - MAX_FIXES));
    }
    advice.retain(|part| !part.is_empty());
    advice.join(" ")
}

/// A cell's text on one line, harmless and not endless.
fn shown(text: &str) -> String {
    let line = one_line(text);
    let line = visible(&line);
    match line.char_indices().nth(MAX_TEXT) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.into_owned(),
    }
}

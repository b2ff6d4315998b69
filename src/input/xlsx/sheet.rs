//! The rows of a sheet, one after the other.

use std::ops::Range;

use super::value::{MAX_COLUMN, MAX_ROW, column, date, number, unescape};
use super::workbook::Shared;
use super::xml::{Element, Fault, Node, Xml};
use crate::input::problems::{Problems, Trouble};
use crate::input::row::Row;
use crate::span::head;

/// A sheet that is being read.
pub(super) struct SheetRows {
    /// `None` when all was read.
    xml: Option<Xml>,
    record: Record,
    max_record: usize,
}

/// The row that was last begun.
#[derive(Default)]
struct Record {
    /// From 1.
    line: u64,
    /// Text of the cells, and where each stands.
    text: String,
    cells: Vec<(usize, Range<usize>)>,
}

/// A cell that is being read.
#[derive(Default)]
struct Cell {
    column: usize,
    kind: String,
    style: usize,
    value: String,
}

impl SheetRows {
    pub(super) fn new(xml: Option<Xml>, max_record: usize) -> Self {
        Self { xml, record: Record::default(), max_record }
    }

    /// Fills `row` with the next row, blank or not; `false` at the end.
    ///
    /// Cells beyond so many columns are put behind these, without the gaps between them.
    pub(super) fn read(
        &mut self,
        shared: &Shared,
        columns: usize,
        problems: &mut Problems,
        row: &mut Row,
    ) -> bool {
        let Some(xml) = &mut self.xml else { return false };
        row.clear();
        let record = &mut self.record;
        record.text.clear();
        record.cells.clear();
        let (mut in_row, mut in_value, mut in_reading) = (false, false, false);
        let mut next_column = 0;
        let mut cell = None;
        let end = loop {
            let node = match xml.next() {
                Ok(node) => node,
                Err(Fault::Damaged) => break Some(Trouble::CutOff),
                Err(Fault::TooLarge) => break Some(Trouble::TooLong),
            };
            match node {
                Node::Open(element) => match element.name() {
                    "row" => {
                        let told = element.attribute("r").and_then(|line| line.parse().ok());
                        // A row that stands behind itself is only told apart.
                        let told = told.filter(|line| *line > record.line && *line <= MAX_ROW);
                        record.line = told.unwrap_or(record.line + 1);
                        in_row = true;
                    }
                    "c" => {
                        let begun = Cell::begin(&element, next_column);
                        next_column = begun.column + 1;
                        cell = Some(begun);
                    }
                    "v" | "t" => in_value = true,
                    "rPh" => in_reading = true,
                    _ => {}
                },
                Node::Text(piece) => {
                    let room = self.max_record.saturating_sub(record.text.len());
                    if let (Some(cell), true, false) = (&mut cell, in_value, in_reading) {
                        if cell.value.len() + piece.len() <= room {
                            cell.value.push_str(&piece);
                        } else {
                            let keep = room.saturating_sub(cell.value.len());
                            cell.value.push_str(head(&piece, keep));
                            problems.note(Trouble::TooLong, record.line);
                            row.cut = true;
                            in_value = false;
                        }
                    }
                }
                Node::Close(name) => match name.as_str() {
                    "v" | "t" => in_value = false,
                    "rPh" => in_reading = false,
                    "c" => {
                        if let Some(cell) = cell.take() {
                            record.keep(&cell, shared, problems);
                        }
                    }
                    "row" => break None,
                    "sheetData" if !in_row => {
                        self.xml = None;
                        return false;
                    }
                    // A row that does not end was cut off.
                    "sheetData" => break Some(Trouble::CutOff),
                    _ => {}
                },
                Node::End => {
                    self.xml = None;
                    return false;
                }
            }
        };
        if xml.was_broken() {
            problems.note(Trouble::BadBytes, record.line);
            row.broken = true;
        }
        if let Some(trouble) = end {
            // What came of the row is kept.
            if let Some(cell) = cell {
                record.keep(&cell, shared, problems);
            }
            problems.note(trouble, record.line + u64::from(!in_row));
            row.cut = true;
            self.xml = None;
        }
        row.line = record.line;
        record.fill(row, columns);
        in_row || !record.cells.is_empty()
    }
}

impl Record {
    /// Keeps what a cell shows, if it shows anything.
    fn keep(&mut self, cell: &Cell, shared: &Shared, problems: &mut Problems) {
        let from = self.text.len();
        match cell.kind.as_str() {
            "s" => match cell.value.trim().parse().ok().and_then(|number| shared.string(number)) {
                Some(text) => unescape(text, &mut self.text),
                None => problems.note(Trouble::MissingText, self.line),
            },
            "str" | "inlineStr" | "d" => unescape(&cell.value, &mut self.text),
            "b" => self.text.push_str(if cell.value.trim() == "1" { "TRUE" } else { "FALSE" }),
            // An error has no value: `#N/A`.
            "e" => {}
            _ => {
                let date = if shared.is_date(cell.style) {
                    date(&cell.value, shared.since_1904)
                } else {
                    None
                };
                self.text.push_str(&date.unwrap_or_else(|| number(&cell.value)));
            }
        }
        if self.text.len() > from && self.cells.len() < MAX_COLUMN {
            self.cells.push((cell.column, from..self.text.len()));
        }
    }

    /// Puts the cells into their columns.
    fn fill(&mut self, row: &mut Row, columns: usize) {
        // Almost always they are in order; a stable sort of such is one pass.
        self.cells.sort_by_key(|(column, _)| *column);
        for (column, range) in &self.cells {
            while row.len() < (*column).min(columns) {
                row.push("");
            }
            row.push(&self.text[range.clone()]);
        }
    }
}

impl Cell {
    fn begin(element: &Element, next: usize) -> Self {
        let reference = element.attribute("r");
        Self {
            // The reference is optional, and outside of the grid it is no reference.
            column: reference.and_then(|reference| column(&reference)).unwrap_or(next),
            kind: element.attribute("t").unwrap_or_default().into_owned(),
            style: element.attribute("s").and_then(|style| style.parse().ok()).unwrap_or(0),
            value: String::new(),
        }
    }
}

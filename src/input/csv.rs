//! RFC 4180 CSV in UTF-8.

use std::io::Read;

use super::row::Row;
use super::{Problems, ReadRows};
use crate::error::{Error, ErrorKind, Result};
use crate::place::Place;

/// Rows of a CSV file.
pub(super) struct CsvRows<R> {
    reader: csv::Reader<R>,
    record: csv::ByteRecord,
    header: Vec<String>,
    problems: Problems,
    number: u64,
}

impl<R: Read> CsvRows<R> {
    /// Reads the header. `None` where there is not even one record.
    pub(super) fn open(name: &str, input: R) -> Result<Option<Self>> {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 18)
            .from_reader(input);
        let mut rows = Self {
            reader,
            record: csv::ByteRecord::new(),
            header: Vec::new(),
            problems: Problems::new(name),
            number: 0,
        };
        let mut header = Row::default();
        while rows.record(&mut header)? {
            if !header.is_blank() {
                rows.header = header.cells().map(str::to_owned).collect();
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }

    /// The next record, blank or not.
    fn record(&mut self, row: &mut Row) -> Result<bool> {
        let more =
            self.reader.read_byte_record(&mut self.record).map_err(|error| self.failed(error))?;
        row.clear();
        row.line = self.record.position().map_or(0, csv::Position::line);
        for cell in &self.record {
            if let Ok(text) = std::str::from_utf8(cell) {
                row.push(text);
            } else {
                self.problems.bad_bytes.note(row.line);
                row.push(&String::from_utf8_lossy(cell));
            }
        }
        Ok(more)
    }

    fn failed(&self, error: csv::Error) -> Error {
        let place = Place::file(self.problems.name()).line(self.reader.position().line());
        let failed = Error::new(ErrorKind::Input, "cannot read on").at(place);
        match error.into_kind() {
            csv::ErrorKind::Io(error) => failed.because(error),
            other => failed.because(format!("{other:?}")),
        }
    }
}

impl<R: Read + Send> ReadRows for CsvRows<R> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn read(&mut self, row: &mut Row) -> Result<bool> {
        loop {
            if !self.record(row)? {
                return Ok(false);
            }
            if !row.is_blank() {
                break;
            }
            self.problems.blank += 1;
        }
        self.number += 1;
        row.number = self.number;
        let width = self.header.len();
        if row.len() < width {
            self.problems.short.note(row.line);
        }
        if (width..row.len()).any(|column| !row.cell(column).trim().is_empty()) {
            self.problems.long.note(row.line);
        }
        Ok(true)
    }

    fn problems(&self) -> &Problems {
        &self.problems
    }
}

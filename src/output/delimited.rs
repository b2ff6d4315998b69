//! CSV and TSV, safe to open in a spreadsheet.

use super::{Answered, Sink, header};
use crate::error::{Error, ErrorKind, Result};
use crate::text::guard;

/// Room for the quotes of a cell: few texts have more.
const QUOTES: usize = 16;

/// CSV or TSV.
#[derive(Clone, Debug)]
pub struct Delimited {
    dialect: Dialect,
    /// Cells as they are, formulas and all.
    raw: bool,
    bom: bool,
    /// The input's columns, when they are kept.
    input: Option<Vec<String>>,
    text: bool,
}

/// What stands between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Commas.
    Csv,
    /// Tabs.
    Tsv,
}

impl Delimited {
    /// A format that defuses formulas and writes our own columns only.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, raw: false, bom: false, input: None, text: false }
    }

    /// Leaves cells as they are, though a spreadsheet may run them.
    #[must_use]
    pub fn raw(self, raw: bool) -> Self {
        Self { raw, ..self }
    }

    /// Begins with a byte order mark, by which Excel knows UTF-8.
    #[must_use]
    pub fn bom(self, bom: bool) -> Self {
        Self { bom, ..self }
    }

    /// Puts the input's columns, whose header this is, before our own.
    #[must_use]
    pub fn append(self, header: Vec<String>) -> Self {
        Self { input: Some(header), ..self }
    }

    /// Adds a last column with the text as it was read.
    #[must_use]
    pub fn show_text(self, text: bool) -> Self {
        Self { text, ..self }
    }

    /// Writes a cell and what ends it.
    fn cell(&self, cell: &str, out: &mut Vec<u8>) -> Result<()> {
        if is_plain(cell.as_bytes()) {
            out.extend_from_slice(cell.as_bytes());
        } else if self.raw {
            self.quoted(cell.as_bytes(), out)?;
        } else {
            self.quoted(guard(cell).as_bytes(), out)?;
        }
        out.push(self.dialect.delimiter());
        Ok(())
    }

    /// Writes a text, in quotes where a reader would not know it from several cells.
    fn quoted(&self, text: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.dialect.delimiter())
            .buffer_capacity(text.len() + QUOTES)
            .from_writer(&mut *out);
        let written = writer.write_record([text]).and_then(|()| Ok(writer.flush()?));
        drop(writer);
        // It was a row of its own.
        out.pop();
        written
            .map_err(|error| Error::new(ErrorKind::Output, "cannot write the table").because(error))
    }
}

impl Dialect {
    fn delimiter(self) -> u8 {
        match self {
            Self::Csv => b',',
            Self::Tsv => b'\t',
        }
    }
}

impl Sink for Delimited {
    fn wants_text(&self) -> bool {
        self.text
    }

    fn head(&self, out: &mut Vec<u8>) -> Result<()> {
        if self.bom {
            out.extend_from_slice("\u{FEFF}".as_bytes());
        }
        for name in header(self.input.as_deref().unwrap_or_default(), self.text) {
            self.cell(&name, out)?;
        }
        end_row(out);
        Ok(())
    }

    fn rows(&self, answered: &[Answered<'_, '_>], out: &mut Vec<u8>) -> Result<()> {
        let width = self.input.as_ref().map_or(0, Vec::len);
        for one in answered {
            for column in 0..width {
                self.cell(one.row.cell(column), out)?;
            }
            for cell in &one.cells() {
                self.cell(cell, out)?;
            }
            if self.text {
                self.cell(one.text.as_deref().unwrap_or_default(), out)?;
            }
            end_row(out);
        }
        Ok(())
    }
}

/// Ends a row instead of its last cell.
fn end_row(out: &mut Vec<u8>) {
    out.pop();
    out.push(b'\n');
}

/// Whether a cell needs neither guard nor quotes in any dialect, as most: told by one look at it.
fn is_plain(cell: &[u8]) -> bool {
    // Of a few bytes all are looked at, which is faster than to stop at one.
    let any_special =
        |bytes: &[u8]| bytes.iter().fold(false, |any, &byte| any | IS_SPECIAL[usize::from(byte)]);
    cell.first().is_none_or(u8::is_ascii_alphanumeric) && !cell.chunks(32).any(any_special)
}

/// The bytes with which a cell may be taken for several.
static IS_SPECIAL: [bool; 256] = {
    let mut is_special = [false; 256];
    let mut bytes = b",;\"\t\r\n".as_slice();
    while let [byte, rest @ ..] = bytes {
        is_special[*byte as usize] = true;
        bytes = rest;
    }
    is_special
};

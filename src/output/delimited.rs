//! CSV and TSV, safe to open in a spreadsheet.

use super::{Answered, Sink, header};
use crate::error::{Error, ErrorKind, Result};
use crate::text::guard;

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

    fn writer<'o>(&self, out: &'o mut Vec<u8>) -> csv::Writer<&'o mut Vec<u8>> {
        let delimiter = match self.dialect {
            Dialect::Csv => b',',
            Dialect::Tsv => b'\t',
        };
        csv::WriterBuilder::new().delimiter(delimiter).from_writer(out)
    }

    fn cell(&self, writer: &mut csv::Writer<&mut Vec<u8>>, cell: &str) -> Result<()> {
        let written = if self.raw {
            writer.write_field(cell)
        } else {
            writer.write_field(guard(cell).as_bytes())
        };
        written.map_err(failed)
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
        let mut writer = self.writer(out);
        for name in header(self.input.as_deref().unwrap_or_default(), self.text) {
            self.cell(&mut writer, &name)?;
        }
        end(writer)
    }

    fn rows(&self, answered: &[Answered<'_, '_>], out: &mut Vec<u8>) -> Result<()> {
        let mut writer = self.writer(out);
        for one in answered {
            let width = self.input.as_ref().map_or(0, Vec::len);
            for column in 0..width {
                self.cell(&mut writer, one.row.cell(column))?;
            }
            for cell in one.cells() {
                self.cell(&mut writer, &cell)?;
            }
            if self.text {
                self.cell(&mut writer, one.text.as_deref().unwrap_or_default())?;
            }
            writer.write_record(None::<&[u8]>).map_err(failed)?;
        }
        writer.flush().map_err(|error| failed(error.into()))
    }
}

fn end(mut writer: csv::Writer<&mut Vec<u8>>) -> Result<()> {
    writer.write_record(None::<&[u8]>).map_err(failed)?;
    writer.flush().map_err(|error| failed(error.into()))
}

fn failed(error: csv::Error) -> Error {
    Error::new(ErrorKind::Output, "cannot write the table").because(error)
}

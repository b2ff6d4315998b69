//! Opens exports and reads them, row by row.
//!
//! Whatever a file is, it comes out of here as [`Row`]s with a header: a new
//! format is one more [`ReadRows`], chosen in [`Input::open`] by looking at
//! the first bytes. Not here: what the words in the cells mean.

mod columns;
mod csv;
mod headers;
mod row;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

pub use columns::{ColumnNames, Columns};
pub use row::Row;

use self::csv::CsvRows;
use crate::error::{Error, ErrorKind, Result};
use crate::place::Place;

/// A source of rows: one for each format.
pub trait ReadRows: Send {
    /// The header row as it came.
    fn header(&self) -> &[String];

    /// Fills `row` with the next record that is not blank; `false` at the end.
    ///
    /// # Errors
    ///
    /// The input cannot be read on.
    fn read(&mut self, row: &mut Row) -> Result<bool>;

    /// What was wrong with the rows so far.
    fn problems(&self) -> &Problems;
}

/// An input that was opened, with its columns.
pub struct Input {
    name: String,
    columns: Columns,
    rows: Box<dyn ReadRows>,
}

/// What was wrong with an input's rows, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    name: String,
    /// Records without a word in them; they are no tickets.
    pub blank: u64,
    /// Rows with fewer cells than the header.
    pub short: Lines,
    /// Rows with more cells than the header, and something in them.
    pub long: Lines,
    /// Cells that are not UTF-8.
    pub bad_bytes: Lines,
}

/// How often something was seen, and on which lines first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// How often.
    pub count: u64,
    first: Vec<u64>,
}

impl Input {
    /// Opens a file, or standard input for `-`, and finds its columns.
    ///
    /// # Errors
    ///
    /// It is not there, cannot be read, is empty, or has no column that could be the text.
    pub fn open(path: &OsStr, named: &ColumnNames) -> Result<Self> {
        if path == "-" {
            return Self::read("<stdin>", stdin(), named);
        }
        let path = Path::new(path);
        let place = || Place::path(path);
        let failed =
            |error| Error::new(ErrorKind::Input, "cannot open it").at(place()).because(error);
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(Error::new(ErrorKind::Input, "this is a folder")
                .at(place())
                .help(format!("name the files in it: {}", path.join("*.csv").display())));
        }
        Self::read(&path.display().to_string(), file, named)
    }

    /// Reads an export from anything; `name` is what messages call it.
    ///
    /// # Errors
    ///
    /// As [`Input::open`].
    pub fn read(
        name: &str,
        input: impl Read + Send + 'static,
        named: &ColumnNames,
    ) -> Result<Self> {
        let Some(rows) = CsvRows::open(name, input)? else {
            return Err(Error::new(ErrorKind::Input, "the file is empty")
                .at(Place::file(name))
                .help("export the tickets again; the first row must be the header"));
        };
        let columns =
            Columns::find(rows.header(), named).map_err(|error| error.at(Place::file(name)))?;
        Ok(Self { name: name.to_owned(), columns, rows: Box::new(rows) })
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which columns are what.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The columns, and the rows to read.
    pub(crate) fn parts(&mut self) -> (&Columns, &mut dyn ReadRows) {
        (&self.columns, &mut *self.rows)
    }

    /// The rows.
    pub fn rows(&mut self) -> &mut dyn ReadRows {
        &mut *self.rows
    }
}

impl Problems {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    fn name(&self) -> &str {
        &self.name
    }

    /// How many rows had something wrong with them.
    pub fn rows(&self) -> u64 {
        self.short.count + self.long.count + self.bad_bytes.count
    }

    /// One warning for each kind of trouble, place first.
    pub fn warnings(&self) -> Vec<String> {
        let kinds = [
            (
                &self.short,
                "row has fewer cells than the header; the missing ones are taken as empty",
            ),
            (&self.long, "row has more cells than the header; the text in them is read too"),
            (&self.bad_bytes, "cell is not UTF-8; broken bytes are shown as \u{FFFD}"),
        ];
        kinds.into_iter().filter_map(|(lines, what)| lines.warning(&self.name, what)).collect()
    }
}

impl Lines {
    /// Lines beyond these are only counted.
    const KEPT: usize = 4;

    fn note(&mut self, line: u64) {
        self.count += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(line);
        }
    }

    fn warning(&self, name: &str, what: &str) -> Option<String> {
        let (first, rest) = self.first.split_first()?;
        let place = Place::file(name).line(*first);
        let lines: Vec<String> = rest.iter().map(u64::to_string).collect();
        let more = match self.count - 1 {
            0 => String::new(),
            more => format!(" ({more} more, first on line {})", lines.join(", ")),
        };
        Some(format!("{place}: {what}{more}"))
    }
}

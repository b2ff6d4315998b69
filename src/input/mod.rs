//! Opens exports and reads them, row by row.
//!
//! Whatever a file is, it comes out of here as [`Row`]s with a header: a new
//! format is one more [`ReadRows`], chosen in [`Input::open`] by looking at
//! the first bytes. Not here: what the words in the cells mean.

mod columns;
mod decode;
mod delimited;
mod dialect;
mod element;
mod flatten;
mod headers;
mod json;
mod open;
mod options;
mod problems;
mod record;
mod row;
mod wrapper;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

pub use columns::{ColumnNames, Columns};
pub use options::{InputFormat, ReadOptions, TextEncoding};
pub use problems::{Lines, Problems, Trouble};
pub use row::Row;

use self::decode::Text;
use self::delimited::DelimitedRows;
use self::json::JsonRows;
use self::open::Content;
use crate::error::{Error, ErrorKind, Result};
use crate::place::Place;

/// A source of rows: one for each format.
pub trait ReadRows: Send {
    /// The header row as it came.
    fn header(&self) -> &[String];

    /// Columns in which messages were put together, and only the customer's: they are read after the body.
    fn messages(&self) -> &[usize] {
        &[]
    }

    /// Fills `row` with the next record that is not blank; `false` at the end.
    ///
    /// # Errors
    ///
    /// The input cannot be read on.
    fn read(&mut self, row: &mut Row) -> Result<bool>;

    /// What was wrong with the rows so far.
    fn problems(&self) -> &Problems;

    /// The same, to add to.
    fn problems_mut(&mut self) -> &mut Problems;

    /// How it is read, where that is not a matter of course: `semicolons`, `windows-1252 (a guess)`.
    fn manner(&self) -> Vec<String>;
}

/// An input that was opened, with its columns.
pub struct Input {
    name: String,
    columns: Columns,
    rows: Box<dyn ReadRows>,
}

impl Input {
    /// Opens a file, or standard input for `-`, and finds its columns.
    ///
    /// # Errors
    ///
    /// It is not there, cannot be read, is empty, or has no column that could be the text.
    pub fn open(path: &OsStr, options: &ReadOptions) -> Result<Self> {
        if path == "-" {
            return Self::read("<stdin>", stdin(), options);
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
        Self::read(&path.display().to_string(), file, options)
    }

    /// Reads an export from anything; `name` is what messages call it.
    ///
    /// # Errors
    ///
    /// As [`Input::open`].
    pub fn read(
        name: &str,
        input: impl Read + Send + 'static,
        options: &ReadOptions,
    ) -> Result<Self> {
        let place = |error: Error| {
            if error.place().is_some() { error } else { error.at(Place::file(name)) }
        };
        let rows = rows(name, Box::new(input), options).map_err(place)?.ok_or_else(|| {
            Error::new(ErrorKind::Input, "the file is empty")
                .at(Place::file(name))
                .help("export the tickets again; the first row must be the header")
        })?;
        let columns =
            Columns::find_in(rows.header(), rows.messages(), &options.columns).map_err(place)?;
        Ok(Self { name: name.to_owned(), columns, rows })
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

/// The rows of an input, whatever its format; `None` if there is nothing in it.
fn rows(
    name: &str,
    input: Box<dyn Read + Send>,
    options: &ReadOptions,
) -> Result<Option<Box<dyn ReadRows>>> {
    match open::look(input)? {
        Content::Zip(_) => Err(Error::new(ErrorKind::Input, "this is a zip archive")
            .help("unpack it and name the file in it")),
        Content::Text(input, packed) => {
            let mut text = Text::open(input, packed, options.encoding)?;
            if json::is_json(&mut text, options.format)? {
                return Ok(JsonRows::open(name, text, options)?.map(|rows| Box::new(rows) as _));
            }
            Ok(DelimitedRows::open(name, text, options)?.map(|rows| Box::new(rows) as _))
        }
    }
}

//! Opens exports and reads them, row by row.
//!
//! Whatever a file is, it comes out of here as [`Row`]s with a header: a new
//! format is one more [`ReadRows`], chosen in [`Input::open`] by looking at
//! the first bytes. Not here: what the words in the cells mean.

mod columns;
mod conversations;
mod decode;
mod delimited;
mod dialect;
mod guess;
mod headers;
mod json;
mod map;
mod open;
mod options;
mod package;
mod problems;
mod record;
mod row;
mod window;
mod xlsx;

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

pub use columns::{ColumnNames, Columns, RowTicket};
pub use options::{InputFormat, ReadOptions, TextEncoding};
pub use problems::{Lines, Problems, Trouble};
pub use row::Row;

use self::columns::Messages;
use self::conversations::Conversations;
use self::decode::Text;
use self::delimited::DelimitedRows;
use self::json::JsonRows;
use self::open::Content;
use self::xlsx::XlsxRows;
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
    rows: Rows,
}

/// The rows of an input.
pub struct Rows {
    source: Box<dyn ReadRows>,
    /// Rows that were read to see what stands in the columns.
    ahead: VecDeque<Row>,
    id: Option<usize>,
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
        let mut rows = rows(name, Box::new(input), options).map_err(place)?.ok_or_else(|| {
            Error::new(ErrorKind::Input, "the file is empty")
                .at(Place::file(name))
                .help("export the tickets again; the first row must be the header")
        })?;
        let (columns, ahead) = find_columns(&mut *rows, options).map_err(place)?;
        if let (Some(messages), true) = (columns.messages(), ahead.is_empty()) {
            rows = Box::new(Conversations::new(rows, messages));
        }
        let rows = Rows { source: rows, ahead, id: columns.id() };
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

    /// How it is read, in one line: the columns, and what of the format is no matter of course.
    pub fn taken(&self) -> String {
        let manner = self.rows.source.manner();
        let manner =
            if manner.is_empty() { String::new() } else { format!(" [{}]", manner.join(", ")) };
        format!("{}{manner}", self.columns)
    }

    /// The columns, and the rows to read.
    pub(crate) fn parts(&mut self) -> (&Columns, &mut Rows) {
        (&self.columns, &mut self.rows)
    }

    /// The rows.
    pub fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }

    /// What was wrong with the rows so far.
    pub fn problems(&self) -> &Problems {
        self.rows.problems()
    }
}

impl Rows {
    /// What was wrong with them so far.
    pub fn problems(&self) -> &Problems {
        self.source.problems()
    }

    /// Fills `row` with the next record that is not blank; `false` at the end.
    ///
    /// # Errors
    ///
    /// The input cannot be read on.
    pub fn read(&mut self, row: &mut Row) -> Result<bool> {
        match self.ahead.pop_front() {
            Some(first) => *row = first,
            None if !self.source.read(row)? => return Ok(false),
            None => {}
        }
        if let Some(id) = self.id {
            let (cell, line) = (row.cell(id), row.line);
            if row.broken && cell.contains(char::REPLACEMENT_CHARACTER) {
                self.source.problems_mut().note(Trouble::BadId, line);
            }
            if is_rounded(cell) {
                self.source.problems_mut().note(Trouble::RoundedId, line);
            }
        }
        Ok(true)
    }
}

/// Finds the columns: by their names, and where these say nothing by what
/// stands in them; the rows that were read for that come back too.
fn find_columns(
    rows: &mut dyn ReadRows,
    options: &ReadOptions,
) -> Result<(Columns, VecDeque<Row>)> {
    let header = rows.header().to_vec();
    let messages = rows.messages().to_vec();
    let find =
        |rows: &[Row]| Columns::choose(&header, &options.columns, options.header, &messages, rows);
    let found = find(&[]);
    let told = options.columns.body.is_some() || options.columns.subject.is_some();
    if told || options.header && found.as_ref().is_ok_and(|columns| !columns.is_weak()) {
        return Ok((found?, VecDeque::new()));
    }
    let mut ahead = VecDeque::new();
    while ahead.len() < guess::LOOK {
        let mut row = Row::default();
        if !rows.read(&mut row)? {
            break;
        }
        ahead.push_back(row);
    }
    Ok((find(ahead.make_contiguous())?, ahead))
}

/// Whether a spreadsheet rounded an id: `1.23E+17`.
fn is_rounded(id: &str) -> bool {
    let Some((digits, power)) = id.split_once("E+") else {
        return false;
    };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.split(['.', ',']).all(number)
        && number(power)
        && power.parse::<u32>().is_ok_and(|power| power > 9)
}

/// The rows of an input, whatever its format; `None` if there is nothing in it.
fn rows(
    name: &str,
    input: Box<dyn Read + Send>,
    options: &ReadOptions,
) -> Result<Option<Box<dyn ReadRows>>> {
    match open::look(input)? {
        Content::Workbook(_) if options.format.is_some_and(|told| told != InputFormat::Xlsx) => {
            Err(Error::new(ErrorKind::Input, "this is a workbook (XLSX)")
                .help("leave --input-format out"))
        }
        Content::Workbook(package) => {
            Ok(XlsxRows::open(name, package, options)?.map(|rows| Box::new(rows) as _))
        }
        Content::Text(..) if options.format == Some(InputFormat::Xlsx) => {
            Err(Error::new(ErrorKind::Input, "this is no workbook (XLSX)")
                .help("leave --input-format out"))
        }
        Content::Text(input, packed) => {
            let mut text = Text::open(input, packed, options.encoding)?;
            if json::is_json(&mut text, options.format)? {
                return Ok(JsonRows::open(name, text, options)?.map(|rows| Box::new(rows) as _));
            }
            Ok(DelimitedRows::open(name, text, options)?.map(|rows| Box::new(rows) as _))
        }
    }
}

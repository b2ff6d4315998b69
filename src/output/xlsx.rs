//! XLSX: a workbook in which every cell is text.

use std::borrow::Cow;
use std::io::{self, Write};
use std::iter::from_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, IgnoreError, Workbook, Worksheet, XlsxError,
};

use super::{Answered, Assemble, COLUMNS, Sink, header};
use crate::error::{Error, ErrorKind, Result};
use crate::place::Place;

/// XLSX, for a spreadsheet.
///
/// Every cell is text: ids keep their zeros and digits, and nothing is a
/// formula or a link. The same answers give the same bytes.
///
/// ```
/// use triage::input::{Input, ReadOptions};
/// use triage::output::Xlsx;
/// use triage::{Packs, RunOptions, Triage, run};
///
/// let export = "id,description\n007,FaceTime says waiting for activation\n";
/// let input = Input::read("export.csv", export.as_bytes(), &ReadOptions::default())?;
/// let triage = Triage::new(Packs::builtin()?)?;
/// let mut workbook = Vec::new();
/// run(&mut [input], &triage, &Xlsx::new(), RunOptions::default(), &mut workbook, |_| {})?;
/// assert!(workbook.starts_with(b"PK"));
/// # Ok::<(), triage::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Xlsx {
    /// The input's columns; empty when they are not kept.
    input: Vec<String>,
    /// Whether there is a last column with the text as it was read.
    text: bool,
    /// Where temporary files go.
    folder: Option<PathBuf>,
    /// Rows on a sheet, its header included.
    sheet_rows: u32,
}

/// What the format allows.
const MAX_ROWS: u32 = 1_048_576;
const MAX_COLUMNS: usize = 16_384;
/// UTF-16 units in a cell.
const MAX_UNITS: usize = 32_767;

/// Of our columns, in characters.
const WIDTHS: [f64; COLUMNS.len()] =
    [14.0, 34.0, 11.0, 24.0, 34.0, 10.0, 11.0, 40.0, 44.0, 64.0, 24.0, 36.0];
/// Of the text as it was read.
const TEXT_WIDTH: f64 = 64.0;
/// Of a column of the input.
const INPUT_WIDTH: f64 = 18.0;
/// Four lines: a reply of thirty would leave one ticket on a screen.
const ROW_POINTS: f64 = 60.0;
const HEADER_POINTS: f64 = 18.0;
/// The number of the format that leaves text as it is.
const TEXT: u8 = 49;

impl Default for Xlsx {
    fn default() -> Self {
        Self { input: Vec::new(), text: false, folder: None, sheet_rows: MAX_ROWS }
    }
}

impl Xlsx {
    /// Our own columns only.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts the input's columns, whose header this is, before our own.
    #[must_use]
    pub fn append(self, header: Vec<String>) -> Self {
        Self { input: header, ..self }
    }

    /// Adds a last column with the text as it was read.
    #[must_use]
    pub fn show_text(self, text: bool) -> Self {
        Self { text, ..self }
    }

    /// Keeps rows in this folder until the workbook is written; else in that for temporary files.
    #[must_use]
    pub fn folder(self, folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()), ..self }
    }

    /// A workbook without sheets that has a place for its rows.
    fn workbook(&self) -> Result<Workbook> {
        let mut workbook = Workbook::new();
        // The clock must not show in the bytes.
        let date = ExcelDateTime::from_ymd(2000, 1, 1).map_err(|error| unmade(as_io(error)))?;
        workbook.set_properties(
            &DocProperties::new().set_title("Answered tickets").set_creation_datetime(&date),
        );
        // TMPDIR may name what is not there.
        let folders = match &self.folder {
            Some(folder) => vec![folder.clone()],
            None => vec![std::env::temp_dir(), PathBuf::from(".")],
        };
        let mut failed = None;
        for folder in &folders {
            match workbook.set_tempdir(folder) {
                Ok(_) => return Ok(workbook),
                Err(error) => {
                    failed.get_or_insert(unmade(as_io(error)).at(Place::path(folder)));
                }
            }
        }
        Err(failed.unwrap_or_else(|| unmade(io::ErrorKind::NotFound.into())))
    }
}

impl Sink for Xlsx {
    fn wants_text(&self) -> bool {
        self.text
    }

    fn head(&self, _out: &mut Vec<u8>) -> Result<()> {
        let columns = self.input.len() + COLUMNS.len() + usize::from(self.text);
        if columns > MAX_COLUMNS {
            let message = format!("a sheet holds {MAX_COLUMNS} columns, and this has {columns}");
            return Err(Error::new(ErrorKind::Output, message)
                .help("leave --append out, or write CSV: -o answers.csv"));
        }
        Ok(())
    }

    /// Cells with their lengths, for the thread that has the workbook.
    fn rows(&self, answered: &[Answered<'_, '_>], out: &mut Vec<u8>) -> Result<()> {
        for one in answered {
            for column in 0..self.input.len() {
                pack(one.row.cell(column), out);
            }
            for cell in one.cells() {
                pack(&cell, out);
            }
            if self.text {
                pack(one.text.as_deref().unwrap_or_default(), out);
            }
        }
        Ok(())
    }

    fn assemble<'o>(&self, out: &'o mut (dyn Write + Send)) -> Result<Box<dyn Assemble + 'o>> {
        let text = Format::new().set_num_format_index(TEXT).set_align(FormatAlign::Top);
        let mut book = Book {
            workbook: self.workbook()?,
            out: Outlet { out, failed: false },
            header: header(&self.input, self.text),
            kept: self.input.len(),
            sheet_rows: self.sheet_rows,
            sheets: 0,
            row: 0,
            cut: 0,
            bold: text.clone().set_bold(),
            wrapped: text.clone().set_text_wrap(),
            text,
        };
        caught(|| book.new_sheet()).map_err(unmade)?;
        Ok(Box::new(book))
    }
}

fn unmade(error: io::Error) -> Error {
    Error::new(ErrorKind::Output, "cannot make a temporary file for the workbook")
        .because(error)
        .help("name a file, -o answers.xlsx, or set TMPDIR to a folder that can be written to")
}

fn pack(cell: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&cell.len().to_ne_bytes());
    out.extend_from_slice(cell.as_bytes());
}

/// The cells that [`pack`] made bytes of.
fn unpack(mut piece: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
    from_fn(move || {
        let (len, rest) = piece.split_first_chunk()?;
        let (cell, rest) = rest.split_at_checked(usize::from_ne_bytes(*len))?;
        piece = rest;
        Some(String::from_utf8_lossy(cell))
    })
}

/// A workbook on its way.
struct Book<'o> {
    workbook: Workbook,
    out: Outlet<'o>,
    header: Vec<String>,
    /// How many columns are the input's.
    kept: usize,
    sheet_rows: u32,
    sheets: usize,
    /// The next one on the last sheet.
    row: u32,
    cut: u64,
    bold: Format,
    /// For our columns.
    wrapped: Format,
    /// For the input's columns.
    text: Format,
}

impl Book<'_> {
    fn sheet(&mut self) -> Result<&mut Worksheet, XlsxError> {
        self.workbook.worksheet_from_index(self.sheets - 1)
    }

    fn last_column(&self) -> u16 {
        u16::try_from(self.header.len() - 1).unwrap_or(u16::MAX)
    }

    /// Begins a sheet with its header. Nothing may be changed in a row that has been left.
    fn new_sheet(&mut self) -> Result<(), XlsxError> {
        let name = if self.sheets == 0 {
            "Answers".into()
        } else {
            format!("Answers {}", self.sheets + 1)
        };
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        self.sheets += 1;
        sheet.set_name(name)?;
        sheet.set_default_row_height(ROW_POINTS);
        sheet.set_row_height(0, HEADER_POINTS)?;
        sheet.set_freeze_panes(1, 0)?;
        // On paper.
        sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
        for (column, (n, name)) in (0..).zip(self.header.iter().enumerate()) {
            let (width, format) = match n.checked_sub(self.kept) {
                Some(n) => (WIDTHS.get(n).copied().unwrap_or(TEXT_WIDTH), &self.wrapped),
                None => (INPUT_WIDTH, &self.text),
            };
            // As text, a cell stays text when someone edits it.
            sheet.set_column_format(column, format)?;
            sheet.set_column_width(column, width)?;
            sheet.write_string_with_format(0, column, fit(name, &mut self.cut), &self.bold)?;
        }
        self.row = 1;
        Ok(())
    }

    /// What can be said of a sheet when all its rows are known.
    fn end_sheet(&mut self) -> Result<(), XlsxError> {
        let (last_row, last_column) = (self.row - 1, self.last_column());
        let sheet = self.sheet()?;
        sheet.autofilter(0, 0, last_row, last_column)?;
        // No green corners on ids.
        let ignored = IgnoreError::NumberStoredAsText;
        sheet.ignore_error_range(0, 0, last_row, last_column, ignored)?;
        Ok(())
    }

    fn rows(&mut self, piece: &[u8]) -> Result<(), XlsxError> {
        let width = self.header.len();
        let mut cells = unpack(piece).peekable();
        while cells.peek().is_some() {
            if self.row == self.sheet_rows {
                self.end_sheet()?;
                self.new_sheet()?;
            }
            let (row, mut cut) = (self.row, 0);
            let sheet = self.sheet()?;
            for (column, cell) in (0..).zip(cells.by_ref().take(width)) {
                sheet.write_string(row, column, fit(&cell, &mut cut))?;
            }
            self.row += 1;
            self.cut += cut;
        }
        Ok(())
    }
}

impl Assemble for Book<'_> {
    fn put(&mut self, piece: &[u8]) -> io::Result<()> {
        caught(|| self.rows(piece))
    }

    fn finish(mut self: Box<Self>) -> io::Result<u64> {
        caught(|| {
            self.end_sheet()?;
            self.workbook.save_to_writer(&mut self.out)
        })?;
        self.out.flush()?;
        Ok(self.cut)
    }
}

/// The writer answers a full disk under its temporary file with a panic.
fn caught<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> io::Result<T> {
    let full = |_| io::Error::other("its temporary file cannot be written: is the disk full?");
    catch_unwind(AssertUnwindSafe(work)).map_err(full)?.map_err(as_io)
}

fn as_io(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) | XlsxError::TempFileError(_, error) => error,
        XlsxError::ZipError(error) => error.into(),
        error => io::Error::other(error),
    }
}

/// Where the workbook goes. After an error the archive still wants to write its end, and would complain
/// on standard error.
struct Outlet<'o> {
    out: &'o mut (dyn Write + Send),
    failed: bool,
}

impl Write for Outlet<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.failed =
            written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed { Ok(()) } else { self.out.flush() }
    }
}

/// A text as a cell can hold it: line feeds alone for breaks, nothing that XML cannot say, not too long.
fn fit<'c>(cell: &'c str, cut: &mut u64) -> Cow<'c, str> {
    let cell = if cell.contains(|c| c == '\r' || is_illegal(c)) {
        let cell = cell.replace("\r\n", "\n").replace('\r', "\n");
        Cow::Owned(cell.replace(is_illegal, "\u{FFFD}"))
    } else {
        Cow::Borrowed(cell)
    };
    // No text has more units than bytes.
    if cell.len() <= MAX_UNITS || cell.encode_utf16().count() <= MAX_UNITS {
        return cell;
    }
    *cut += 1;
    let mut units = 0;
    let kept = cell.chars().take_while(|c| {
        units += c.len_utf16();
        units < MAX_UNITS
    });
    kept.chain(['…']).collect::<String>().into()
}

fn is_illegal(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Range, Reader, Xlsx as Opened};

    use super::*;

    /// The sheets of a workbook with room for two tickets on each.
    fn sheets(tickets: usize) -> Vec<(String, Vec<String>)> {
        let sink = Xlsx { sheet_rows: 3, ..Xlsx::new() };
        let mut bytes = Vec::new();
        let mut book = sink.assemble(&mut bytes).unwrap();
        let mut piece = Vec::new();
        for id in 0..tickets {
            pack(&id.to_string(), &mut piece);
            COLUMNS[1..].iter().for_each(|name| pack(name, &mut piece));
        }
        book.put(&piece).unwrap();
        assert_eq!(book.finish().unwrap(), 0);
        let mut opened = Opened::new(Cursor::new(bytes)).unwrap();
        let ids = |sheet: Range<Data>| sheet.rows().map(|row| row[0].to_string()).collect();
        opened.worksheets().into_iter().map(|(name, sheet)| (name, ids(sheet))).collect()
    }

    fn sheet(name: &str, ids: &[&str]) -> (String, Vec<String>) {
        let ids = std::iter::once("ticket_id").chain(ids.iter().copied());
        (name.to_owned(), ids.map(str::to_owned).collect())
    }

    #[test]
    fn what_does_not_fit_on_a_sheet_goes_on_on_the_next() {
        assert_eq!(sheets(0), [sheet("Answers", &[])]);
        assert_eq!(sheets(2), [sheet("Answers", &["0", "1"])]);
        assert_eq!(sheets(3), [sheet("Answers", &["0", "1"]), sheet("Answers 2", &["2"])]);
        let three = [
            sheet("Answers", &["0", "1"]),
            sheet("Answers 2", &["2", "3"]),
            sheet("Answers 3", &["4"]),
        ];
        assert_eq!(sheets(5), three);
    }

    #[test]
    fn a_cell_is_cut_between_characters() {
        let fitted = |text: &str| {
            let mut cut = 0;
            (fit(text, &mut cut).encode_utf16().count(), cut)
        };
        assert_eq!(fitted(&"a".repeat(32_767)), (32_767, 0));
        assert_eq!(fitted(&"ä".repeat(32_767)), (32_767, 0));
        assert_eq!(fitted(&"a".repeat(32_768)), (32_767, 1));
        assert_eq!(fitted(&"😀".repeat(16_383)), (32_766, 0));
        assert_eq!(fitted(&"😀".repeat(16_384)), (32_767, 1));
        assert_eq!(fitted(&format!("a{}", "😀".repeat(16_384))), (32_766, 1));
    }

    #[test]
    fn a_cell_has_nothing_that_xml_cannot_say() {
        let clean = |text| fit(text, &mut 0).into_owned();
        assert_eq!(clean("a\r\nb\rc\td"), "a\nb\nc\td");
        assert_eq!(clean("\0\u{1B}[1m\u{FFFF}"), "\u{FFFD}\u{FFFD}[1m\u{FFFD}");
    }
}

//! Workbooks of Excel 2007 and later, read row by row.
//!
//! Only the texts that cells share are held in memory. The archive, the XML
//! and every list in them are read within bounds, whatever they say of their
//! size. Formulas are never run: cells show the value that was stored.

mod sheet;
mod value;
mod workbook;
mod xml;

use std::collections::VecDeque;
use std::fmt::Write as _;

use self::sheet::SheetRows;
use self::value::MAX_COLUMN;
use self::workbook::{Sheet, Workbook};
use super::ReadRows;
use super::dialect::{MAX_ABOVE, above};
use super::headers::known_headers;
use super::options::ReadOptions;
use super::package::Package;
use super::problems::{Problems, Trouble};
use super::row::Row;
use crate::error::{Error, ErrorKind, Result};

/// Rows of a sheet.
pub(super) struct XlsxRows {
    book: Workbook,
    sheet: SheetRows,
    /// Rows that were read to find the header.
    ahead: VecDeque<Row>,
    header: Vec<String>,
    problems: Problems,
    number: u64,
    manner: String,
}

/// A sheet's first rows.
struct Look {
    sheet: SheetRows,
    problems: Problems,
    rows: VecDeque<Row>,
    above: usize,
    known: usize,
}

impl XlsxRows {
    /// Chooses the sheet and reads its header. `None` where no sheet has a row.
    pub(super) fn open(
        name: &str,
        package: Package,
        options: &ReadOptions,
    ) -> Result<Option<Self>> {
        let book = Workbook::open(package)?;
        let Some((chosen, look)) = choose(name, &book, options)? else { return Ok(None) };
        let mut manner = format!("XLSX sheet \"{}\"", book.sheets[chosen].name);
        if let (2.., None) = (book.sheets.len(), &options.sheet) {
            let _ = write!(manner, " (of {}; --sheet overrules)", book.sheets.len());
        }
        let Look { sheet, mut problems, rows: mut ahead, above, .. } = look;
        for row in ahead.drain(..above) {
            problems.note(Trouble::AboveHeader, row.line);
        }
        let header = if options.header {
            let row = ahead.pop_front().unwrap_or_default();
            row.cells().map(|cell| cell.trim().to_owned()).collect()
        } else {
            let width = ahead.front().map_or(0, Row::len);
            (1..=width).map(|n| format!("column {n}")).collect()
        };
        Ok(Some(Self { book, sheet, ahead, header, problems, number: 0, manner }))
    }

    /// The next row, blank or not.
    fn next(&mut self, row: &mut Row) -> bool {
        if let Some(first) = self.ahead.pop_front() {
            *row = first;
            return true;
        }
        self.sheet.read(&self.book.shared, self.header.len(), &mut self.problems, row)
    }
}

/// The sheet that was asked for, else the first whose header is of tickets,
/// else the first with anything in it; hidden ones last.
fn choose(name: &str, book: &Workbook, options: &ReadOptions) -> Result<Option<(usize, Look)>> {
    if let Some(wanted) = &options.sheet {
        let place = book.sheets.iter().position(|sheet| sheet.name.trim() == wanted.trim());
        let number = || wanted.parse::<usize>().ok()?.checked_sub(1);
        let place = place.or_else(number).filter(|place| *place < book.sheets.len());
        let place = place.ok_or_else(|| {
            let names: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
            Error::new(ErrorKind::Usage, format!("no sheet is called \"{wanted}\""))
                .help(format!("there are: {}", names.join(", ")))
        })?;
        let look = look(name, book, &book.sheets[place], options);
        return Ok((!look.rows.is_empty()).then_some((place, look)));
    }
    let mut best: Option<(usize, Look)> = None;
    let (shown, hidden): (Vec<usize>, Vec<usize>) =
        (0..book.sheets.len()).partition(|&place| book.sheets[place].visible);
    for places in [shown, hidden] {
        for place in places {
            let look = look(name, book, &book.sheets[place], options);
            if !look.rows.is_empty()
                && best.as_ref().is_none_or(|(_, best)| look.known.min(2) > best.known.min(2))
            {
                best = Some((place, look));
            }
            if best.as_ref().is_some_and(|(_, best)| best.known > 1) {
                return Ok(best);
            }
        }
        if best.is_some() {
            break;
        }
    }
    Ok(best)
}

/// Reads the first rows of a sheet that are not blank.
fn look(name: &str, book: &Workbook, sheet: &Sheet, options: &ReadOptions) -> Look {
    let mut problems = Problems::new(name);
    let xml = book.part(sheet).unwrap_or_else(|_| {
        problems.note(Trouble::CutOff, 1);
        None
    });
    let mut sheet = SheetRows::new(xml, options.max_record);
    let mut rows = VecDeque::new();
    let mut row = Row::default();
    while rows.len() < MAX_ABOVE && sheet.read(&book.shared, MAX_COLUMN, &mut problems, &mut row) {
        if row.is_blank() {
            problems.blank += 1;
        } else {
            rows.push_back(row.clone());
        }
    }
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| row.cells().map(str::to_owned).collect()).collect();
    let above = if options.header { above(&cells) } else { 0 };
    let known = cells.get(above).map_or(0, |header| known_headers(header));
    Look { sheet, problems, rows, above, known }
}

impl ReadRows for XlsxRows {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn read(&mut self, row: &mut Row) -> Result<bool> {
        loop {
            if !self.next(row) {
                return Ok(false);
            }
            if row.is_blank() {
                self.problems.blank += 1;
            } else if row.repeats(&self.header) {
                self.problems.note(Trouble::HeaderAgain, row.line);
            } else {
                break;
            }
        }
        self.number += 1;
        row.number = self.number;
        if row.len() > self.header.len() {
            self.problems.note(Trouble::LongRow, row.line);
        }
        Ok(true)
    }

    fn problems(&self) -> &Problems {
        &self.problems
    }

    fn problems_mut(&mut self) -> &mut Problems {
        &mut self.problems
    }

    fn manner(&self) -> Vec<String> {
        vec![self.manner.clone()]
    }
}

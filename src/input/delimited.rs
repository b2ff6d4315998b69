//! Rows of a delimited text, damaged or not.
//!
//! One stray quote must not swallow the tickets behind it. A quote is doubted
//! where its cell holds a line end and the rules break: text after the closing
//! quote, a row that is not as wide as the header, no closing quote at all.
//! Then the record is read in the ways in which it can be read, and the one is
//! taken that leaves rows as wide as the header; failing that, the quote is
//! text and every line a record, so that nothing is lost.

use super::ReadRows;
use super::decode::Text;
use super::dialect::{self, Dialect};
use super::options::ReadOptions;
use super::problems::{Problems, Trouble};
use super::record::{Cells, Parsed, Quote, Shape, parse};
use super::row::Row;
use super::window::Window;
use crate::error::Result;
use crate::span::head;

/// Text that is looked at to find the dialect.
const SAMPLE: usize = 256 << 10;

/// How far ahead a doubted quote is followed.
const LOOKAHEAD: usize = 256 << 10;

/// Closing quotes that are tried for one that is doubted.
const MAX_CLOSES: usize = 64;

/// Doubted quotes in one record; beyond, the record is taken as it is.
const MAX_DOUBTS: usize = 32;

/// What following doubted quotes may cost in bytes, apart from a share of what was read: hostile files have many.
const PATIENCE: usize = 64 << 20;

/// Rows of delimited text.
pub(super) struct DelimitedRows {
    window: Window,
    dialect: Dialect,
    /// What was announced by the user or the file, and need not be said.
    told: bool,
    header: Vec<String>,
    /// A first record that was read to see how many cells there are.
    first: Option<Row>,
    /// Cells that a row must have: a header's empty cells at the end do not count.
    width: usize,
    problems: Problems,
    number: u64,
    max_record: usize,
    /// What following doubted quotes has cost, in bytes.
    spent: usize,
    /// Whether the record that is read has a quote that nothing closes.
    unclosed: bool,
    /// For reading ahead.
    spare: Row,
}

/// A record in the buffer.
struct Record {
    shape: Shape,
    quotes: Vec<Quote>,
}

impl DelimitedRows {
    /// Finds the dialect and reads the header. `None` where there is no record at all.
    pub(super) fn open(name: &str, text: Text, options: &ReadOptions) -> Result<Option<Self>> {
        let mut rows = Self {
            window: Window::new(name, text),
            dialect: dialect::find("", true, options.delimiter, options.header),
            told: options.delimiter.is_some(),
            header: Vec::new(),
            first: None,
            width: 0,
            problems: Problems::new(name),
            number: 0,
            max_record: options.max_record,
            spent: 0,
            unclosed: false,
            spare: Row::default(),
        };
        rows.window.fill_to(SAMPLE)?;
        // A mark may stand in the middle of a file that was joined from several; here it is the first.
        if rows.window.rest().starts_with('\u{FEFF}') {
            rows.skip('\u{FEFF}'.len_utf8());
        }
        let (rest, end) = (rows.window.rest(), rows.window.is_end());
        rows.dialect = dialect::find(rest, end, options.delimiter, options.header);
        rows.skip(rows.dialect.skip);
        if options.header { rows.read_header() } else { rows.invent_header() }
    }

    fn read_header(mut self) -> Result<Option<Self>> {
        let mut header = Row::default();
        let mut above = self.dialect.above;
        loop {
            if !self.record(&mut header)? {
                return Ok(None);
            }
            if header.is_blank() {
                continue;
            }
            if above == 0 {
                break;
            }
            above -= 1;
            self.problems.note(Trouble::AboveHeader, header.line);
        }
        self.header = header.cells().map(|cell| cell.trim().to_owned()).collect();
        self.width =
            self.header.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        Ok(Some(self))
    }

    /// Names the columns of a text without a header by their numbers.
    fn invent_header(mut self) -> Result<Option<Self>> {
        let mut first = Row::default();
        loop {
            if !self.record(&mut first)? {
                return Ok(None);
            }
            if !first.is_blank() {
                break;
            }
            self.problems.blank += 1;
        }
        self.header = (1..=first.len()).map(|n| format!("column {n}")).collect();
        self.width = self.header.len();
        self.first = Some(first);
        Ok(Some(self))
    }

    /// The next record, blank or not.
    fn record(&mut self, row: &mut Row) -> Result<bool> {
        loop {
            let (rest, end) = (self.window.rest(), self.window.is_end());
            if rest.is_empty() && end {
                self.finish();
                return Ok(false);
            }
            let parsed = parse(rest, end, self.dialect.cells, &[], row);
            match parsed {
                Parsed::Whole(shape) if shape.bytes > self.max_record => {
                    self.cut(row)?;
                    return Ok(true);
                }
                Parsed::Whole(shape) if !self.is_doubtful(shape, row) => {
                    self.take(row, shape.bytes);
                    return Ok(true);
                }
                Parsed::Whole(shape) => {
                    let bytes = self.settle(shape, row)?;
                    self.take(row, bytes);
                    return Ok(true);
                }
                Parsed::Unfinished(_) if !end && rest.len() <= self.max_record => {
                    self.window.fill()?;
                }
                Parsed::Unfinished(Some(open)) => {
                    let shape = Shape { odd: Some(open), ..Shape::default() };
                    let bytes = self.settle(shape, row)?;
                    if bytes > 0 {
                        self.take(row, bytes);
                    } else {
                        self.cut(row)?;
                    }
                    return Ok(true);
                }
                Parsed::Unfinished(None) => {
                    self.cut(row)?;
                    return Ok(true);
                }
            }
        }
    }

    /// Whether a quote in the record may not be what it seems.
    fn is_doubtful(&self, shape: Shape, row: &Row) -> bool {
        let in_doubt = shape.multiline.or(shape.inner).is_some();
        shape.odd.is_some() || in_doubt && self.width > 0 && row.len() != self.header.len()
    }

    /// Moves past a record that was read.
    fn take(&mut self, row: &mut Row, bytes: usize) {
        row.line = self.window.line();
        let ended = self.window.rest()[..bytes].ends_with(['\n', '\r']);
        row.broken |= self.window.take(bytes, &mut self.problems);
        let last = self.window.is_end() && self.window.rest().is_empty() && !ended;
        row.cut = (std::mem::take(&mut self.unclosed) || self.window.is_cut_off()) && last;
        if let Some(delimiter) = self.dialect.wrapped {
            self.unwrap(row, delimiter);
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.window.take(bytes, &mut self.problems);
    }

    /// The row inside a row that was put into quotes once more.
    fn unwrap(&mut self, row: &mut Row, delimiter: u8) {
        let whole = row.cells().find(|cell| !cell.trim().is_empty()).unwrap_or_default();
        let mut inner = std::mem::take(&mut self.spare);
        parse(whole, true, Cells { delimiter, backslash: false }, &[], &mut inner);
        (inner.line, inner.broken, inner.cut) = (row.line, row.broken, row.cut);
        self.spare = std::mem::replace(row, inner);
    }

    /// At the end: the archive may have been damaged.
    fn finish(&mut self) {
        if self.window.is_cut_off() && self.problems.of(Trouble::CutOff).count == 0 {
            self.problems.note(Trouble::CutOff, self.window.line());
        }
    }

    /// Takes the beginning of a record that is too long, and leaves out the rest of it.
    fn cut(&mut self, row: &mut Row) -> Result<()> {
        let line = self.window.line();
        self.problems.note(Trouble::TooLong, line);
        let kept = head(self.window.rest(), self.max_record);
        let keep = kept.len();
        let quoted = match parse(kept, true, self.dialect.cells, &[], row) {
            Parsed::Whole(_) => false,
            // The cells before are there, and what came of the last one.
            Parsed::Unfinished(_) => {
                row.end_cell();
                true
            }
        };
        self.take(row, keep);
        (row.line, row.cut) = (line, true);
        let mut rest = Row::default();
        loop {
            // As a cell that goes on: inside its quotes until they close, else to the line end.
            // A doubled quote closes and opens again, so it needs no thought.
            let text = self.window.rest();
            let stop =
                if quoted { text.find('"').map(|at| at + 1) } else { text.find(['\n', '\r']) };
            let (skip, found) = stop.map_or((text.len(), false), |at| (at, true));
            self.skip(skip);
            if found || self.window.is_end() {
                break;
            }
            self.window.fill()?;
        }
        // What is left of the record's line.
        loop {
            let (text, end) = (self.window.rest(), self.window.is_end());
            match parse(text, end, self.dialect.cells, &[], &mut rest) {
                Parsed::Whole(shape) => {
                    self.skip(shape.bytes);
                    return Ok(());
                }
                Parsed::Unfinished(_) if !end && text.len() <= self.max_record => {
                    self.window.fill()?;
                }
                Parsed::Unfinished(_) => {
                    self.skip(text.len());
                    return Ok(());
                }
            }
        }
    }

    /// Decides what doubtful quotes are, reads the record so, and returns its length.
    fn settle(&mut self, shape: Shape, row: &mut Row) -> Result<usize> {
        if !self.window.is_end() && self.window.rest().len() < shape.bytes + LOOKAHEAD {
            self.window.fill()?;
        }
        let mut record = Record { shape, quotes: Vec::new() };
        for _ in 0..MAX_DOUBTS {
            let Shape { odd, inner, multiline, .. } = record.shape;
            let Some(open) = odd.or(inner).or(multiline) else { break };
            if record.quotes.iter().any(|quote| quote.open == open) {
                break;
            }
            let certain = odd.or(inner).is_some();
            let Some((close, trouble)) = self.judge(open, &record.quotes, certain) else { break };
            self.problems.note(trouble, self.window.line_at(open));
            self.unclosed |= trouble == Trouble::UnclosedQuote;
            record.quotes.push(Quote { open, close });
            let rest = self.window.rest();
            let all = self.window.is_end() || rest.len() > self.max_record;
            match parse(rest, all, self.dialect.cells, &record.quotes, row) {
                Parsed::Whole(shape) if !self.is_doubtful(shape, row) => return Ok(shape.bytes),
                Parsed::Whole(shape) => record.shape = shape,
                Parsed::Unfinished(Some(open)) => {
                    record.shape = Shape { odd: Some(open), ..Shape::default() };
                }
                Parsed::Unfinished(None) => return Ok(0),
            }
        }
        if record.shape.bytes == 0 {
            if !self.window.is_end() {
                // It is only long.
                return Ok(0);
            }
            // Too many doubts: the line as it stands.
            let rest = self.window.rest();
            let line = rest.find(['\n', '\r']).map_or(rest.len(), |at| at + 1);
            parse(&rest[..line], true, self.dialect.cells, &record.quotes, row);
            row.end_cell();
            return Ok(line);
        }
        let (rest, end) = (self.window.rest(), self.window.is_end());
        parse(rest, end, self.dialect.cells, &record.quotes, row);
        Ok(record.shape.bytes)
    }

    /// What a doubtful quote is: where its cell closes, or text. `None` leaves it as it was read.
    fn judge(
        &mut self,
        open: usize,
        quotes: &[Quote],
        certain: bool,
    ) -> Option<(Option<usize>, Trouble)> {
        let text = Some((None, Trouble::UnclosedQuote));
        let mut tried = quotes.to_vec();
        tried.push(Quote { open, close: None });
        if self.fits(&tried, certain) {
            return text;
        }
        // Nothing speaks against the closing quote but the width of the row, and rows are short for many reasons.
        if !certain {
            return None;
        }
        // An inner quote that was not doubled: the cell closes at a later one.
        let rest = self.window.rest();
        let limit = head(rest, open + LOOKAHEAD).len();
        let closes: Vec<usize> = memchr::memchr_iter(b'"', &rest.as_bytes()[open + 1..limit])
            .map(|at| open + 1 + at)
            .filter(|&at| self.closes(&rest[at + 1..]))
            .take(MAX_CLOSES)
            .collect();
        for close in closes {
            if self.holds_records(&self.window.rest()[open..close]) {
                break;
            }
            if let Some(last) = tried.last_mut() {
                last.close = Some(close);
            }
            if self.fits(&tried, certain) {
                return Some((Some(close), Trouble::InnerQuote));
            }
        }
        // A file that ends inside a cell is one that was cut off.
        let (rest, end) = (self.window.rest(), self.window.is_end());
        if end && !self.closed_later(open) && !self.holds_records(&rest[open..]) {
            return Some((Some(rest.len()), Trouble::UnclosedQuote));
        }
        // A cell beyond the limit need not be one whose quote was forgotten.
        let too_long = !end && rest.len() > self.max_record;
        if !too_long || self.holds_records(&rest[open..limit]) { text } else { None }
    }

    /// Whether a quote with this behind it can close a cell.
    fn closes(&self, after: &str) -> bool {
        let after = after.trim_start_matches(' ');
        after.is_empty()
            || after.starts_with(['\n', '\r'])
            || after.as_bytes().first() == Some(&self.dialect.cells.delimiter)
    }

    /// Whether any quote stands behind an opening one.
    fn closed_later(&self, open: usize) -> bool {
        self.window.rest()[open + 1..].contains('"')
    }

    /// Whether, read so, the record and the one after it are as wide as the header. Where
    /// the quote keeps the rules, the record after it must keep them too: a cell may
    /// hold just as many delimiters as its short row wants, but then breaks what follows.
    fn fits(&mut self, quotes: &[Quote], certain: bool) -> bool {
        let width = self.header.len();
        if width < 2 {
            return false;
        }
        let waiting = self.window.rest();
        let rest = head(waiting, LOOKAHEAD * 2);
        let end = self.window.is_end() && rest.len() == waiting.len();
        let Parsed::Whole(shape) = parse(rest, end, self.dialect.cells, quotes, &mut self.spare)
        else {
            return false;
        };
        self.spent += shape.bytes;
        if self.spent > PATIENCE + self.window.taken() * 8 {
            return false;
        }
        if self.spare.len() != width {
            return false;
        }
        let mut next = &rest[shape.bytes..];
        loop {
            if next.is_empty() {
                return end;
            }
            match parse(next, end, self.dialect.cells, &[], &mut self.spare) {
                Parsed::Whole(shape) if self.spare.is_blank() => next = &next[shape.bytes..],
                Parsed::Whole(Shape { odd: Some(_), .. }) | Parsed::Unfinished(_) if !certain => {
                    return false;
                }
                Parsed::Whole(shape) => {
                    let first = &next[..shape.bytes];
                    return self.spare.len() == width
                        || self.is_record(first.lines().next().unwrap_or_default());
                }
                // A damaged neighbour says nothing; its first line may.
                Parsed::Unfinished(_) => {
                    return self.is_record(next.lines().next().unwrap_or_default());
                }
            }
        }
    }

    /// Whether a line, by itself and without regard to quotes, is as wide as the header.
    fn is_record(&self, line: &str) -> bool {
        let delimiter = self.dialect.cells.delimiter;
        memchr::memchr_iter(delimiter, line.as_bytes()).count() + 1 == self.header.len()
    }

    /// Whether there are records inside what would be a cell.
    fn holds_records(&self, cell: &str) -> bool {
        let lines = cell.split(['\n', '\r']).skip(1);
        self.header.len() > 2 && lines.into_iter().any(|line| self.is_record(line))
    }
}

impl ReadRows for DelimitedRows {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn read(&mut self, row: &mut Row) -> Result<bool> {
        loop {
            match self.first.take() {
                Some(first) => *row = first,
                None if !self.record(row)? => return Ok(false),
                None => {}
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
        if row.len() < self.width {
            self.problems.note(Trouble::ShortRow, row.line);
        }
        if (self.header.len()..row.len()).any(|column| !row.cell(column).trim().is_empty()) {
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
        let delimiter = self.dialect.wrapped.unwrap_or(self.dialect.cells.delimiter);
        let mut manner = Vec::new();
        if let (false, Some(name)) = (self.told, name_of(delimiter)) {
            manner.push(name.to_owned());
        }
        if self.dialect.wrapped.is_some() {
            manner.push("rows quoted once too often".to_owned());
        }
        if self.dialect.cells.backslash {
            manner.push("quotes escaped by backslashes".to_owned());
        }
        manner.extend(self.window.manner());
        manner
    }
}

/// The name of a delimiter that is not the comma.
fn name_of(delimiter: u8) -> Option<&'static str> {
    Some(match delimiter {
        b',' => return None,
        b';' => "semicolons",
        b'\t' => "tabs",
        b'|' => "pipes",
        _ => "a delimiter of its own",
    })
}

//! Rows of JSON: lines, lists, and objects around a list.
//!
//! A record is found by its brackets, read by itself and forgotten, so memory
//! does not grow with the file. Where brackets or quotes are broken, the next
//! record is looked for: a line that begins like this one's, or an object like
//! those before. The header is what the first records have; what only later
//! ones have is read as text, if it is one.

use std::collections::{HashSet, VecDeque};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::ReadRows;
use super::decode::Text;
use super::element::{Scan, Scanned, begins_json, trim, value};
use super::flatten::{Kind, flatten};
use super::headers::may_be_text;
use super::options::{InputFormat, ReadOptions};
use super::problems::{Problems, Trouble};
use super::row::Row;
use super::wrapper::Search;
use crate::error::{Error, ErrorKind, Result};
use crate::place::Place;

/// Text that is looked at to find the header, and behind a broken record to find the next.
const SAMPLE: usize = 256 << 10;

/// Records that make the header.
const VOTERS: usize = 200;

/// Columns of a header; what a record has beyond is read as what only late records have.
const MAX_COLUMNS: usize = 4096;

/// Late keys that are remembered, to be named once each.
const MAX_LATE: usize = 4096;

/// Objects behind a broken record that are looked at.
const MAX_TRIES: usize = 64;

/// What looking behind broken records may cost in bytes, apart from a share of what was read.
const PATIENCE: usize = 64 << 20;

/// The header of an export without records, so that it is read as an export without tickets.
const EMPTY: [&str; 3] = ["id", "subject", "description"];

/// Rows of JSON.
pub(super) struct JsonRows {
    source: Source,
    columns: Columns,
    /// Records that were read to find the header.
    waiting: VecDeque<Record>,
    number: u64,
    kind: String,
    header: Vec<String>,
    messages: Vec<usize>,
}

/// Where the next record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between the values of the file.
    Top,
    /// In a list of records, with so many objects around it.
    List(usize),
    /// Behind such a list.
    Rest(usize),
}

/// The elements of a text.
struct Source {
    text: Text,
    /// Text that was decoded and not taken yet, from `from` on.
    buffer: String,
    from: usize,
    /// How many bytes of text were before the buffer.
    before: usize,
    end: bool,
    /// The line at `from`, from 1, and where in the text it begins.
    line: u64,
    line_start: usize,
    state: State,
    /// Whether objects may have a list of records in them: not, once one had none.
    wrapped: bool,
    /// Where the records were found.
    seen: Seen,
    /// The first keys of a good record.
    keys: Vec<String>,
    /// Whether what was read last was sound; what is left of a broken record is no news.
    sound: bool,
    /// What looking behind broken records has cost, in bytes.
    spent: usize,
    max_record: usize,
    problems: Problems,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    lists: bool,
    under: Option<String>,
    objects: u64,
}

/// The columns so far.
#[derive(Default)]
struct Columns {
    names: IndexMap<String, Column>,
    /// Whether all are known.
    closed: bool,
    late: HashSet<String>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Column {
    messages: bool,
}

/// A record as it stands.
struct Found {
    object: Map<String, Value>,
    line: u64,
    /// Whether something in it could not be decoded.
    broken: bool,
}

/// A record as cells, each with its column.
#[derive(Debug, Default)]
struct Record {
    cells: Vec<(usize, String)>,
    /// Texts without a column.
    extra: Vec<String>,
    line: u64,
    broken: bool,
}

/// Whether a text is JSON, as far as can be told and was told.
pub(super) fn is_json(text: &mut Text, format: Option<InputFormat>) -> Result<bool> {
    match format {
        Some(format) => Ok(format == InputFormat::Json),
        None => Ok(begins_json(text.peek()?)),
    }
}

impl JsonRows {
    /// Reads the first records and makes the header of them. `None` where there is no text at all.
    pub(super) fn open(name: &str, text: Text, options: &ReadOptions) -> Result<Option<Self>> {
        let mut rows = Self {
            source: Source::new(name, text, options.max_record),
            columns: Columns::default(),
            waiting: VecDeque::new(),
            number: 0,
            kind: String::new(),
            header: Vec::new(),
            messages: Vec::new(),
        };
        while rows.waiting.len() < VOTERS && rows.source.place() < SAMPLE {
            let Some(record) = rows.record()? else { break };
            rows.waiting.push_back(record);
        }
        let source = &rows.source;
        if rows.waiting.is_empty() {
            if !source.seen.lists && source.seen.objects == 0 && !source.problems.is_damaged() {
                return Ok(None);
            }
            let damage = source.problems.seen().find(|(trouble, _)| trouble.is_damage());
            if let Some((trouble, lines)) = damage {
                let line = lines.first().first().copied().unwrap_or(1);
                let message = format!("there is no record in it that can be read: {trouble}");
                return Err(Error::new(ErrorKind::Input, message)
                    .at(Place::file(name).line(line))
                    .help("export the tickets again"));
            }
            rows.columns.names.extend(EMPTY.map(|name| (name.to_owned(), Column::default())));
        }
        rows.columns.closed = true;
        rows.kind = match &source.seen {
            Seen { under: Some(key), .. } => format!("JSON under \"{key}\""),
            Seen { lists: false, objects: 2.., .. } => "JSON lines".to_owned(),
            Seen { .. } => "JSON".to_owned(),
        };
        let names = &rows.columns.names;
        rows.header = names.keys().cloned().collect();
        rows.messages =
            names.values().enumerate().filter(|(_, c)| c.messages).map(|(n, _)| n).collect();
        Ok(Some(rows))
    }

    /// The next record with anything in it.
    fn record(&mut self) -> Result<Option<Record>> {
        while let Some(Found { object, line, broken }) = self.source.next()? {
            let mut record = Record { line, broken, ..Record::default() };
            self.columns.place(&object, &mut record, &mut self.source.problems);
            if record.is_blank() {
                self.source.problems.blank += 1;
            } else {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

impl ReadRows for JsonRows {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn messages(&self) -> &[usize] {
        &self.messages
    }

    fn read(&mut self, row: &mut Row) -> Result<bool> {
        let record = match self.waiting.pop_front() {
            Some(record) => record,
            None => match self.record()? {
                Some(record) => record,
                None => return Ok(false),
            },
        };
        self.number += 1;
        record.fill(row, self.header.len());
        row.number = self.number;
        Ok(true)
    }

    fn problems(&self) -> &Problems {
        &self.source.problems
    }

    fn problems_mut(&mut self) -> &mut Problems {
        &mut self.source.problems
    }

    fn manner(&self) -> Vec<String> {
        let mut manner = vec![self.kind.clone()];
        manner.extend(self.source.text.manner());
        manner
    }
}

impl Columns {
    /// Puts the cells of a record into columns, new ones while there may be any.
    fn place(&mut self, value: &Map<String, Value>, record: &mut Record, problems: &mut Problems) {
        let mut news = false;
        flatten(value, &mut |cell| {
            let known = self.names.get_full_mut(cell.path).map(|(at, _, column)| (at, column));
            if let Some((at, column)) = known {
                column.messages |= !self.closed && cell.kind == Kind::Messages;
                record.push(at, cell.text.into_owned());
                return;
            }
            if !self.closed && self.names.len() < MAX_COLUMNS {
                let column = Column { messages: cell.kind == Kind::Messages };
                let (at, _) = self.names.insert_full(cell.path.to_owned(), column);
                record.push(at, cell.text.into_owned());
                return;
            }
            if cell.text.trim().is_empty() {
                return;
            }
            if !self.late.contains(cell.path) {
                news = true;
                if self.late.len() < MAX_LATE {
                    self.late.insert(cell.path.to_owned());
                }
            }
            let text = cell.kind != Kind::Data && cell.text.trim().contains(char::is_whitespace);
            if text && may_be_text(cell.path) {
                record.extra.push(cell.text.into_owned());
            }
        });
        if news {
            problems.note(Trouble::LateKey, record.line);
        }
    }
}

impl Record {
    fn push(&mut self, column: usize, text: String) {
        self.cells.push((column, text));
    }

    fn is_blank(&self) -> bool {
        self.extra.is_empty() && self.cells.iter().all(|(_, text)| text.trim().is_empty())
    }

    /// Makes a row of the cells. Empty ones at the end are left out: a short row is padded.
    fn fill(mut self, row: &mut Row, width: usize) {
        row.clear();
        (row.line, row.broken) = (self.line, self.broken);
        // In the order of columns; of one column, in the order of the record.
        self.cells.sort_by_key(|(column, _)| *column);
        let mut filled = None;
        for (column, text) in self.cells.iter().filter(|(_, text)| !text.is_empty()) {
            if filled == Some(*column) {
                // A key with a dot, and the same as a path.
                row.extend(", ");
            } else {
                if filled.is_some() {
                    row.end_cell();
                }
                while row.len() < *column {
                    row.push("");
                }
            }
            row.extend(text);
            filled = Some(*column);
        }
        if filled.is_some() {
            row.end_cell();
        }
        if self.extra.is_empty() {
            return;
        }
        while row.len() < width {
            row.push("");
        }
        for text in &self.extra {
            row.push(text);
        }
    }
}

impl Source {
    fn new(name: &str, text: Text, max_record: usize) -> Self {
        Self {
            text,
            buffer: String::new(),
            from: 0,
            before: 0,
            end: false,
            line: 1,
            line_start: 0,
            state: State::Top,
            wrapped: true,
            seen: Seen::default(),
            keys: Vec::new(),
            sound: true,
            spent: 0,
            max_record,
            problems: Problems::new(name),
        }
    }

    /// How much text was taken.
    fn place(&self) -> usize {
        self.before + self.from
    }

    fn rest(&self) -> &str {
        &self.buffer[self.from..]
    }

    /// Decodes some more text; twice what is waiting, so that long records are not moved over and over.
    fn fill(&mut self) -> Result<()> {
        let waiting = self.buffer.len() - self.from;
        self.before += self.from;
        self.buffer.drain(..self.from);
        self.from = 0;
        self.end = !self
            .text
            .more(&mut self.buffer, waiting)
            .map_err(|error| error.at(Place::file(self.problems.name()).line(self.line)))?;
        Ok(())
    }

    /// Decodes until so much text is there, or all.
    fn fill_to(&mut self, bytes: usize) -> Result<()> {
        while !self.end && self.rest().len() < bytes {
            self.fill()?;
        }
        Ok(())
    }

    /// Moves on; `true` if something in between could not be decoded.
    fn skip(&mut self, bytes: usize) -> bool {
        let mut broken = false;
        while let Some((at, trouble)) = self.text.replaced_before(self.place() + bytes) {
            let at = at.saturating_sub(self.before).clamp(self.from, self.from + bytes);
            let before = self.buffer.get(self.from..at).unwrap_or_default();
            let lines = memchr::memchr_iter(b'\n', before.as_bytes()).count() as u64;
            self.problems.note(trouble, self.line + lines);
            broken = true;
        }
        let skipped = &self.rest().as_bytes()[..bytes];
        if let Some(last) = memchr::memrchr(b'\n', skipped) {
            self.line += memchr::memchr_iter(b'\n', skipped).count() as u64;
            self.line_start = self.place() + last + 1;
        }
        self.from += bytes;
        broken
    }

    /// Moves to the next byte of a record or bracket, and shows it.
    fn next_byte(&mut self) -> Result<Option<u8>> {
        loop {
            let rest = self.rest();
            let next = trim(rest);
            let space = rest.len() - next.len();
            let byte = next.bytes().next();
            self.skip(space);
            if byte.is_some() || self.end {
                return Ok(byte);
            }
            self.fill()?;
        }
    }

    /// The next record that can be read.
    fn next(&mut self) -> Result<Option<Found>> {
        loop {
            if let State::Rest(objects) = self.state {
                self.leave(objects)?;
            }
            let Some(byte) = self.next_byte()? else {
                self.finish();
                return Ok(None);
            };
            let listed = self.state != State::Top;
            match (byte, self.state) {
                (b'[', State::Top) => {
                    self.skip(1);
                    self.state = State::List(0);
                    self.seen.lists = true;
                }
                (b']', State::List(objects)) => {
                    self.skip(1);
                    self.state = if objects == 0 { State::Top } else { State::Rest(objects) };
                }
                (b'{', State::Top) if self.wrapped && self.enter()? => {}
                (b'{', _) => {
                    self.seen.objects += u64::from(!listed);
                    if let Some(found) = self.element()? {
                        return Ok(Some(found));
                    }
                }
                (b'[' | b'"', _) if listed => {
                    self.element()?;
                }
                (b'}' | b']', _) => self.stray(1),
                _ if listed => self.word()?,
                _ => self.stray_line()?,
            }
        }
    }

    /// Takes an element that begins here. It is returned if it is an object that can be read.
    fn element(&mut self) -> Result<Option<Found>> {
        let mut scan = Scan::new();
        // Where the next record seems to begin, once this one is known to be broken.
        let mut stop = None;
        let mut searched = false;
        loop {
            let rest = self.rest().as_bytes();
            let scanned = scan.run(&rest[..stop.unwrap_or(rest.len())]);
            let long = self.rest().len() > self.max_record;
            match scanned {
                Scanned::End(bytes) => return Ok(self.take(bytes)),
                Scanned::Odd => {
                    (stop, searched) = (self.next_record(scan.at)?, true);
                    scan.leniently();
                }
                Scanned::More => match stop {
                    Some(stop) => {
                        self.bad();
                        self.skip(stop);
                        return Ok(None);
                    }
                    None if !self.end && !long => self.fill()?,
                    None if !searched => {
                        (stop, searched) = (self.next_record(scan.at)?, true);
                    }
                    None if long => {
                        self.problems.note(Trouble::TooLong, self.line);
                        self.skip_element(scan)?;
                        return Ok(None);
                    }
                    None => {
                        self.cut_off();
                        self.skip(self.rest().len());
                        return Ok(None);
                    }
                },
            }
        }
    }

    /// Reads an element whose end is known.
    fn take(&mut self, bytes: usize) -> Option<Found> {
        let line = self.line;
        if bytes > self.max_record {
            self.problems.note(Trouble::TooLong, line);
            self.skip(bytes);
            return None;
        }
        let value = value(&self.rest()[..bytes]);
        let Some(Value::Object(object)) = value else {
            self.bad();
            // What is no object may be sound all the same.
            self.sound = value.is_some();
            self.skip(bytes);
            return None;
        };
        let broken = self.skip(bytes);
        if self.keys.is_empty() {
            self.keys = object.keys().take(2).cloned().collect();
        }
        self.sound = true;
        Some(Found { object, line, broken })
    }

    /// Moves behind an element without keeping it.
    fn skip_element(&mut self, mut scan: Scan) -> Result<()> {
        scan.leniently();
        loop {
            match scan.run(self.rest().as_bytes()) {
                Scanned::End(bytes) => {
                    self.skip(bytes);
                    return Ok(());
                }
                Scanned::Odd | Scanned::More if !self.end => {
                    let bytes = scan.at;
                    self.skip(bytes);
                    scan.forget(bytes);
                    self.fill()?;
                }
                Scanned::Odd | Scanned::More => {
                    self.cut_off();
                    self.skip(self.rest().len());
                    return Ok(());
                }
            }
        }
    }

    /// Looks for a list of records in the object that begins here, and enters it; `false` if the object is a record.
    fn enter(&mut self) -> Result<bool> {
        let line = self.line;
        let mut search = Search::default();
        let mut gone = false;
        loop {
            let rest = self.rest();
            let done = search.run(rest.as_bytes());
            let enough = gone || rest.len() >= SAMPLE;
            match search.found() {
                Some(list) if done || enough || self.end => {
                    let (start, objects, key) = (list.start, list.objects, list.key.clone());
                    self.skip(start);
                    self.state = State::List(objects);
                    self.seen.lists = true;
                    self.seen.under.get_or_insert(key);
                    return Ok(true);
                }
                None if done || self.end => {
                    if self.seen.under.is_none() {
                        self.wrapped = false;
                    }
                    if gone {
                        self.problems.note(Trouble::TooLong, line);
                        self.skip(search.at.min(self.rest().len()));
                    }
                    return Ok(gone);
                }
                // What stands before the list can be longer than any record.
                None if rest.len() > self.max_record.max(SAMPLE) => {
                    let bytes = search.at;
                    self.skip(bytes);
                    search.forget(bytes);
                    gone = true;
                }
                _ => {}
            }
            self.fill()?;
        }
    }

    /// Leaves the objects around a list.
    fn leave(&mut self, objects: usize) -> Result<()> {
        self.skip_element(Scan::inside(objects))?;
        self.state = State::Top;
        Ok(())
    }

    /// An element of a list that is a number or a word.
    fn word(&mut self) -> Result<()> {
        let ends = [',', ']', '}', '{', '\n'];
        while !self.end && self.rest().len() < SAMPLE && !self.rest().contains(ends) {
            self.fill()?;
        }
        let found = self.rest().find(ends);
        let sound = self.sound;
        self.stray(found.unwrap_or(self.rest().len()).max(1));
        // Each is one.
        self.sound = sound && found.is_some();
        Ok(())
    }

    /// A line, or the rest of it, that is not JSON.
    fn stray_line(&mut self) -> Result<()> {
        self.fill_to(SAMPLE)?;
        let next = self.next_record(0)?;
        let line = self.rest().find('\n').unwrap_or(self.rest().len());
        self.sound |= self.line_start == self.place();
        self.stray(next.map_or(line, |next| next.min(line)));
        Ok(())
    }

    /// Text that should not be here; what is left of a broken record is no news.
    fn stray(&mut self, bytes: usize) {
        if self.sound {
            self.bad();
        }
        self.skip(bytes);
    }

    fn bad(&mut self) {
        self.problems.note(Trouble::BadJson, self.line);
        self.sound = false;
    }

    /// Where behind the start of a broken record the next one seems to begin. `at` is how far is known to be looked at.
    fn next_record(&mut self, at: usize) -> Result<Option<usize>> {
        self.fill_to(at + SAMPLE)?;
        if self.spent > PATIENCE + self.place() * 8 {
            return Ok(None);
        }
        let rest = self.rest();
        let mut limit = (at + SAMPLE).min(rest.len());
        while !rest.is_char_boundary(limit) {
            limit -= 1;
        }
        let window = &rest[..limit];
        let indent = self.place() - self.line_start;
        let line = memchr::memchr_iter(b'\n', window.as_bytes()).find_map(|at| {
            let line = &window[at + 1..];
            let space = line.len() - line.trim_start_matches([' ', '\t', ',']).len();
            (space <= indent && line[space..].starts_with('{')).then_some(at + 1 + space)
        });
        let (alike, cost) = self.alike(&window[..line.unwrap_or(limit)]);
        self.spent += line.unwrap_or(limit) + cost;
        Ok(alike.or(line))
    }

    /// Where in a text an object begins that is whole and has the keys of those before; and what it cost to look.
    fn alike(&self, text: &str) -> (Option<usize>, usize) {
        let mut cost = 0;
        let Some(first) = self.keys.first() else { return (None, cost) };
        let candidates = memchr::memchr_iter(b'{', text.as_bytes()).filter(|&at| {
            let key = text[at + 1..].trim_start().strip_prefix('"');
            let key = key.and_then(|key| key.strip_prefix(first.as_str()));
            at > 0
                && key.is_some_and(|rest| rest.starts_with('"'))
                && text[..at].trim_end().ends_with(',')
        });
        for at in candidates.take(MAX_TRIES) {
            let mut scan = Scan::new();
            let scanned = scan.run(&text.as_bytes()[at..]);
            cost += scan.at;
            let Scanned::End(bytes) = scanned else { continue };
            if let Some(Value::Object(object)) = value(&text[at..at + bytes])
                && object.keys().take(2).eq(&self.keys)
            {
                return (Some(at), cost);
            }
        }
        (None, cost)
    }

    /// At the end: whether something was still open.
    fn finish(&mut self) {
        if self.state != State::Top || self.text.is_cut_off() {
            self.cut_off();
        }
    }

    /// Once is enough: there is one end.
    fn cut_off(&mut self) {
        if self.problems.of(Trouble::CutOff).count == 0 {
            self.problems.note(Trouble::CutOff, self.line);
        }
    }
}

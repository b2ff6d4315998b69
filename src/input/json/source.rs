//! Where the records of a JSON text are.
//!
//! A record is found by its brackets before it is read. Behind a broken one, the
//! next begins on a line indented no deeper, or is a whole object with the keys of
//! those before; that search has a budget, so that a file of nothing but broken
//! records is read in linear time.

use serde_json::{Map, Value};

use super::element::{Scan, Scanned, trim, value};
use super::wrapper::Search;
use crate::error::Result;
use crate::input::decode::Text;
use crate::input::problems::{Problems, Trouble};
use crate::input::window::Window;
use crate::span::head;

/// Text that is looked at to find the header, and behind a broken record to find the next.
pub(super) const SAMPLE: usize = 256 << 10;

/// Objects behind a broken record that are looked at.
const MAX_TRIES: usize = 64;

/// What looking behind broken records may cost in bytes, apart from a share of what was read.
const PATIENCE: usize = 16 << 20;

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
pub(super) struct Source {
    pub(super) window: Window,
    /// Where in the text the line of the window begins.
    line_start: usize,
    state: State,
    /// Whether objects may have a list of records in them: not, once one had none.
    wrapped: bool,
    /// Where the records were found.
    pub(super) seen: Seen,
    /// The first keys of a good record.
    keys: Vec<String>,
    /// Whether what was read last was sound; what is left of a broken record is no news.
    sound: bool,
    /// What looking behind broken records has cost, in bytes.
    spent: usize,
    max_record: usize,
    pub(super) problems: Problems,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) lists: bool,
    pub(super) under: Option<String>,
    pub(super) objects: u64,
}

/// A record as it stands.
pub(super) struct Found {
    pub(super) object: Map<String, Value>,
    pub(super) line: u64,
    /// Whether something in it could not be decoded.
    pub(super) broken: bool,
}

impl Source {
    pub(super) fn new(name: &str, text: Text, max_record: usize) -> Self {
        Self {
            window: Window::new(name, text),
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

    fn rest(&self) -> &str {
        self.window.rest()
    }

    /// Moves on; `true` if something in between could not be decoded.
    fn skip(&mut self, bytes: usize) -> bool {
        if let Some(last) = memchr::memrchr(b'\n', &self.rest().as_bytes()[..bytes]) {
            self.line_start = self.window.taken() + last + 1;
        }
        self.window.take(bytes, &mut self.problems)
    }

    /// Moves to the next byte of a record or bracket, and shows it.
    fn next_byte(&mut self) -> Result<Option<u8>> {
        loop {
            let rest = self.rest();
            let next = trim(rest);
            let space = rest.len() - next.len();
            let byte = next.bytes().next();
            self.skip(space);
            if byte.is_some() || self.window.is_end() {
                return Ok(byte);
            }
            self.window.fill()?;
        }
    }

    /// The next record that can be read.
    pub(super) fn next(&mut self) -> Result<Option<Found>> {
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
                Scanned::End(bytes) if scan.is_whole() || stop.is_none() => {
                    return Ok(self.take(bytes));
                }
                Scanned::Odd => {
                    (stop, searched) = (self.next_record(scan.at)?, true);
                    scan.leniently();
                }
                Scanned::End(_) | Scanned::More => match stop {
                    Some(stop) => {
                        self.bad();
                        self.skip(stop);
                        return Ok(None);
                    }
                    None if !self.window.is_end() && !long => self.window.fill()?,
                    None if !searched => {
                        (stop, searched) = (self.next_record(scan.at)?, true);
                    }
                    None if long => {
                        self.problems.note(Trouble::TooLongJson, self.window.line());
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
        let line = self.window.line();
        if bytes > self.max_record {
            self.problems.note(Trouble::TooLongJson, line);
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
                Scanned::Odd | Scanned::More if !self.window.is_end() => {
                    let bytes = scan.at;
                    self.skip(bytes);
                    scan.forget(bytes);
                    self.window.fill()?;
                }
                Scanned::Odd | Scanned::More => {
                    self.skip(self.rest().len());
                    self.cut_off();
                    return Ok(());
                }
            }
        }
    }

    /// Looks for a list of records in the object that begins here, and enters it; `false` if the object is a record.
    fn enter(&mut self) -> Result<bool> {
        let line = self.window.line();
        let mut search = Search::default();
        let mut gone = false;
        loop {
            let rest = self.rest();
            let done = search.run(rest.as_bytes());
            let enough = gone || rest.len() >= SAMPLE;
            match search.found() {
                Some(list) if done || enough || self.window.is_end() => {
                    let (start, objects, key) = (list.start, list.objects, list.key.clone());
                    self.skip(start);
                    self.state = State::List(objects);
                    self.seen.lists = true;
                    self.seen.under.get_or_insert(key);
                    return Ok(true);
                }
                None if done || self.window.is_end() => {
                    if self.seen.under.is_none() {
                        self.wrapped = false;
                    }
                    if gone {
                        self.problems.note(Trouble::TooLongJson, line);
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
            self.window.fill()?;
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
        while !self.window.is_end() && self.rest().len() < SAMPLE && !self.rest().contains(ends) {
            self.window.fill()?;
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
        while !self.window.is_end() && self.rest().len() < SAMPLE && !self.rest().contains('\n') {
            self.window.fill()?;
        }
        let rest = self.rest();
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let next = if self.is_patient() { self.alike(line) } else { (None, 0) };
        let bytes = next.0.unwrap_or(line.len());
        self.spent += next.1;
        self.sound |= self.line_start == self.window.taken();
        self.stray(bytes);
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
        self.problems.note(Trouble::BadJson, self.window.line());
        self.sound = false;
    }

    /// Whether the search for records behind broken ones has not cost too much.
    fn is_patient(&self) -> bool {
        self.spent <= PATIENCE + self.window.taken() * 8
    }

    /// Where behind the start of a broken record the next one seems to begin. `at` is how far is known to be looked at.
    fn next_record(&mut self, at: usize) -> Result<Option<usize>> {
        self.window.fill_to(at + SAMPLE)?;
        if !self.is_patient() {
            return Ok(None);
        }
        let rest = self.rest();
        let window = head(rest, at + SAMPLE);
        let indent = self.window.taken() - self.line_start;
        let line = memchr::memchr_iter(b'\n', window.as_bytes()).find_map(|at| {
            let line = &window[at + 1..];
            let space = line.len() - line.trim_start_matches([' ', '\t', ',']).len();
            (space <= indent && line[space..].starts_with('{')).then_some(at + 1 + space)
        });
        let (alike, cost) = self.alike(&window[..line.unwrap_or(window.len())]);
        self.spent += line.unwrap_or(window.len()) + cost;
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
        if self.state != State::Top || self.window.is_cut_off() {
            self.cut_off();
        }
    }

    /// Once is enough: there is one end.
    fn cut_off(&mut self) {
        if self.problems.of(Trouble::CutOff).count == 0 {
            self.problems.note(Trouble::CutOff, self.window.line());
        }
    }
}

//! The list of records inside an object, as the interfaces of the help desks answer with it.

/// Members that hold the records of an export.
const LISTS: &[&str] = &[
    "records",
    "result",
    "results",
    "_results",
    "tickets",
    "issues",
    "cases",
    "requests",
    "conversations",
    "data",
    "value",
    "items",
    "rows",
    "messages",
];

/// Of these, those that a ticket may have as well; what else the object has decides.
const ALSO_OF_TICKETS: &[&str] =
    &["conversations", "data", "value", "items", "messages", "result", "results", "requests"];

/// Members in which such a member may stand.
const AROUND: &[&str] = &["_embedded", "data", "result", "response", "d"];

/// Members by which an object is a ticket itself.
const OF_RECORDS: &[&str] = &["id", "Id", "ID", "_id", "key", "number", "ticket_id", "sys_id"];

/// The same, where it is in doubt.
const OF_TEXTS: &[&str] = &["subject", "summary", "description", "body", "title"];

/// The longest key that is compared.
const LONGEST: usize = 32;

/// A search for the list. It goes on where it stopped and keeps no text.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each stands for itself; few of them exclude another"
)]
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    /// How far it came, from the start of the object.
    pub(super) at: usize,
    /// Objects that were entered.
    entered: usize,
    /// Brackets inside that are looked past.
    deep: usize,
    string: bool,
    escaped: bool,
    /// Whether the string is a key, and what it is.
    is_key: bool,
    key: Vec<u8>,
    /// Whether a value comes next.
    value: bool,
    /// The last byte that is not space, as in `Scan`.
    last: u8,
    /// The list that was found; what its first byte is has to be seen.
    found: Option<List>,
    /// One without elements, where no other is found.
    empty: Option<List>,
    /// Whether its key is one that tickets have as well.
    doubtful: bool,
    /// Whether its first byte is still to be seen.
    fresh: bool,
    /// Whether the object has what only a ticket has.
    record: bool,
    /// Whether it has what a ticket has, and perhaps an export.
    texts: bool,
}

/// A list that holds records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List {
    /// Where its first element may be, from the start of the object.
    pub(super) start: usize,
    /// The objects around it.
    pub(super) objects: usize,
    /// Under which key it stands.
    pub(super) key: String,
}

impl Search {
    /// Searches on; `true` when nothing more need be seen.
    pub(super) fn run(&mut self, text: &[u8]) -> bool {
        while let Some(&byte) = text.get(self.at) {
            self.at += 1;
            if self.string {
                self.in_string(byte);
            } else if !byte.is_ascii_whitespace() {
                if self.outside(byte) {
                    return true;
                }
                self.last = if matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b',' | b':') {
                    byte
                } else {
                    b'0'
                };
            }
        }
        false
    }

    /// What was found so far.
    pub(super) fn found(&self) -> Option<&List> {
        let ticket = self.record || self.doubtful && self.texts;
        self.found.as_ref().or(self.empty.as_ref()).filter(|_| !self.fresh && !ticket)
    }

    /// Forgets text that was searched.
    pub(super) fn forget(&mut self, bytes: usize) {
        self.at = self.at.saturating_sub(bytes);
    }

    fn in_string(&mut self, byte: u8) {
        if self.escaped {
            self.escaped = false;
        } else if byte == b'\\' {
            self.escaped = true;
        } else if byte == b'"' {
            self.string = false;
            return;
        }
        if self.is_key && self.key.len() <= LONGEST {
            self.key.push(byte);
        }
    }

    /// A byte that is in no string; `true` when the search is over.
    fn outside(&mut self, byte: u8) -> bool {
        if self.fresh {
            self.fresh = false;
            // A list of words is a list in a ticket.
            match byte {
                b'{' => {}
                b']' => self.empty = self.found.take(),
                _ => self.found = None,
            }
        }
        // What cannot follow: the object is broken, and no list behind this can be believed.
        if matches!(self.last, b'"' | b'}' | b']') && !matches!(byte, b',' | b':' | b'}' | b']') {
            return true;
        }
        match byte {
            b'"' => {
                self.string = true;
                self.is_key = self.deep == 0 && !self.value;
                if self.is_key {
                    self.key.clear();
                } else {
                    self.scalar();
                }
            }
            b':' if self.deep == 0 => self.value = true,
            b',' if self.deep == 0 => self.value = false,
            b'{' | b'[' => self.open(byte),
            b'}' | b']' if self.deep > 0 => self.deep -= 1,
            b'}' => {
                self.entered = self.entered.saturating_sub(1);
                return self.entered == 0;
            }
            b']' => return true,
            // `null` says nothing.
            b':' | b',' | b'n' => {}
            _ => self.scalar(),
        }
        // An object that has an id before its lists is a ticket.
        self.record
    }

    fn open(&mut self, byte: u8) {
        let known = |names: &[&str]| names.iter().any(|name| name.as_bytes() == self.key);
        let first = self.entered == 0;
        if self.deep == 0 && byte == b'{' && (first || self.value && known(AROUND)) {
            self.entered += 1;
            self.value = false;
            return;
        }
        let list = self.deep == 0 && byte == b'[' && self.value && known(LISTS);
        if list && self.found.is_none() {
            self.doubtful = known(ALSO_OF_TICKETS);
            self.fresh = true;
            self.found = Some(List {
                start: self.at,
                objects: self.entered,
                key: String::from_utf8_lossy(&self.key).into_owned(),
            });
        }
        self.deep += 1;
    }

    /// A text or number in the object itself.
    fn scalar(&mut self) {
        let known = |names: &[&str]| names.iter().any(|name| name.as_bytes() == self.key);
        if self.deep == 0 && self.value {
            // A list that nothing but tickets have is not doubted for what comes after it.
            let certain = (self.found.is_some() || self.empty.is_some()) && !self.doubtful;
            self.record |= known(OF_RECORDS) && !certain;
            self.texts |= known(OF_TEXTS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Option<(usize, usize, String)> {
        let mut search = Search::default();
        search.run(text.as_bytes());
        search.found().map(|list| (list.start, list.objects, list.key.clone()))
    }

    #[test]
    fn lists_are_found_and_tickets_are_none() {
        for (text, want) in [
            (r#"{"tickets":[{"id":1}]}"#, Some((12, 1, "tickets"))),
            (r#"{"count":1,"users":[{"id":2}],"tickets":[]}"#, Some((41, 1, "tickets"))),
            (r#"{"_embedded":{"conversations":[{"#, Some((31, 2, "conversations"))),
            (r#"{"title":"Export","tickets":[{"id":1}]}"#, Some((29, 1, "tickets"))),
            (r#"{"title":"Green tea","messages":[{"id":1}]}"#, None),
            (r#"{"id":1,"messages":[{"body":"x"}]}"#, None),
            (r#"{"conversations":[{"body":"x"}],"id":1}"#, None),
            (r#"{"tickets":[{"id":1}],"id":"export"}"#, Some((12, 1, "tickets"))),
            (r#"{"a":"\"tickets\":[{","b":1}"#, None),
            (r#"{"data":["a","b"]}"#, None),
            (r#"{"data":[],"count":0}"#, Some((9, 1, "data"))),
            (r#"{"data":[],"tickets":[{"id":1}]}"#, Some((22, 1, "tickets"))),
            (r#"{"data":{"tickets":[{"id":1}]}}"#, Some((20, 2, "tickets"))),
            (r#"{"data":{"id":1,"items":[{"n":1}]}}"#, None),
            (r#"{"other":{"tickets":[{"id":1}]}}"#, None),
            ("{\"a\":\"x\n{\"tickets\":[{\"id\":1}]}", None),
            (r#"{"tickets":["#, None),
            ("{}", None),
        ] {
            let want = want.map(|(start, objects, key)| (start, objects, key.to_owned()));
            assert_eq!(find(text), want, "{text}");
            for cut in 0..text.len() {
                let mut search = Search::default();
                if !search.run(&text.as_bytes()[..cut]) {
                    search.run(text.as_bytes());
                }
                let found = search.found().map(|l| (l.start, l.objects, l.key.clone()));
                assert_eq!(found, want, "{text} at {cut}");
            }
        }
    }
}

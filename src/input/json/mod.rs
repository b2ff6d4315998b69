//! Rows of JSON: lines, lists, and objects around a list.
//!
//! A record is found by its brackets (`source`), read by itself and forgotten, so
//! memory does not grow with the file. The header is what the first records have; what only later
//! ones have is read as text, if it is one.

mod element;
mod flatten;
mod source;
mod wrapper;

use std::collections::{HashSet, VecDeque};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use self::element::begins_json;
use self::flatten::{Kind, flatten};
use self::source::{Found, SAMPLE, Seen, Source};
use super::ReadRows;
use super::decode::Text;
use super::headers::may_be_text;
use super::options::{InputFormat, ReadOptions};
use super::problems::{Problems, Trouble};
use super::row::Row;
use crate::error::{Error, ErrorKind, Result};
use crate::place::Place;

/// Records that make the header.
const VOTERS: usize = 200;

/// Columns of a header; what a record has beyond is read as what only late records have.
const MAX_COLUMNS: usize = 4096;

/// Late keys that are remembered, to be named once each.
const MAX_LATE: usize = 4096;

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
        while rows.waiting.len() < VOTERS && rows.source.window.taken() < SAMPLE {
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
        manner.extend(self.source.window.manner());
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

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor, Read};

    use super::*;

    /// Gives a byte at a time.
    struct Drip(Cursor<Vec<u8>>);

    impl Read for Drip {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let one = out.len().min(1);
            self.0.read(&mut out[..one])
        }
    }

    fn open(input: Box<dyn Read + Send>, options: &ReadOptions) -> Result<Option<JsonRows>> {
        JsonRows::open("x.json", Text::open(input, false, None)?, options)
    }

    /// All of an input on a few lines: its header, its rows with their lines, its troubles.
    fn show(input: Box<dyn Read + Send>, max_record: usize) -> String {
        let options = ReadOptions { max_record, ..ReadOptions::default() };
        let mut rows = match open(input, &options) {
            Ok(Some(rows)) => rows,
            Ok(None) => return "nothing".into(),
            Err(error) => return format!("error: {error}"),
        };
        let mut out = vec![rows.header().join("|")];
        let mut row = Row::default();
        while rows.read(&mut row).unwrap() {
            let cells: Vec<_> = row.cells().map(|cell| cell.replace('\n', "/")).collect();
            let broken = if row.broken { "!" } else { "" };
            out.push(format!("{}{broken}: {}", row.line, cells.join("|")));
        }
        let problems = rows.problems();
        for (trouble, lines) in problems.seen() {
            let first: Vec<_> = lines.first().iter().map(u64::to_string).collect();
            out.push(format!("{trouble:?} {}x {}", lines.count, first.join(",")));
        }
        if problems.blank > 0 {
            out.push(format!("blank {}x", problems.blank));
        }
        out.join("\n")
    }

    fn shown(text: &str) -> String {
        show(Box::new(Cursor::new(text.as_bytes().to_vec())), ReadOptions::MAX_RECORD)
    }

    /// Texts, and what comes of them.
    const CASES: &[(&str, &str)] = &[
        // Lines.
        ("{\"id\":1,\"a\":\"x\"}\n\n{\"id\":2,\"a\":\"y\"}\n", "id|a\n1: 1|x\n3: 2|y"),
        ("\u{FEFF}{\"id\":1}\r\n{\"id\":2}", "id\n1: 1\n2: 2"),
        ("{\n  \"id\": 1\n}\n{\n  \"id\": 2\n}", "id\n1: 1\n4: 2"),
        ("{\"id\":1},\n{\"id\":2},\n", "id\n1: 1\n2: 2"),
        // Lists.
        ("[{\"id\":1},{\"id\":2}]", "id\n1: 1\n1: 2"),
        ("[\n{\"id\":1}\n,{\"id\":2},\n]\n", "id\n2: 1\n3: 2"),
        ("[{\"id\":1}]\n[{\"id\":2}]", "id\n1: 1\n2: 2"),
        ("[]", "id|subject|description"),
        // Objects around lists.
        ("{\"count\":2,\"tickets\":[{\"id\":1},{\"id\":2}],\"next\":null}", "id\n1: 1\n1: 2"),
        ("{\"users\":[{\"id\":9}],\n\"tickets\":[\n{\"id\":1}]}", "id\n3: 1"),
        ("{\"result\":[{\"number\":\"INC1\"}]}", "number\n1: INC1"),
        ("{\"_embedded\":{\"conversations\":[{\"id\":1}]},\"page\":{\"n\":1}}\n", "id\n1: 1"),
        ("{\"tickets\":[{\"id\":1}]}\n{\"tickets\":[{\"id\":2}]}", "id\n1: 1\n2: 2"),
        ("{\"tickets\":[],\"count\":0}", "id|subject|description"),
        ("{\"id\":1,\"items\":[{\"n\":1}]}", "id|items\n1: 1|[{\"n\":1}]"),
        ("{\"subject\":\"x\",\"n\":2}", "subject|n\n1: x|2"),
        // Values.
        (
            "{\"id\":12345678901234567890123,\"n\":1.50,\"e\":1e5,\"t\":true,\"f\":false,\"z\":null}",
            "id|n|e|t|f|z\n1: 12345678901234567890123|1.50|1e+5|true|false",
        ),
        ("{\"a\":{\"b\":{\"c\":\"x\"}},\"d\":[\"p\",2,null]}", "a.b.c|d\n1: x|p, 2"),
        ("{\"a\":1,\"a\":2}", "a\n1: 2"),
        ("{\"a.b\":\"x\",\"a\":{\"b\":\"y\"}}", "a.b\n1: x, y"),
        (
            "{\"a\":\"x \\ud83d y\",\"b\":\"p\tq\nr\"}\n{\"a\":\"z\"}",
            "a|b\n1: x \u{FFFD} y|p\tq/r\n3: z",
        ),
        ("{\"a\":NaN,\"b\":\"x\",}", "a|b\n1: |x"),
        ("{\"attributes\":{\"type\":\"Case\",\"url\":\"/x\"},\"Id\":\"5\"}", "Id\n1: 5"),
        (
            "{\"number\":{\"display_value\":\"INC1\",\"value\":\"INC1\"},\"caller\":{\"display_value\":\"Ada\",\"value\":\"6\",\"link\":\"u\"},\"x\":{\"link\":\"u\",\"value\":\"7\"}}",
            "number|caller|x\n1: INC1|Ada|7",
        ),
        (
            "{\"d\":{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"heading\",\"content\":[{\"type\":\"text\",\"text\":\"Tea\"}]},{\"type\":\"bulletList\",\"content\":[{\"type\":\"listItem\",\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"one\"},{\"type\":\"hardBreak\"},{\"type\":\"mention\",\"attrs\":{\"id\":\"5\",\"text\":\"@Ada\"}}]}]},{\"type\":\"listItem\",\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"emoji\",\"attrs\":{\"shortName\":\":x:\",\"text\":\"☕\"}}]}]}]}]}}",
            "d\n1: Tea/one/@Ada/☕",
        ),
        // Blank ones.
        ("{\"a\":1}\n{}\n{\"a\":\" \",\"b\":null}\n{\"b\":2}", "a|b\n1: 1\n4: |2\nblank 2x"),
        ("{}", "id|subject|description\nblank 1x"),
        ("", "nothing"),
        (" \n ", "nothing"),
        // Broken ones.
        (
            "{\"id\":1}\n{\"id\":2,\"a\":\"x}\n{\"id\":3}\n{\"id\":4}\n",
            "id\n1: 1\n3: 3\n4: 4\nBadJson 1x 2",
        ),
        ("{\"id\":1,\n{\"id\":2}\n{\"id\":3}", "id\n2: 2\n3: 3\nBadJson 1x 1"),
        ("{\"id\":1}\nnot this\nnor that\n{\"id\":2}", "id\n1: 1\n4: 2\nBadJson 2x 2,3"),
        ("{\"id\":1}}\n{\"id\":2}", "id\n1: 1\n2: 2\nBadJson 1x 1"),
        ("{\"id\":01}\n{\"id\":2}", "id\n2: 2\nBadJson 1x 1"),
        (
            "{\"id\":1}\n{\"id\":2,\"a\":\"she said \"no\" twice\"}\n{\"id\":3}",
            "id\n1: 1\n3: 3\nBadJson 1x 2",
        ),
        ("[{\"id\":1},\n {\"id\":2,\"a\":[},\n {\"id\":3}]", "id\n1: 1\n3: 3\nBadJson 1x 2"),
        ("[{\"id\":1},{\"id\":2]},{\"id\":3}]", "id\n1: 1\n1: 3\nBadJson 1x 1"),
        ("[{\"id\":1},{\"id\":\"2},{\"id\":3},{\"id\":4}]", "id\n1: 1\n1: 3\n1: 4\nBadJson 1x 1"),
        ("[{\"id\":1},{\"id\":2,{\"id\":3}]", "id\n1: 1\n1: 3\nBadJson 1x 1"),
        ("[{\"id\":1},2,\"three\",[4],null,{\"id\":5}]", "id\n1: 1\n1: 5\nBadJson 4x 1,1,1,1"),
        (
            "[\n  {\n    \"id\": 1\n  },\n  {\n    \"id\": 2,\n    \"a\": {\n      \"b\": \"x\n    }\n  },\n  {\n    \"id\": 3\n  }\n]\n",
            "id\n2: 1\n11: 3\nBadJson 1x 5",
        ),
        // Cut off.
        ("{\"id\":1}\n{\"id\":2,\"a\":\"x", "id\n1: 1\nCutOff 1x 2"),
        ("[{\"id\":1},{\"id\":2}", "id\n1: 1\n1: 2\nCutOff 1x 1"),
        ("{\"tickets\":[{\"id\":1}],\n\"c\":", "id\n1: 1\nCutOff 1x 2"),
        (
            "{\"id\":",
            "error: x.json:1: there is no record in it that can be read: the file is truncated or corrupt here; everything before is read",
        ),
        (
            "[1,2]",
            "error: x.json:1: there is no record in it that can be read: record is not valid JSON; it is left out",
        ),
        // Places of what could not be decoded.
        ("{\"a\":\"x\"}\n{\"a\":\"y\0\"}", "a\n1: x\n2!: y\u{FFFD}\nNul 1x 2"),
        // Conversations.
        (
            "{\"id\":1,\"requester_id\":5,\"description\":\"A\",\"comments\":[{\"author_id\":5,\"body\":\"A\"},{\"author_id\":6,\"body\":\"B\"},{\"author_id\":5,\"body\":\"C\",\"public\":true},{\"author_id\":5,\"body\":\"D\",\"public\":false},{\"author_id\":5,\"html_body\":\"<p>E\",\"plain_body\":\"E\"}]}",
            "id|requester_id|description|comments\n1: 1|5|A|C//E",
        ),
        (
            "{\"id\":1,\"articles\":[{\"sender\":\"Customer\",\"body\":\"A\",\"internal\":false},{\"sender\":\"Agent\",\"body\":\"B\"},{\"sender\":\"System\",\"body\":\"C\"},{\"sender\":\"Customer\",\"body\":\"D\",\"internal\":true}]}",
            "id|articles\n1: 1|A",
        ),
        (
            "{\"id\":1,\"messages\":[{\"from_agent\":false,\"stripped_text\":\"A\"},{\"from_agent\":true,\"body_text\":\"B\"}]}",
            "id|messages\n1: 1|A",
        ),
        (
            "{\"id\":1,\"source\":{\"body\":\"A\"},\"conversation_parts\":{\"conversation_parts\":[{\"part_type\":\"comment\",\"body\":\"B\",\"author\":{\"type\":\"user\"}},{\"part_type\":\"note\",\"body\":\"C\",\"author\":{\"type\":\"user\"}},{\"part_type\":\"comment\",\"body\":\"D\",\"author\":{\"type\":\"admin\"}},{\"part_type\":\"close\",\"body\":null,\"author\":{\"type\":\"bot\"}}]}}",
            "id|source.body|conversation_parts.conversation_parts\n1: 1|A|B",
        ),
        (
            "{\"id\":1,\"_embedded\":{\"threads\":[{\"type\":\"message\",\"body\":\"A\",\"createdBy\":{\"type\":\"user\"}},{\"type\":\"customer\",\"body\":\"B\",\"createdBy\":{\"type\":\"customer\"}}]}}",
            "id|_embedded.threads\n1: 1|B",
        ),
        (
            "{\"id\":1,\"comments\":[{\"body\":\"A\"},{\"body\":\"B\",\"is_note\":true},{\"body\":\"C\"}]}",
            "id|comments\n1: 1|A//C",
        ),
        (
            "{\"key\":\"S-1\",\"fields\":{\"reporter\":{\"accountId\":\"u1\"},\"comment\":{\"comments\":[{\"author\":{\"accountId\":\"u2\"},\"body\":\"A\"},{\"author\":{\"accountId\":\"u1\"},\"body\":{\"type\":\"doc\",\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"B\"}]}]}}]}}}",
            "key|fields.reporter.accountId|fields.comment.comments\n1: S-1|u1|B",
        ),
        ("{\"id\":1,\"comments\":[{\"stars\":5}]}", "id|comments\n1: 1|[{\"stars\":5}]"),
    ];

    #[test]
    fn json_becomes_rows() {
        for (text, want) in CASES {
            assert_eq!(shown(text), *want, "{text}");
        }
    }

    #[test]
    fn a_byte_at_a_time_is_the_same() {
        for (text, want) in CASES {
            let drip = Drip(Cursor::new(text.as_bytes().to_vec()));
            assert_eq!(show(Box::new(drip), ReadOptions::MAX_RECORD), *want, "{text}");
        }
    }

    #[test]
    fn every_cut_is_read_as_far_as_it_goes() {
        for (text, _) in CASES {
            // Every cut of the small ones is enough; each is a file to open.
            let step = text.len() / 60 + 1;
            for cut in (0..text.len()).step_by(step).filter(|&cut| text.is_char_boundary(cut)) {
                shown(&text[..cut]);
                shown(&text[cut..]);
            }
        }
        // What is whole is kept.
        let text = "[{\"id\":1},\n{\"id\":2},\n{\"id\":3}]";
        for cut in 10..text.len() {
            let got = shown(&text[..cut]);
            assert!(got.starts_with("id\n1: 1"), "{got}");
            assert!(got.contains("CutOff"), "{got}");
        }
    }

    #[test]
    fn files_are_read_in_pieces() {
        // Several times what is decoded at once, so that records lie across the seams.
        let record =
            |n: u64| format!("{{\"id\":{n},\"text\":\"\u{e9}\\\\\\\"}} {}\"}}", "x".repeat(997));
        let lines: Vec<_> = (1..=3000).map(record).collect();
        for (text, first) in [
            (lines.join("\n"), 1),
            (format!("[\n{}\n]", lines.join(",\n")), 2),
            (
                format!(
                    "{{\"users\":[{}],\n\"tickets\":[{}]}}",
                    lines.join(","),
                    lines.join(",\n")
                ),
                2,
            ),
        ] {
            let mut rows = open(Box::new(Cursor::new(text.into_bytes())), &ReadOptions::default())
                .unwrap()
                .unwrap();
            let mut row = Row::default();
            for n in 1..=3000 {
                assert!(rows.read(&mut row).unwrap(), "{n}");
                assert_eq!(
                    (row.number, row.line, row.cell(0)),
                    (n, n + first - 1, &*n.to_string())
                );
                assert!(row.cell(1).starts_with("\u{e9}\\\"} xxx"));
            }
            assert!(!rows.read(&mut row).unwrap());
            assert_eq!(rows.problems().rows(), 0);
            let held = rows.source.window.capacity();
            assert!(held < 16 << 20, "{held}");
        }
    }

    #[test]
    fn long_and_deep_records_are_no_reason_to_stop() {
        let long = format!("{{\"id\":2,\"a\":\"{}\"}}", "x".repeat(2 << 20));
        let text = format!("{{\"id\":1}}\n{long}\n{{\"id\":3}}\n");
        let got = show(Box::new(Cursor::new(text.into_bytes())), 1000);
        assert_eq!(got, "id\n1: 1\n3: 3\nTooLongJson 1x 2");
        let text = format!("[{{\"id\":1}},{long},{{\"id\":3}}]");
        let got = show(Box::new(Cursor::new(text.into_bytes())), 1000);
        assert_eq!(got, "id\n1: 1\n1: 3\nTooLongJson 1x 1");

        let deep = format!("{{\"id\":2,\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(
            shown(&format!("{{\"id\":1}}\n{deep}\n{{\"id\":3}}")),
            "id\n1: 1\n3: 3\nBadJson 1x 2"
        );
        assert_eq!(
            shown(&format!("[{{\"id\":1}},{deep},{{\"id\":3}}]")),
            "id\n1: 1\n1: 3\nBadJson 1x 1"
        );
        for hostile in [
            "[".repeat(200_000),
            "{\"a\":".repeat(200_000),
            "{\"a\":[\n".repeat(100_000),
            "{\"a\":\"\n".repeat(100_000),
            "{\n".repeat(100_000),
            "{\"a\" 1},".repeat(100_000),
            format!("[{{\"a\":1,\"b\":2}},{}]", "{\"a\":1,\"b\" 2},".repeat(100_000)),
            format!("[{{\"a\":1,\"b\":2}},{}]", "{\"a\":\"".repeat(100_000)),
            "x\n".repeat(100_000),
            "}".repeat(500_000),
            "{\"tickets\":[".repeat(50_000),
        ] {
            shown(&format!("{{\"id\":0}}\n{hostile}"));
            shown(&hostile);
        }
    }

    #[test]
    fn keys_that_come_late_are_named_and_their_texts_kept() {
        let early: Vec<_> = (1..=300).map(|n| format!("{{\"id\":{n},\"a\":\"x\"}}\n")).collect();
        let mut text = early.concat();
        text += "{\"id\":301,\"b\":\"magic beans\",\"c\":\"one\",\"d\":7,\"status\":\"on hold\"}\n";
        text += "{\"id\":302,\"b\":\"more of them\"}\n{\"id\":303,\"e\":null}\n";
        let got = shown(&text);
        let tail: Vec<_> = got.lines().skip(301).collect();
        assert_eq!(
            tail,
            ["301: 301||magic beans", "302: 302||more of them", "303: 303", "LateKey 1x 301"]
        );
    }

    #[test]
    fn how_it_is_read_is_told() {
        for (text, want) in [
            ("{\"id\":1}", "JSON"),
            ("[{\"id\":1}]", "JSON"),
            ("{\"id\":1}\n{\"id\":2}", "JSON lines"),
            ("{\"result\":[{\"id\":1}]}", "JSON under \"result\""),
        ] {
            let input = Box::new(Cursor::new(text.as_bytes().to_vec()));
            let rows = open(input, &ReadOptions::default()).unwrap().unwrap();
            assert_eq!(rows.manner(), [want], "{text}");
        }
    }
}

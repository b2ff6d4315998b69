//! One record of a delimited text: where it ends and what its cells are.
//!
//! A quote opens a cell only where a cell begins. What else a quote may mean,
//! when the rules of RFC 4180 do not hold, is decided by `delimited`, which
//! sees the records around; here it says so with [`Quote`]s.

use memchr::{memchr, memchr2, memchr3};

use super::row::Row;

/// How cells stand in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cells {
    /// What stands between them: one byte of ASCII.
    pub(super) delimiter: u8,
    /// Whether `\"` is a quote inside quotes, as `MySQL` writes it.
    pub(super) backslash: bool,
}

/// What an opening quote is, against the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    /// Where it opens, in bytes from the start of the record.
    pub(super) open: usize,
    /// Where its cell is closed; `None` if it is text and opens nothing.
    pub(super) close: Option<usize>,
}

/// How reading a record ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// It was read.
    Whole(Shape),
    /// The text ends first, inside the quotes that open here, if any.
    Unfinished(Option<usize>),
}

/// What a record looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// Its bytes, the line end included.
    pub(super) bytes: usize,
    /// The first quote whose cell holds a line end.
    pub(super) multiline: Option<usize>,
    /// The first such quote after which, once closed, the cell goes on.
    pub(super) odd: Option<usize>,
    /// The first quote at all after which, once closed, the cell goes on.
    pub(super) inner: Option<usize>,
}

/// Reads the record at the start of `text`. `end` says that nothing comes after `text`.
pub(super) fn parse(
    text: &str,
    end: bool,
    cells: Cells,
    quotes: &[Quote],
    row: &mut Row,
) -> Parsed {
    row.clear();
    let bytes = text.as_bytes();
    let mut shape = Shape::default();
    let mut at = 0;
    loop {
        let first = at + bytes[at..].iter().take_while(|byte| **byte == b' ').count();
        let known = quotes.iter().find(|quote| quote.open == first);
        let is_text = known.is_some_and(|quote| quote.close.is_none());
        if bytes.get(first) == Some(&b'"') && !is_text {
            let close = match known.and_then(|quote| quote.close) {
                Some(close) => {
                    extend_doubled(text, first + 1, close, row);
                    Some(close)
                }
                None => quoted(text, first + 1, end, cells, row),
            };
            let Some(close) = close else {
                return Parsed::Unfinished(Some(first));
            };
            let multiline = memchr2(b'\n', b'\r', &bytes[first..close]).is_some();
            at = (close + 1).min(bytes.len());
            at += bytes[at..].iter().take_while(|byte| **byte == b' ').count();
            let goes_on = !matches!(bytes.get(at), None | Some(b'\n' | b'\r'))
                && bytes.get(at) != Some(&cells.delimiter);
            if multiline {
                shape.multiline.get_or_insert(first);
                if goes_on {
                    shape.odd.get_or_insert(first);
                }
            }
            if goes_on {
                shape.inner.get_or_insert(first);
                at = (close + 1).min(bytes.len());
            }
        }
        let Some(stop) = memchr3(cells.delimiter, b'\n', b'\r', &bytes[at..]) else {
            if !end {
                return Parsed::Unfinished(None);
            }
            row.extend(&text[at..]);
            row.end_cell();
            shape.bytes = bytes.len();
            return Parsed::Whole(shape);
        };
        let stop = at + stop;
        row.extend(&text[at..stop]);
        row.end_cell();
        at = stop + 1;
        if bytes[stop] == cells.delimiter {
            continue;
        }
        if bytes[stop] == b'\r' {
            match bytes.get(at) {
                Some(b'\n') => at += 1,
                None if !end => return Parsed::Unfinished(None),
                _ => {}
            }
        }
        shape.bytes = at;
        return Parsed::Whole(shape);
    }
}

/// Reads a quoted cell from behind its opening quote; returns where it is closed.
fn quoted(text: &str, mut from: usize, end: bool, cells: Cells, row: &mut Row) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut search = from;
    loop {
        let rest = &bytes[search..];
        let found = if cells.backslash { memchr2(b'"', b'\\', rest) } else { memchr(b'"', rest) };
        let found = found.map(|at| search + at).filter(|at| end || at + 1 < bytes.len());
        let Some(at) = found else {
            // What came of the cell is kept: there may be no more of it.
            row.extend(&text[from..]);
            return None;
        };
        match (bytes[at], bytes.get(at + 1)) {
            (b'"', Some(b'"')) => {
                row.extend(&text[from..=at]);
                search = at + 2;
                from = search;
            }
            (b'"', _) => {
                row.extend(&text[from..at]);
                return Some(at);
            }
            (_, Some(b'"' | b'\\')) => {
                row.extend(&text[from..at]);
                from = at + 1;
                search = at + 2;
            }
            // A backslash before anything else is one.
            _ => search = at + 1,
        }
    }
}

/// A stretch of text in which two quotes stand for one.
fn extend_doubled(text: &str, from: usize, to: usize, row: &mut Row) {
    let mut rest = text.get(from..to).unwrap_or_default();
    while let Some(at) = rest.find("\"\"") {
        row.extend(&rest[..=at]);
        rest = &rest[at + 2..];
    }
    row.extend(rest);
}

/// How many line ends there are: LF, CRLF and CR alike.
pub(super) fn line_ends(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let feeds = memchr::memchr_iter(b'\n', bytes).count();
    let returns = memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n'));
    (feeds + returns.count()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Cells = Cells { delimiter: b',', backslash: false };
    const MYSQL: Cells = Cells { delimiter: b',', backslash: true };

    fn all(mut text: &str, cells: Cells) -> Vec<Vec<String>> {
        let mut row = Row::default();
        let mut records = Vec::new();
        while !text.is_empty() {
            let Parsed::Whole(shape) = parse(text, true, cells, &[], &mut row) else { break };
            records.push(row.cells().map(str::to_owned).collect());
            text = &text[shape.bytes..];
        }
        records
    }

    #[test]
    fn records_as_rfc_4180_has_them_and_as_people_write_them() {
        for (text, cells, want) in [
            ("a,b\nc,d\n", COMMA, "a|b/c|d"),
            ("a,b\r\nc,d", COMMA, "a|b/c|d"),
            ("a,b\rc,d\r", COMMA, "a|b/c|d"),
            ("a,\nb,", COMMA, "a|/b|"),
            ("\n\na", COMMA, "//a"),
            ("\"a,b\",\"c\nd\"\ne", COMMA, "a,b|c\nd/e"),
            ("\"a \"\"b\"\" c\",\"\"\n", COMMA, "a \"b\" c|"),
            ("\"\"\"a\"\"\",\"\"\"\"\n", COMMA, "\"a\"|\""),
            ("1, \"a, b\" ,2\n", COMMA, "1|a, b|2"),
            (" 12 ,b\n", COMMA, " 12 |b"),
            ("5\" screen,b\n", COMMA, "5\" screen|b"),
            ("\"a\"b,c\n", COMMA, "ab|c"),
            ("\"a \\\"b\\\" c\",\"d\\\\\"\n", MYSQL, "a \"b\" c|d\\"),
            ("\"C:\\dir\",b\n", MYSQL, "C:\\dir|b"),
        ] {
            let shown: Vec<String> = all(text, cells).iter().map(|cells| cells.join("|")).collect();
            assert_eq!(shown.join("/"), want, "{text:?}");
        }
    }

    #[test]
    fn every_cut_of_a_text_is_unfinished_or_whole() {
        let text = "\"a \"\"b\nc\"\"\" ,d\r\nlast";
        let mut row = Row::default();
        let whole = text.len() - "last".len();
        for cut in 0..text.len() {
            let parsed = parse(&text[..cut], false, COMMA, &[], &mut row);
            assert_eq!(matches!(parsed, Parsed::Whole(_)), cut >= whole, "{cut}");
        }
        assert_eq!(parse("a,\"b", true, COMMA, &[], &mut row), Parsed::Unfinished(Some(2)));
    }

    #[test]
    fn quotes_can_be_told_what_they_are() {
        let mut row = Row::default();
        let text = "1,\"two,3\n";
        let literal = [Quote { open: 2, close: None }];
        assert!(matches!(parse(text, false, COMMA, &literal, &mut row), Parsed::Whole(_)));
        assert_eq!(row.cells().collect::<Vec<_>>(), ["1", "\"two", "3"]);
        let text = "1,\"he said \"hi, you\" twice\",3\n";
        let close = text.rfind("\",3");
        parse(text, false, COMMA, &[Quote { open: 2, close }], &mut row);
        assert_eq!(row.cells().collect::<Vec<_>>(), ["1", "he said \"hi, you\" twice", "3"]);
    }

    #[test]
    fn line_ends_of_every_kind() {
        for (text, want) in [("", 0), ("a\nb\r\nc\rd", 3), ("\r\r\n\n", 3)] {
            assert_eq!(line_ends(text), want, "{text:?}");
        }
    }
}

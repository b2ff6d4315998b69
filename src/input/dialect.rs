//! Which dialect a delimited text is written in, by looking at its first records.
//!
//! Header names first, consistency second: a delimiter is believed if it gives
//! header cells that help desks use, or rows as wide as the header. Only
//! whole records vote, so delimiters inside quotes have no voice.

use super::headers::known_headers;
use super::record::{Cells, Parsed, parse};
use super::row::Row;

/// Records that vote.
const VOTERS: usize = 200;

/// Lines above the header that are looked past.
pub(super) const MAX_ABOVE: usize = 10;

/// How a text is to be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) cells: Cells,
    /// Bytes before the first record: a line `sep=;`.
    pub(super) skip: usize,
    /// Records before the header, such as a report's title.
    pub(super) above: usize,
    /// Each row was put into quotes once more: what stands between the cells inside.
    pub(super) wrapped: Option<u8>,
}

/// Finds the dialect of a text from its beginning. `end` says that this is all of it.
pub(super) fn find(text: &str, end: bool, told: Option<u8>, header: bool) -> Dialect {
    let (announced, skip) = announced(text);
    let sample = &text[skip..];
    let candidates: Vec<u8> = match told.or(announced) {
        Some(delimiter) => vec![delimiter],
        None => b",;\t|".to_vec(),
    };
    let mut best = (plain(candidates[0]), Vec::new(), i64::MIN);
    for &delimiter in &candidates {
        let rows = records(sample, end, plain(delimiter));
        let points = believable(&rows);
        if points > best.2 {
            best = (plain(delimiter), rows, points);
        }
    }
    let (mut cells, mut rows, _) = best;
    if sample.contains("\\\"") {
        let escaped = Cells { backslash: true, ..cells };
        let other = records(sample, end, escaped);
        if sound(&other) > sound(&rows) {
            (cells, rows) = (escaped, other);
        }
    }
    let wrapped = wrapped_in(&rows, told.or(announced));
    let above = if header && wrapped.is_none() {
        let rows: Vec<Vec<String>> =
            rows.into_iter().take(MAX_ABOVE).map(|row| row.cells).collect();
        above(&rows)
    } else {
        0
    };
    Dialect { cells, skip, above, wrapped }
}

/// A first line `sep=;`, which Excel writes and reads: the delimiter and the line's length.
fn announced(text: &str) -> (Option<u8>, usize) {
    let line = text.split(['\r', '\n']).next().unwrap_or_default();
    let unquoted = line.trim_matches('"');
    let head = unquoted.get(..4).unwrap_or_default();
    let mut rest = unquoted.get(4..).unwrap_or_default().bytes();
    let (Some(delimiter), None) = (rest.next(), rest.next()) else {
        return (None, 0);
    };
    if !head.eq_ignore_ascii_case("sep=") || !delimiter.is_ascii() {
        return (None, 0);
    }
    let after = &text[line.len()..];
    let end = if after.starts_with("\r\n") { 2 } else { after.len().min(1) };
    (Some(delimiter), line.len() + end)
}

fn plain(delimiter: u8) -> Cells {
    Cells { delimiter, backslash: false }
}

/// A record of the sample.
struct Voter {
    cells: Vec<String>,
    /// Whether its quotes keep the rules.
    tidy: bool,
}

impl Voter {
    fn width(&self) -> usize {
        self.cells.len()
    }
}

fn records(mut text: &str, end: bool, cells: Cells) -> Vec<Voter> {
    let mut row = Row::default();
    let mut voters = Vec::new();
    while voters.len() < VOTERS && !text.is_empty() {
        let Parsed::Whole(shape) = parse(text, end, cells, &[], &mut row) else {
            break;
        };
        let (record, rest) = text.split_at(shape.bytes);
        text = rest;
        if !row.is_blank() {
            // Quotes in the middle of cells are those of another delimiter's cells.
            let escaped = record.contains("\"\"") || cells.backslash && record.contains("\\\"");
            let inner = !escaped && row.cells().any(|cell| cell.contains('"'));
            let cells = row.cells().map(str::to_owned).collect();
            voters.push(Voter { cells, tidy: shape.odd.is_none() && !inner });
        }
    }
    voters
}

/// How many records are as wide as the header and keep the rules.
fn sound(rows: &[Voter]) -> usize {
    let width = rows.first().map_or(0, Voter::width);
    rows.iter().filter(|row| row.width() == width && row.tidy).count()
}

/// How much speaks for a delimiter.
fn believable(rows: &[Voter]) -> i64 {
    let Some(header) = rows.first().filter(|header| header.width() > 1) else {
        // A title above the header has one cell; the rows may still agree.
        let header = &rows[..rows.len().min(MAX_ABOVE)];
        let known = header.iter().map(|row| known_headers(&row.cells)).max().unwrap_or(0);
        return if known > 1 { count(known) * 2 } else { 0 };
    };
    let body = &rows[1..];
    let consistent = sound(rows) - usize::from(header.tidy);
    let share = if body.is_empty() { 5 } else { consistent * 10 / body.len() };
    1 + count(known_headers(&header.cells)) * 3 + count(share) + count(header.width().min(5))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Whether every row is one cell that holds a whole row: quoted once too often.
fn wrapped_in(rows: &[Voter], told: Option<u8>) -> Option<u8> {
    let alone = |row: &Voter| {
        let mut cells = row.cells.iter().filter(|cell| !cell.trim().is_empty());
        cells.next().filter(|_| cells.next().is_none()).cloned()
    };
    let (first, rest) = rows.split_first()?;
    let header = alone(first)?;
    let inner: Vec<String> = rest.iter().filter_map(alone).collect();
    if inner.is_empty() || inner.len() * 10 < rest.len() * 9 {
        return None;
    }
    let width = |text: &str, delimiter| {
        let mut row = Row::default();
        parse(text, true, plain(delimiter), &[], &mut row);
        row.len()
    };
    let candidates = told.map_or_else(|| b",;\t|".to_vec(), |told| vec![told]);
    candidates.into_iter().find(|&delimiter| {
        let wanted = width(&header, delimiter);
        let fit = inner.iter().filter(|text| width(text, delimiter) == wanted).count();
        // Unquoted commas of the text make some of them wider.
        wanted > 1 && fit * 2 >= inner.len()
    })
}

/// How many records stand above the header: none, unless a later one is plainly the header.
pub(super) fn above(rows: &[Vec<String>]) -> usize {
    let filled = |row: &[String]| row.iter().filter(|cell| !cell.trim().is_empty()).count();
    if rows.first().is_none_or(|first| known_headers(first) > 1) {
        return 0;
    }
    let later = rows.iter().take(MAX_ABOVE).position(|row| known_headers(row) > 2);
    later.filter(|&at| rows[..at].iter().all(|row| filled(row) < filled(&rows[at]))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_found() {
        for (text, want) in [
            ("id,subject\n1,a;b;c\n", ",  0 0"),
            ("id;subject\n1;a, b, c\n2;d, e\n", ";  0 0"),
            ("id\tsubject\n1\ta, b\n", "\t  0 0"),
            ("id|subject|body\n1|a|b\n", "|  0 0"),
            ("sep=;\r\nid;subject\r\n1;a\r\n", ";  7 0"),
            ("\"sep=\t\"\nid\tsubject\n", "\t  8 0"),
            ("description\n\"a, b, c\"\n\"d; e; f\"\n", ",  0 0"),
            ("x,\"y;z;w\"\n1,\"2;3;4\"\n", ",  0 0"),
            ("id,body\n1,\"a \\\"b, c\\\" d\"\n2,e\n", ", \\ 0 0"),
            ("\"id,\"\"subject\"\"\"\n\"1,\"\"a, b\"\"\"\n", ",  0 0 wrapped ,"),
            ("My report,,\n\nTicket ID,Subject,Status\n1,a,open\n", ",  0 1"),
            ("", ",  0 0"),
        ] {
            let Dialect { cells, skip, above, wrapped } = find(text, true, None, true);
            let escape = if cells.backslash { " \\" } else { " " };
            let mut shown = format!("{}{escape} {skip} {above}", char::from(cells.delimiter));
            if let Some(wrapped) = wrapped {
                shown.extend([" wrapped ", char::from(wrapped).encode_utf8(&mut [0; 1])]);
            }
            assert_eq!(shown, want, "{text:?}");
        }
    }
}

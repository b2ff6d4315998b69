//! One JSON element: where it ends, in one pass, and what is mended in it.
//!
//! The scan knows strings and brackets and no more, so that a record is found
//! without being kept and a broken one does not swallow those behind it.
//! `serde_json` has the last word on what is JSON.

use std::fmt::Write;

use serde_json::Value;

/// Brackets inside brackets, after which something is wrong; `serde_json` stops there too.
const DEEP: usize = 127;

/// Open brackets whose kind is remembered; beyond, they are counted.
const REMEMBERED: usize = 64 << 10;

/// Where the scan of an element stands. It goes on where it stopped, so text is looked at once.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    /// How far it came, from the start of the element.
    pub(super) at: usize,
    open: Vec<u8>,
    /// How many of these are lists.
    lists: usize,
    beyond: usize,
    string: bool,
    /// The last byte that is not space; `0` stands for a number or a word.
    last: u8,
    /// Whether to read on over what cannot be JSON.
    lenient: bool,
}

/// How far a scan came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scanned {
    /// The element ends before this byte.
    End(usize),
    /// This cannot be JSON, so what looks like its end may be none. The scan can go on.
    Odd,
    /// The text ends first.
    More,
}

impl Scan {
    /// A scan of an element that begins with a bracket or a quote.
    pub(super) fn new() -> Self {
        Self {
            at: 0,
            open: Vec::new(),
            lists: 0,
            beyond: 0,
            string: false,
            last: b':',
            lenient: false,
        }
    }

    /// A scan of what is left of so many objects.
    pub(super) fn inside(objects: usize) -> Self {
        let open = vec![b'{'; objects];
        Self { open, last: b'0', lenient: true, ..Self::new() }
    }

    /// Says that what is odd is no reason to stop any more.
    pub(super) fn leniently(&mut self) {
        self.lenient = true;
    }

    /// Forgets text that was scanned: `bytes` of it are gone.
    pub(super) fn forget(&mut self, bytes: usize) {
        self.at = self.at.saturating_sub(bytes);
    }

    /// Whether everything is closed, and the element ended by itself.
    pub(super) fn is_whole(&self) -> bool {
        self.open.is_empty()
    }

    /// Scans on. `text` is all of the element that is there, from its start.
    pub(super) fn run(&mut self, text: &[u8]) -> Scanned {
        while let Some(&byte) = text.get(self.at) {
            if self.string {
                if !self.finish_string(text) {
                    return Scanned::More;
                }
                if self.open.is_empty() {
                    return Scanned::End(self.at);
                }
                continue;
            }
            if self.is_odd(byte) {
                self.lenient = true;
                return Scanned::Odd;
            }
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {}
                b'"' => self.string = true,
                b'{' | b'[' => {
                    if self.open.len() < REMEMBERED {
                        self.open.push(byte);
                        self.lists += usize::from(byte == b'[');
                    } else {
                        self.beyond += 1;
                    }
                    self.last = byte;
                }
                b'}' | b']' => {
                    // The list that the element stands in: the element was never closed.
                    if byte == b']' && self.beyond == 0 && self.lists == 0 {
                        return Scanned::End(self.at);
                    }
                    self.close(if byte == b'}' { b'{' } else { b'[' });
                    self.last = byte;
                    if self.open.is_empty() {
                        self.at += 1;
                        return Scanned::End(self.at);
                    }
                }
                b',' | b':' => self.last = byte,
                _ => self.last = b'0',
            }
            self.at += 1;
        }
        Scanned::More
    }

    /// Moves behind the closing quote, if it is there.
    fn finish_string(&mut self, text: &[u8]) -> bool {
        while let Some(found) =
            text.get(self.at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest))
        {
            self.at += found;
            if text.get(self.at) == Some(&b'"') {
                self.at += 1;
                (self.string, self.last) = (false, b'"');
                return true;
            }
            if text.len() < self.at + 2 {
                // What is escaped is still to come.
                return false;
            }
            self.at += 2;
        }
        self.at = text.len();
        false
    }

    /// Whether this byte cannot follow the last one.
    fn is_odd(&self, byte: u8) -> bool {
        if self.lenient {
            return false;
        }
        let value_ended = matches!(self.last, b'"' | b'}' | b']' | b'0');
        let top = self.open.last();
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => false,
            b':' => self.last != b'"',
            b'"' => value_ended,
            b'{' | b'[' => {
                value_ended
                    || self.last == b'{'
                    || self.last == b',' && top == Some(&b'{')
                    || self.open.len() >= DEEP
            }
            b'}' => top != Some(&b'{') || self.last == b':',
            b']' => top != Some(&b'['),
            _ => matches!(self.last, b'"' | b'}' | b']' | b'{'),
        }
    }

    /// Closes a bracket, and those inside it that were not closed.
    fn close(&mut self, kind: u8) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        while let Some(open) = self.open.pop() {
            self.lists -= usize::from(open == b'[');
            if open == kind {
                break;
            }
        }
    }
}

/// Whether a text begins as JSON does, and not merely with a bracket, as a header cell may.
pub(super) fn begins_json(text: &str) -> bool {
    let text = trim(text);
    if let Some(object) = text.strip_prefix('{') {
        let object = object.trim_start();
        let Some(key) = object.strip_prefix('"') else {
            return object.is_empty() || object.starts_with('}');
        };
        // A text that ends inside its first key is cut off, not delimited.
        let mut escaped = false;
        let close = key.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        return close.is_none_or(|at| {
            let behind = key[at + 1..].trim_start();
            behind.is_empty() || behind.starts_with(':')
        });
    }
    let Some(list) = text.strip_prefix('[') else { return false };
    let list = list.trim_start();
    let closes = |list: &str| {
        list.trim_start().strip_prefix(']').is_some_and(|behind| {
            let behind = behind.trim_start();
            behind.is_empty() || behind.starts_with(['[', '{'])
        })
    };
    if list.is_empty() || list.starts_with('[') || closes(list) {
        return true;
    }
    if list.starts_with('{') {
        return begins_json(list);
    }
    let mut values = serde_json::Deserializer::from_str(list).into_iter::<Value>();
    if values.next().is_none_or(|value| value.is_err()) {
        return false;
    }
    let behind = list[values.byte_offset()..].trim_start();
    behind.starts_with(',') || closes(behind)
}

/// Whether a character may stand between records: space, a comma, and marks that joined files have.
pub(super) fn is_between(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | ',' | '\u{FEFF}' | '\u{1E}' | '\u{1A}')
}

/// A text without what may stand before records.
pub(super) fn trim(text: &str) -> &str {
    text.trim_start_matches(is_between)
}

/// Reads an element, mended if need be.
pub(super) fn value(text: &str) -> Option<Value> {
    match serde_json::from_str(text) {
        Ok(value) => Some(value),
        Err(_) => serde_json::from_str(&mended(text)?).ok(),
    }
}

/// What programs write that is not quite JSON, written properly; `None` if there is nothing of the kind.
///
/// Line breaks and tabs as they are inside strings, backslashes that escape
/// nothing, half a surrogate pair, a comma behind the last, and Python's `NaN`
/// and `Infinity`.
fn mended(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 16);
    let mut changed = false;
    let mut string = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        if !string {
            string = c == '"';
            let word = ["NaN", "-Infinity", "Infinity"].iter().find(|word| rest.starts_with(*word));
            if let Some(word) = word {
                taken = word.len();
                changed = true;
                out.push_str("null");
            } else if c == ',' && rest[1..].trim_start().starts_with(['}', ']']) {
                changed = true;
            } else {
                out.push(c);
            }
        } else if c == '"' {
            string = false;
            out.push(c);
        } else if c < ' ' {
            changed = true;
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else if c == '\\' {
            let (first, second) = (surrogate(rest), rest.get(6..).and_then(surrogate));
            let pair = matches!((first, second), (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)));
            if pair {
                taken = 12;
                out.push_str(&rest[..taken]);
            } else if first.is_some() {
                taken = 6;
                changed = true;
                out.push_str("\\ufffd");
            } else if rest[1..].starts_with(['"', '\\', '/', 'b', 'f', 'n', 'r', 't'])
                || is_escaped_unit(rest)
            {
                taken = 2;
                out.push_str(&rest[..taken]);
            } else {
                changed = true;
                out.push_str("\\\\");
            }
        } else {
            // Up to what may need thought.
            taken = rest.find(|c| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            out.push_str(&rest[..taken]);
        }
        rest = &rest[taken..];
    }
    changed.then_some(out)
}

/// Whether a text begins with an escape by number.
fn is_escaped_unit(text: &str) -> bool {
    let digits = text.strip_prefix("\\u").and_then(|rest| rest.get(..4));
    digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The half of a surrogate pair that is escaped at the start of a text.
fn surrogate(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4).filter(|_| is_escaped_unit(text))?;
    let code = u32::from_str_radix(digits, 16).ok()?;
    (0xD800..0xE000).contains(&code).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> (bool, Scanned) {
        let mut scan = Scan::new();
        match scan.run(text.as_bytes()) {
            Scanned::Odd => (true, scan.run(text.as_bytes())),
            scanned => (false, scanned),
        }
    }

    #[test]
    fn elements_end_where_they_should() {
        for (text, odd, want) in [
            ("{} x", false, Scanned::End(2)),
            (r#"{"a":[1,{"b":"}]"}]},"#, false, Scanned::End(20)),
            (r#"{"a":"\"}"}"#, false, Scanned::End(11)),
            (r#"{"a":"\\"}"#, false, Scanned::End(10)),
            (r#"["a"]"#, false, Scanned::End(5)),
            (r#""a}" "#, false, Scanned::End(4)),
            (r#"{"a":"\"#, false, Scanned::More),
            ("{\"a\":\"x\n{\"a\":1}", true, Scanned::More),
            (r#"{"a":1 {"b":2}}"#, true, Scanned::End(15)),
            (r#"{"a":[1},"#, true, Scanned::End(8)),
            (r#"{"a":1]"#, true, Scanned::End(6)),
            (r#"{"a" "b"}"#, true, Scanned::End(9)),
            (r#"{"a":1,{"a":2}"#, true, Scanned::More),
        ] {
            assert_eq!(scan(text), (odd, want), "{text}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(scan(&deep), (true, Scanned::End(deep.len())));
    }

    #[test]
    fn a_scan_goes_on_wherever_it_was_cut() {
        let text = r#"{"a":[1,{"b":"}\\\"]é"}],"c":"\u00e9"},"#;
        let (_, want) = scan(text);
        for cut in 0..text.len() {
            let mut scan = Scan::new();
            let first = scan.run(&text.as_bytes()[..cut]);
            let last = if first == Scanned::More { scan.run(text.as_bytes()) } else { first };
            assert_eq!(last, want, "{cut}");
        }
    }

    #[test]
    fn what_programs_write_is_mended() {
        for (text, want) in [
            ("[\"a\nb\tc\"]", Some(r#"["a\nb\tc"]"#)),
            (r#"["\ud83d"]"#, Some("[\"\u{FFFD}\"]")),
            (r#"["\ud83dx \ude00"]"#, Some("[\"\u{FFFD}x \u{FFFD}\"]")),
            (r#"["\ud83d\ude00 \ud83d"]"#, Some("[\"\u{1F600} \u{FFFD}\"]")),
            (r#"["\\ud83d", NaN, -Infinity]"#, Some(r#"["\\ud83d",null,null]"#)),
            (r#"["NaN", Infinity]"#, Some(r#"["NaN",null]"#)),
            (r#"["\u12"]"#, Some(r#"["\\u12"]"#)),
            (r#"["C:\dir\new \' \u+123"]"#, Some(r#"["C:\\dir\new \\' \\u+123"]"#)),
            ("[\"a\\\nb\"]", Some(r#"["a\\\nb"]"#)),
            ("[{\"a\":1,\n}, \",]\",]", Some(r#"[{"a":1},",]"]"#)),
            ("[1 2]", None),
        ] {
            let got = value(text).map(|value| value.to_string());
            assert_eq!(got.as_deref(), want, "{text}");
        }
    }

    #[test]
    fn a_header_may_begin_with_a_bracket() {
        for (text, want) in [
            ("{}", true),
            ("\u{FEFF} {\"id\": 1}", true),
            ("{\"id", true),
            ("{\"i\\\"d\"", true),
            ("[", true),
            ("[]", true),
            ("[1, 2]", true),
            ("[[[", true),
            ("[\n{\"id\":1}", true),
            ("[id],[text]\n1,a", false),
            ("{id},{text}\n1,a", false),
            ("{\"id\"};{\"text\"}\n1;a", false),
            ("[],[text]\n1,a", false),
            ("[1] first,text", false),
            ("id,text", false),
            ("", false),
        ] {
            assert_eq!(begins_json(text), want, "{text}");
        }
    }
}

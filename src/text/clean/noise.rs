//! Links, e-mail addresses and encoded data.

use std::sync::LazyLock;

use memchr::memchr2_iter;
use memchr::memmem::Finder;

use super::super::edit::{Edit, Put, Why};

/// No word is longer, and what has digits too is no word.
const BLOB: usize = 64;
const ENDLESS: usize = 200;

/// An address is not longer on either side of its `@`.
const MAX_ADDRESS: usize = 254;

/// How links begin that have no scheme; made once, since every text is searched for it.
static WWW: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("www."));

/// Finds them.
pub(super) fn find(text: &str, edits: &mut Vec<Edit>) {
    let bytes = text.as_bytes();
    // A link inside a link is part of it.
    let mut done = 0;
    for at in WWW.find_iter(bytes) {
        let starts = at == 0 || !bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 1] != b'/';
        if at >= done && starts {
            done = url_end(text, at + 4);
            if done > at + 4 {
                push(text, at, done, Why::Url, edits);
            }
        }
    }
    done = 0;
    for at in memchr2_iter(b':', b'@', bytes) {
        if bytes[at] == b'@' {
            if let Some((start, end)) = address(bytes, at) {
                push(text, start, end, Why::Email, edits);
            }
        } else if at >= done && bytes[at..].starts_with(b"://") {
            let before = bytes[..at].iter().rev().take(12);
            let scheme = before.take_while(|byte| byte.is_ascii_alphabetic()).count();
            if scheme > 1 {
                done = url_end(text, at + 3);
                if done > at + 3 {
                    push(text, at - scheme, done, Why::Url, edits);
                }
            }
        }
    }
    blobs(text, edits);
}

fn push(text: &str, start: usize, end: usize, why: Why, edits: &mut Vec<Edit>) {
    if text.is_char_boundary(start) && text.is_char_boundary(end) {
        edits.push(Edit::new(start, end, why, Put::Gap));
    }
}

/// Where a link ends: at white space or a sign that no link has, without the punctuation of the sentence around it.
fn url_end(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    let link = &rest[..rest.find(ends_link).unwrap_or(rest.len())];
    from + link.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '…', '’']).len()
}

#[rustfmt::skip]
fn ends_link(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c,
        '<' | '>' | '"' | '\\' | '^' | '{' | '}' | '|' | '`' | '“' | '”' | '«' | '»' | '。' | '，' | '、' | '）' | '」' | '】')
}

/// The address around an `@`.
fn address(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let local = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'%')
    };
    let before = bytes[..at].iter().rev().take(MAX_ADDRESS).take_while(local).count();
    let domain = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let after = bytes[at + 1..].iter().take(MAX_ADDRESS).take_while(domain).count();
    let name = &bytes[at + 1..at + 1 + after];
    let name = &name[..name.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1)];
    let dot = name.iter().rposition(|byte| *byte == b'.')?;
    let ending = &name[dot + 1..];
    let valid =
        before > 0 && dot > 0 && ending.len() > 1 && ending.iter().all(u8::is_ascii_alphabetic);
    let mail_to = bytes[..at - before].ends_with(b"mailto:");
    valid.then_some((at - before - if mail_to { 7 } else { 0 }, at + 1 + name.len()))
}

/// Long runs without a space that no person typed.
fn blobs(text: &str, edits: &mut Vec<Edit>) {
    let bytes = text.as_bytes();
    // Where a run starts, if there is one.
    let mut start = 0;
    while let Some(least) = bytes.get(start..start + BLOB) {
        // From the back: the last gap rules out all runs before it, and words are short.
        if let Some(gap) = least.iter().rposition(|byte| !byte.is_ascii_graphic()) {
            start += gap + 1;
            continue;
        }
        let more = bytes[start + BLOB..].iter().take_while(|byte| byte.is_ascii_graphic()).count();
        let end = start + BLOB + more;
        let run = &bytes[start..end];
        let count = |of: fn(&u8) -> bool| run.iter().filter(|byte| of(byte)).count();
        let (letters, digits) = (count(u8::is_ascii_alphabetic), count(u8::is_ascii_digit));
        let encoded = (letters + digits) * 10 >= run.len() * 9;
        if encoded && (letters > 0 && digits > 0 || run.len() >= ENDLESS) {
            edits.push(Edit::new(start, end, Why::Blob, Put::Gap));
        }
        start = end;
    }
}

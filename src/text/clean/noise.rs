//! Links, e-mail addresses and encoded data.

use std::sync::LazyLock;

use memchr::memchr_iter;
use memchr::memmem::Finder;

use super::super::edit::{Edit, Put, Why};

/// No word is longer, and what has digits too is no word.
const BLOB: usize = 64;
const ENDLESS: usize = 200;

/// An address is not longer on either side of its `@`.
const MAX_ADDRESS: usize = 254;

/// What links have in them; made once, since every text is searched for it.
static SCHEME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("://"));
static WWW: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("www."));

/// Finds them.
pub(super) fn find(text: &str, edits: &mut Vec<Edit>) {
    let bytes = text.as_bytes();
    // A link inside a link is part of it.
    let mut done = 0;
    for at in SCHEME.find_iter(bytes) {
        let scheme =
            bytes[..at].iter().rev().take(12).take_while(|byte| byte.is_ascii_alphabetic()).count();
        if at >= done && scheme > 1 {
            done = url_end(text, at + 3);
            if done > at + 3 {
                push(text, at - scheme, done, Why::Url, edits);
            }
        }
    }
    done = 0;
    for at in WWW.find_iter(bytes) {
        let starts = at == 0 || !bytes[at - 1].is_ascii_alphanumeric() && bytes[at - 1] != b'/';
        if at >= done && starts {
            done = url_end(text, at + 4);
            if done > at + 4 {
                push(text, at, done, Why::Url, edits);
            }
        }
    }
    for at in memchr_iter(b'@', bytes) {
        if let Some((start, end)) = address(bytes, at) {
            push(text, start, end, Why::Email, edits);
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
    let stop = rest.find(|c: char| {
        c.is_whitespace() || c.is_control() || "<>\"\\^{}|`“”«»。，、）」】".contains(c)
    });
    let link = &rest[..stop.unwrap_or(rest.len())];
    from + link.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '…', '’']).len()
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
    const STRIDE: usize = BLOB / 2;
    let bytes = text.as_bytes();
    let mut at = 0;
    // A run of that length covers one of these stretches wholly.
    while let Some(stretch) = bytes.get(at..at + STRIDE) {
        if stretch.iter().any(|byte| byte.is_ascii_whitespace() || !byte.is_ascii()) {
            at += STRIDE;
            continue;
        }
        let solid = |byte: &&u8| byte.is_ascii_graphic();
        let before = bytes[..at].iter().rev().take(STRIDE).take_while(solid).count();
        let after = bytes[at..].iter().take_while(solid).count();
        let (start, end) = (at - before, at + after);
        let run = &bytes[start..end];
        let count = |of: fn(&u8) -> bool| run.iter().filter(|byte| of(byte)).count();
        let (letters, digits) = (count(u8::is_ascii_alphabetic), count(u8::is_ascii_digit));
        let encoded = (letters + digits) * 10 >= run.len() * 9;
        if run.len() >= BLOB && encoded && (letters > 0 && digits > 0 || run.len() >= ENDLESS) {
            edits.push(Edit::new(start, end, Why::Blob, Put::Gap));
        }
        at = end.max(at + STRIDE);
    }
}

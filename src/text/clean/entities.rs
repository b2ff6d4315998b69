//! Character references of HTML, escaped once or several times.

use super::super::edit::Put;
use super::markup::is_element;
use crate::span::head;

/// Names are not longer, and numbers neither.
const MAX_NAME: usize = 10;

/// How often `&` may have been escaped.
const MAX_ESCAPES: usize = 4;

/// A tag that was escaped is not longer.
const MAX_TAG: usize = 300;

/// U+00A0 to U+00FF, in order.
const LATIN_1: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 \
     acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig \
     Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave \
     Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave \
     iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// The others that people's mail programs write.
const OTHERS: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("bull", '•'),
    ("euro", '€'),
    ("trade", '™'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
    ("Yuml", 'Ÿ'),
    ("fnof", 'ƒ'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("zwnj", '\u{200C}'),
    ("zwj", '\u{200D}'),
    ("lrm", '\u{200E}'),
    ("rlm", '\u{200F}'),
    ("larr", '←'),
    ("rarr", '→'),
    ("minus", '−'),
    ("prime", '′'),
    ("Prime", '″'),
    ("num", '#'),
    ("colon", ':'),
    ("comma", ','),
    ("period", '.'),
    ("excl", '!'),
    ("quest", '?'),
    ("lpar", '('),
    ("rpar", ')'),
    ("sol", '/'),
    ("NewLine", '\n'),
    ("Tab", '\t'),
];

/// A character reference.
pub(super) struct Reference {
    /// Behind it.
    pub(super) end: usize,
    pub(super) put: Put,
    /// The element whose whole tag was escaped here.
    pub(super) escaped_tag: Option<&'static str>,
}

/// The reference that starts at a `&`, if it is one.
pub(super) fn read(text: &str, at: usize) -> Option<Reference> {
    let mut from = at + 1;
    for _ in 0..MAX_ESCAPES {
        if !text[from..].starts_with("amp;") {
            break;
        }
        from += "amp;".len();
    }
    let Some((c, end)) = named(text, from) else {
        let escaped = from > at + 1;
        return escaped.then_some(Reference { end: from, put: Put::Gap, escaped_tag: None });
    };
    if c == Some('<')
        && let Some((tag, length)) = escaped_tag(&text[end..])
    {
        return Some(Reference { end: end + length, put: Put::Gap, escaped_tag: Some(tag) });
    }
    let put = match c {
        Some('\n') => Put::Line,
        Some(c) if !c.is_control() && !matches!(c, '<' | '>' | '\u{A0}') => Put::Char(c),
        _ => Put::Gap,
    };
    Some(Reference { end, put, escaped_tag: None })
}

/// The character that a name or number stands for (`None` for a number that is none), and what is behind it.
fn named(text: &str, from: usize) -> Option<(Option<char>, usize)> {
    let rest = &text[from..];
    if let Some(number) = rest.strip_prefix('#') {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16),
            None => (number, 10),
        };
        let length = digits
            .bytes()
            .take(MAX_NAME)
            .take_while(|byte| char::from(*byte).is_digit(radix))
            .count();
        if length == 0 {
            return None;
        }
        let start = from + (rest.len() - digits.len());
        let end = start + length + usize::from(digits[length..].starts_with(';'));
        let code = u32::from_str_radix(&digits[..length], radix).ok();
        return Some((code.and_then(meant), end));
    }
    let length = rest.bytes().take(MAX_NAME).take_while(u8::is_ascii_alphanumeric).count();
    let name = &rest[..length];
    if rest[length..].starts_with(';') {
        return Some((Some(character(name)?), from + length + 1));
    }
    // Browsers forgive a missing semicolon in the oldest names.
    let old = ["nbsp", "amp", "lt", "gt", "quot"].into_iter().find(|old| *old == name)?;
    Some((Some(character(old)?), from + length))
}

/// The character of a number; those between 128 and 159 are Windows-1252, as in browsers.
fn meant(code: u32) -> Option<char> {
    let c = char::from_u32(code)?;
    match u8::try_from(code) {
        Ok(byte @ 0x80..=0x9F) => {
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next()
        }
        _ => Some(c).filter(|c| *c != '\0'),
    }
}

fn character(name: &str) -> Option<char> {
    if let Some((_, c)) = OTHERS.iter().find(|(known, _)| *known == name) {
        return Some(*c);
    }
    let at = LATIN_1.split_ascii_whitespace().position(|known| known == name)?;
    u32::try_from(at).ok().and_then(|at| char::from_u32(0xA0 + at))
}

/// The element of a tag whose `<` was escaped and stands before `text`, and the bytes up to behind its `>`.
fn escaped_tag(text: &str) -> Option<(&'static str, usize)> {
    let inner = text.strip_prefix('/').unwrap_or(text);
    let length = inner.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
    let element = is_element(&inner[..length])?;
    let behind = inner.as_bytes().get(length)?;
    if !(behind.is_ascii_whitespace() || matches!(behind, b'&' | b'/' | b'>')) {
        return None;
    }
    let close = head(text, MAX_TAG).find("gt;")?;
    // Nothing but an attribute may stand between.
    let between = &text[..close];
    let amp = between.rfind('&')?;
    (!between[..amp].contains(['<', '>', '\n'])).then_some((element, close + "gt;".len()))
}

//! Letters that were UTF-8, read as Windows-1252 and saved again: `Ã©` for é.

use super::super::edit::{Edit, Put, Why};

/// All characters that such a letter begins with, U+00C2 to U+00F4, begin with this byte.
const LEAD: u8 = 0xC3;

/// Finds them; genuine letters of that look stay.
pub(super) fn find(text: &str, edits: &mut Vec<Edit>) {
    let mut at = 0;
    while let Some(offset) = memchr::memchr(LEAD, &text.as_bytes()[at..]) {
        let start = at + offset;
        if !text[start..].starts_with(is_lead) {
            at = start + 2;
            continue;
        }
        let Some((c, end)) = broken(&text[start..]) else {
            at = start + text[start..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        // Most leads are letters of their own: two in a row are no chance.
        let lone = !matches!(text[start..].chars().next(), Some('Ã' | 'Â' | 'â' | 'ð'));
        let again = || broken(&text[start + end..]).is_some();
        let before =
            edits.last().is_some_and(|edit| edit.why == Why::Mojibake && edit.span.end == start);
        if !lone || before || again() {
            edits.push(Edit::new(start, start + end, Why::Mojibake, Put::Char(c)));
        }
        at = start + end;
    }
}

/// Whether a character is what becomes of the first byte of a longer one.
fn is_lead(c: char) -> bool {
    byte(c).is_some_and(|byte| (0xC2..=0xF4).contains(&byte))
}

/// The character that the text begins with once it is put together, and the bytes it takes now.
fn broken(text: &str) -> Option<(char, usize)> {
    let mut chars = text.char_indices();
    let (_, first) = chars.next()?;
    let lead = byte(first)?;
    let more = match lead {
        0xC2..=0xDF => 1,
        0xE0..=0xEF => 2,
        0xF0..=0xF4 => 3,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0, 0];
    let mut end = first.len_utf8();
    for next in &mut bytes[1..=more] {
        let (at, c) = chars.next()?;
        *next = byte(c).filter(|byte| (0x80..=0xBF).contains(byte))?;
        end = at + c.len_utf8();
    }
    let c = std::str::from_utf8(&bytes[..=more]).ok()?.chars().next()?;
    (!c.is_control()).then_some((c, end))
}

/// The byte of a character in Windows-1252; the five that it lacks are as in Latin-1.
fn byte(c: char) -> Option<u8> {
    Some(match c {
        '\u{80}'..='\u{FF}' => u8::try_from(u32::from(c)).ok()?,
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8A,
        '‹' => 0x8B,
        'Œ' => 0x8C,
        'Ž' => 0x8E,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9A,
        '›' => 0x9B,
        'œ' => 0x9C,
        'ž' => 0x9E,
        'Ÿ' => 0x9F,
        _ => return None,
    })
}

//! What each character is to the fold.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::traditional::simplified;

/// What a character, taken by itself, folds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Part of a word.
    Word,
    /// A vowel sign or another mark that stays with the letter before it.
    Mark,
    /// Nothing at all: accents, variation selectors, zero-width characters, soft hyphens.
    Nothing,
    /// Something between words that ends no sentence.
    Soft,
    /// A full stop: inside a number it stays.
    Dot,
    /// An apostrophe in any of its shapes: inside a word it stays.
    Apostrophe,
    /// The end of a sentence.
    End,
    /// A line break; two of them end a sentence.
    Newline,
}

/// The classes of ASCII, by byte.
pub(super) const ASCII: [Class; 128] = {
    let mut table = [Class::Soft; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Class::Word,
            b'.' => Class::Dot,
            b'\'' | b'`' => Class::Apostrophe,
            b'!' | b'?' | b';' => Class::End,
            b'\n' | b'\r' => Class::Newline,
            _ => Class::Soft,
        };
        byte += 1;
    }
    table
};

/// The class of a character and, into `word`, the lower-case letters it folds to.
///
/// `word` is filled for [`Class::Word`] and [`Class::Mark`] alone.
pub(super) fn classify(c: char, word: &mut String) -> Class {
    word.clear();
    if c.is_ascii() {
        word.push(c.to_ascii_lowercase());
        return ASCII[c as usize];
    }
    // Han has no case and no parts: nothing below would find anything to do.
    if matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}') {
        word.push(simplified(c));
        return Class::Word;
    }
    if let Some(class) = special(c) {
        return class;
    }
    // By character, without composition: each folded byte has exactly one
    // origin, and the map back is monotone.
    let (mut letters, mut others) = (0, None);
    decompose_compatible(c, |part| match part_class(part) {
        Class::Nothing => {}
        class @ (Class::Word | Class::Mark) => {
            letters += usize::from(class == Class::Word);
            lower(part, word);
        }
        class => others = Some(class),
    });
    match (letters, others) {
        (0, None) if word.is_empty() => Class::Nothing,
        (0, None) => Class::Mark,
        (_, None) => Class::Word,
        (0, Some(class)) => class,
        // Half letter, half punctuation (one half, "½", is 1, slash, 2): taken
        // apart it would make a separator out of the middle of a character.
        (_, Some(_)) => {
            word.clear();
            if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
                Class::Word
            } else {
                Class::Soft
            }
        }
    }
}

/// Whether the fold reads a character by itself as part of a word: vowel signs, which Unicode counts among the letters, need one before them.
pub(super) fn is_word(c: char) -> bool {
    classify(c, &mut String::new()) == Class::Word
}

/// Whether the script is written without spaces between words, so that a phrase needs no word edges.
pub(crate) fn is_spaceless(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF     // Thai, Lao
        | 0x0F00..=0x0FFF   // Tibetan
        | 0x1000..=0x109F   // Myanmar
        | 0x1780..=0x17FF   // Khmer
        | 0x3005..=0x3007
        | 0x3040..=0x30FF   // Hiragana, Katakana
        | 0x3100..=0x312F   // Bopomofo
        | 0x31A0..=0x31FF
        | 0x3400..=0x4DBF   // Han
        | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF
        | 0x20000..=0x3FFFF)
}

/// The first word of what stands between two spaces: all of it, but each letter of a script
/// without spaces is a word of its own.
pub(crate) fn first_word(piece: &str) -> &str {
    if piece.is_ascii() {
        return piece;
    }
    let end = match piece.char_indices().find(|(_, c)| is_spaceless(*c)) {
        None => piece.len(),
        Some((0, letter)) => letter.len_utf8(),
        Some((at, _)) => at,
    };
    &piece[..end]
}

/// Characters that are judged before they are taken apart.
fn special(c: char) -> Option<Class> {
    Some(match c {
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02B9}' | '\u{02BB}' | '\u{02BC}'
        | '\u{00B4}' | '\u{2032}' | '\u{FF07}' => Class::Apostrophe,
        '\u{2028}' | '\u{0085}' => Class::Newline,
        '\u{2029}' => Class::End,
        '\u{00AD}'
        | '\u{034F}'
        | '\u{061C}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}' => Class::Nothing,
        // An ellipsis is a pause more often than an end.
        '\u{2025}' | '\u{2026}' | '\u{00BF}' | '\u{00A1}' => Class::Soft,
        _ => return None,
    })
}

fn part_class(c: char) -> Class {
    if c.is_ascii() {
        return ASCII[c as usize];
    }
    if let Some(class) = special(c) {
        return class;
    }
    match c {
        // Only the marks of Latin, Greek and Cyrillic are accents; those of
        // other scripts are vowels.
        '\u{0300}'..='\u{036F}' => Class::Nothing,
        '\u{3002}'
        | '\u{061F}'
        | '\u{06D4}'
        | '\u{0964}'
        | '\u{0965}'
        | '\u{203C}'
        | '\u{2047}'..='\u{2049}'
        | '\u{FF61}' => Class::End,
        _ if is_combining_mark(c) => Class::Mark,
        _ if c.is_alphanumeric() => Class::Word,
        _ => Class::Soft,
    }
}

/// Lower case for comparison: as Unicode case folding, and both Turkish i's are an i.
fn lower(c: char, out: &mut String) {
    for small in c.to_lowercase().nfkd() {
        match small {
            'ß' => out.push_str("ss"),
            'ς' => out.push('σ'),
            'ı' => out.push('i'),
            '\u{0300}'..='\u{036F}' => {}
            // Signs for compatibility hold Han too.
            other => out.push(simplified(other)),
        }
    }
}

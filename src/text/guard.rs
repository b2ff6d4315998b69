//! The formula guard: cells that a spreadsheet would run are made text, and text again a cell.
//!
//! Exports of other tools carry such guards (osTicket), ours does too, and
//! what is fed back must not gain a second one; so both directions live here.
//! The rule is OWASP's ("CSV Injection"), widened by what spreadsheets skip
//! before a formula and by what they see when they split a cell again at
//! another separator.

use std::borrow::Cow;

/// What is put before a dangerous cell.
const GUARD: char = '\'';

/// Makes a cell safe for spreadsheets: an apostrophe before whatever would start a formula.
///
/// Also inside the cell, after a separator at which a spreadsheet may split it
/// again. A cell that looks guarded already gets one more, so that
/// [`unguard`] always gives back what was there.
///
/// ```
/// use triage::text::guard;
///
/// assert_eq!(guard("=1+1"), "'=1+1");
/// assert_eq!(guard("-12.50"), "-12.50");
/// assert_eq!(guard("see you ;-)"), "see you ;-)");
/// assert_eq!(guard("a;=1+1"), "a;'=1+1");
/// ```
pub fn guard(cell: &str) -> Cow<'_, str> {
    let mut safe = Cow::Borrowed(cell);
    let mut written = 0;
    for (at, piece) in splits(cell) {
        if is_formula(piece.trim_start_matches(GUARD)) {
            if written == 0 {
                safe = Cow::Owned(String::with_capacity(cell.len() + 2));
            }
            let safe = safe.to_mut();
            safe.push_str(&cell[written..at]);
            safe.push(GUARD);
            written = at;
        }
    }
    if written > 0 {
        safe.to_mut().push_str(&cell[written..]);
    }
    // Last: a guard inside may already stand before what made the front dangerous.
    if is_dangerous(safe.trim_start_matches(GUARD)) {
        safe.to_mut().insert(0, GUARD);
    }
    safe
}

/// Takes the guard from the front of a cell that has one. Guards inside the cell stay.
///
/// ```
/// use triage::text::unguard;
///
/// assert_eq!(unguard("'=1+1"), "=1+1");
/// assert_eq!(unguard("'tis fine"), "'tis fine");
/// ```
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix(GUARD) {
        Some(rest) if is_dangerous(rest.trim_start_matches(GUARD)) => rest,
        _ => cell,
    }
}

/// Pieces of a cell behind the separators at which it may be split again, and where they start.
fn splits(cell: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut ends = separators(cell.as_bytes()).peekable();
    std::iter::from_fn(move || {
        let start = ends.next()? + 1;
        let end = ends.peek().copied().unwrap_or(cell.len());
        Some((start, cell.get(start..end).unwrap_or_default()))
    })
}

/// Where they are.
fn separators(cell: &[u8]) -> impl Iterator<Item = usize> {
    // Hardly a cell has carriage returns, and of three bytes at once the vector finds the next.
    let only_three = memchr::memchr(b'\r', cell).is_none();
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = cell.get(from..)?;
        let next = if only_three {
            memchr::memchr3(b';', b'\t', b'\n', rest)
        } else {
            rest.iter().position(|byte| matches!(byte, b';' | b'\t' | b'\r' | b'\n'))
        };
        let at = from + next?;
        from = at + 1;
        Some(at)
    })
}

/// Whether a spreadsheet would take the cell for a formula, or a leading control character for something else.
fn is_dangerous(cell: &str) -> bool {
    if begins_plain(cell) {
        return false;
    }
    let Some(first) = cell.chars().next() else {
        return false;
    };
    if matches!(first, '\t' | '\r' | '\n' | '\0') {
        return true;
    }
    let start = cell.trim_start_matches(is_skipped).chars().next();
    start.is_some_and(is_trigger) && !is_negative_number(cell)
}

/// Whether a piece behind a separator would be a real formula: a smiley is not.
fn is_formula(piece: &str) -> bool {
    if begins_plain(piece) {
        return false;
    }
    let mut rest = piece.trim_start_matches(|c| is_skipped(c) || c == '"').chars();
    match rest.next() {
        Some('=' | '@' | '＝' | '＠') => true,
        Some('+' | '-' | '＋' | '－') => {
            rest.next().is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '(' | '.'))
        }
        _ => false,
    }
}

/// Whether a letter or digit of ASCII comes first, as nearly always, and nothing can be wrong.
fn begins_plain(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
}

fn is_trigger(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
}

/// White space and invisible characters, which spreadsheets skip before a formula.
fn is_skipped(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\0'..=' ' | '\u{7F}' | '\u{85}' | '\u{A0}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{205F}'..='\u{206F}'
            | '\u{3000}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFFD}')
}

/// Plain negative numbers are what they look like.
fn is_negative_number(cell: &str) -> bool {
    let Some(number) = cell.strip_prefix('-') else {
        return false;
    };
    let (whole, fraction) = match number.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && fraction.is_none_or(digits)
}

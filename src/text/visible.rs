//! Text that cannot steer a terminal.

use std::borrow::Cow;

/// A text with everything replaced that a terminal would act on rather than show.
///
/// Control characters become their pictures (`␛`), what turns the direction
/// of writing or is invisible becomes `\u{FFFD}`. Line feeds and tabs stay.
///
/// ```
/// use triage::text::visible;
///
/// assert_eq!(visible("plain\n"), "plain\n");
/// assert_eq!(visible("\u{1b}]0;owned\u{7}"), "␛]0;owned␇");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| picture(c).is_none()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| picture(c).unwrap_or(c)).collect())
}

/// What stands in for a character that must not reach a terminal.
fn picture(c: char) -> Option<char> {
    match c {
        '\n' | '\t' => None,
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7F}' => Some('\u{2421}'),
        '\u{80}'..='\u{9F}'
        | '\u{61C}'
        | '\u{200B}'
        | '\u{200E}'
        | '\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}' => Some('\u{FFFD}'),
        _ => None,
    }
}

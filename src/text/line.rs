//! Text on one line.

use std::borrow::Cow;

/// A text on one line: runs of white space and control characters become one space, none at the ends.
///
/// For values that must not break the line they are put in: names in a
/// greeting, evidence in a cell.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if is_one_line(text) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split(is_gap).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    Cow::Owned(line)
}

/// Whether a text is on one line as it is: spaces are its only gaps, and stand between words.
fn is_one_line(text: &str) -> bool {
    let mut behind_gap = true;
    let is_even = text.chars().all(|c| {
        let was_behind_gap = std::mem::replace(&mut behind_gap, is_gap(c));
        !behind_gap || c == ' ' && !was_behind_gap
    });
    text.is_empty() || is_even && !behind_gap
}

fn is_gap(c: char) -> bool {
    !c.is_ascii_graphic() && (c.is_whitespace() || c.is_control())
}

//! Text on one line.

/// A text on one line: runs of white space and control characters become one space, none at the ends.
///
/// For values that must not break the line they are put in: names in a
/// greeting, evidence in a cell.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty())
    {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

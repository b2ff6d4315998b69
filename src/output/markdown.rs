//! A table for a wiki, an issue or a chat.

use super::{Answered, Sink, on_page};
use crate::error::Result;

/// Markdown: a table as GitHub has it, without the replies.
///
/// Ticket text stays text: it makes no markup, no link and calls nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markdown(());

const HEAD: &str = "\
| ticket | subject | status | issue | confidence | the customer's words | suggested fix | note |
| --- | --- | --- | --- | ---: | --- | --- | --- |
";

impl Markdown {
    /// The table.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Sink for Markdown {
    fn head(&self, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(HEAD.as_bytes());
        Ok(())
    }

    fn rows(&self, answered: &[Answered<'_, '_>], out: &mut Vec<u8>) -> Result<()> {
        for one in answered {
            let [id, subject, status, issue, _, _, confidence, _, fix, _, _, note] = one.cells();
            let words: Vec<String> =
                one.phrases().iter().map(|phrase| format!("“{phrase}”")).collect();
            let words = words.join(" ");
            for cell in [&*id, &subject, &status, &issue, &confidence, &words, &fix, &note] {
                out.extend_from_slice(format!("| {} ", escaped(&on_page(cell))).as_bytes());
            }
            out.extend_from_slice(b"|\n");
        }
        Ok(())
    }
}

/// A text on one line that Markdown shows as it is.
pub(crate) fn escaped(text: &str) -> String {
    let mut markdown = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        match c {
            '&' => markdown.push_str("&amp;"),
            '<' => markdown.push_str("&lt;"),
            '>' => markdown.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '|' | '$' => markdown.extend(['\\', c]),
            // Links that need no brackets: http://, www.
            ':' if after.starts_with("//") => markdown.push_str("\\:"),
            '.' if ends_with_www(&markdown) => markdown.push_str("\\."),
            // Addresses and names become links after all escapes are undone; only a tag keeps them apart.
            '@' if after.starts_with(|c: char| c.is_alphanumeric()) => {
                markdown.push_str("@<!-- -->");
            }
            c => markdown.push(c),
        }
    }
    markdown
}

fn ends_with_www(text: &str) -> bool {
    text.len()
        .checked_sub(3)
        .and_then(|at| text.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

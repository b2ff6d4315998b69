//! Columns by what stands in them, where no header says it.

use super::headers::{is_other_field, known_headers};
use super::row::Row;
use crate::text::is_spaceless;

/// Rows that are looked at.
pub(super) const LOOK: usize = 100;

/// A text has at least so many words and characters on average.
const TEXT_WORDS: f64 = 3.0;
const TEXT_CHARS: f64 = 20.0;

/// Beside a header whose names say otherwise, it must be more plainly a text.
const SURE_WORDS: f64 = 6.0;
const SURE_CHARS: f64 = 40.0;

/// Where the user says that there is no header, one column must be the text.
const SOME_WORDS: f64 = 2.0;

/// An id is not longer.
const ID_CHARS: f64 = 40.0;

/// Columns as their contents tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) id: Option<usize>,
    pub(super) subject: Option<usize>,
    pub(super) body: Option<usize>,
}

/// What a column's cells are like.
#[derive(Default)]
struct Look {
    filled: usize,
    chars: f64,
    words: f64,
    /// Share of the filled cells that no other row has.
    distinct: f64,
    /// Share of the filled cells that hold a link, an address or a date and nothing else.
    machine: f64,
}

impl Guess {
    /// Looks at some rows. `has_header` is false where the header was made up.
    pub(super) fn of(header: &[String], has_header: bool, rows: &[Row]) -> Self {
        let looks: Vec<Look> = (0..header.len()).map(|column| Look::at(rows, column)).collect();
        let named = known_headers(header) > 0;
        let (words, chars) = match (has_header, named) {
            (false, _) => (SOME_WORDS, 0.0),
            (true, false) => (TEXT_WORDS, TEXT_CHARS),
            (true, true) => (SURE_WORDS, SURE_CHARS),
        };
        let text = |column: &usize| {
            let look = &looks[*column];
            look.filled > 0 && look.machine < 0.5 && !is_other_field(&header[*column])
        };
        let longest = |columns: &mut dyn Iterator<Item = usize>| {
            columns.max_by(|a, b| looks[*a].chars.total_cmp(&looks[*b].chars).then(b.cmp(a)))
        };
        let body = longest(&mut (0..header.len()).filter(|column| {
            text(column) && looks[*column].words >= words && looks[*column].chars >= chars
        }));
        // A subject stands before the text, and is a text itself.
        let subject = longest(&mut (0..body.unwrap_or(0)).filter(|column| {
            text(column) && looks[*column].words >= 2.0 && looks[*column].distinct > 0.5
        }));
        let id = (0..header.len()).find(|column| {
            let look = &looks[*column];
            // What its header calls something else is no id, however it looks.
            known_headers(std::slice::from_ref(&header[*column])) == 0
                && look.filled == rows.len()
                && look.words <= 1.0
                && look.distinct >= 1.0
                && look.chars <= ID_CHARS
                && look.machine == 0.0
        });
        Self { id: id.filter(|_| rows.len() > 1), subject, body }
    }
}

impl Look {
    fn at(rows: &[Row], column: usize) -> Self {
        let cells: Vec<&str> = rows
            .iter()
            .map(|row| row.cell(column).trim())
            .filter(|cell| !cell.is_empty())
            .collect();
        if cells.is_empty() {
            return Self::default();
        }
        let mut sorted = cells.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let share = |n: usize| ratio(n, cells.len());
        // A script without spaces has about two letters a word, and says more with each.
        let dense = |cell: &str| cell.chars().filter(|c| is_spaceless(*c)).count();
        let words = |cell: &&str| cell.split_whitespace().count() + dense(cell) / 2;
        let chars = |cell: &&str| cell.chars().count() + dense(cell);
        Self {
            filled: cells.len(),
            chars: share(cells.iter().map(chars).sum()),
            words: share(cells.iter().map(words).sum()),
            distinct: share(sorted.len()),
            machine: share(cells.iter().filter(|cell| is_machine(cell)).count()),
        }
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a hundred cells")]
    let ratio = part as f64 / whole as f64;
    ratio
}

/// Whether a cell is a link, an address, a date or a time: nothing that a person wrote.
fn is_machine(cell: &str) -> bool {
    let one_word = !cell.contains(char::is_whitespace);
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let marks = cell.bytes().filter(|byte| matches!(byte, b'-' | b'/' | b'.')).count();
    let dated = digits >= 4
        && (marks > 1 || cell.contains(':'))
        && digits * 2 >= cell.chars().filter(|c| c.is_alphanumeric()).count();
    one_word && (cell.contains("://") || cell.contains('@')) || dated
}

/// Whether what should be a header is a ticket rather: the first one must not be taken for names.
pub(super) fn looks_like_data(header: &[String]) -> bool {
    header.iter().map(|cell| cell.trim()).any(|cell| {
        let number = !cell.is_empty() && cell.bytes().all(|byte| byte.is_ascii_digit());
        number || is_machine(cell) || cell.split_whitespace().count() > 6
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_guessed_by_their_contents() {
        let long = "my phone does not send any message since the last update came";
        for (header, rows, want) in [
            (
                "a|b|c",
                format!("7|Help me|{long}\n8|No sound|{long} at all"),
                "id 0 subject 1 body 2",
            ),
            ("x|y", format!("{long}|open\n{long} now|open"), "body 0"),
            (
                "Frage|Antwort",
                format!("Wie geht das hier?|{long}\nUnd das hier?|{long}"),
                "subject 0 body 1",
            ),
            ("id|opened|closed", "1|2026-01-01|2026-01-02".to_owned(), ""),
            ("id|status|group", "1|in progress today|second level support team".to_owned(), ""),
            ("a|b", "2026-01-01 10:00|https://example.com/a/very/long/path".to_owned(), ""),
            (
                "k|文",
                "1|激活一直在等待中，怎么办才好呢，请帮帮我\n2|激活一直在等待中".to_owned(),
                "id 0 body 1",
            ),
        ] {
            let header: Vec<String> = header.split('|').map(str::to_owned).collect();
            let rows: Vec<Row> = rows
                .lines()
                .map(|line| {
                    let mut row = Row::default();
                    line.split('|').for_each(|cell| row.push(cell));
                    row
                })
                .collect();
            let Guess { id, subject, body } = Guess::of(&header, true, &rows);
            let parts = [("id", id), ("subject", subject), ("body", body)];
            let shown: Vec<String> = parts
                .into_iter()
                .filter_map(|(name, column)| column.map(|column| format!("{name} {column}")))
                .collect();
            assert_eq!(shown.join(" "), want, "{header:?}");
        }
    }

    #[test]
    fn a_ticket_is_no_header() {
        for (header, want) in [
            ("id|subject", false),
            ("1001|Waiting for activation", true),
            ("Name|ann@example.com", true),
            ("Opened|2026-01-01", true),
            ("What did the customer say to you on the phone?", true),
            ("Beschreibung des Problems|Nr.", false),
        ] {
            let header: Vec<String> = header.split('|').map(str::to_owned).collect();
            assert_eq!(looks_like_data(&header), want, "{header:?}");
        }
    }
}

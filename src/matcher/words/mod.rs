//! Common words of languages: what is one of them is no typing mistake.

use std::sync::LazyLock;

use super::key::{Key, Marks};

/// Common English words, sorted, one a line; see `LICENSE.txt` beside it.
const TEXT: &str = include_str!("english.txt");

/// The words, by number.
pub(super) static ENGLISH: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', TEXT.as_bytes());
    ends.map(|end| &TEXT[std::mem::replace(&mut start, end + 1)..end]).collect()
});

/// The same, to ask often whether a word is one: a non-word in millions of millions is taken for
/// one, and only stays as it was written.
static MARKS: LazyLock<Marks> =
    LazyLock::new(|| Marks::new(ENGLISH.iter().map(|word| (Key::of(word).hash(), 0))));

/// Whether a word is a common English one; for packs, of which start-up must not pay for tables.
pub(super) fn is_english(word: &str) -> bool {
    let text = TEXT.as_bytes();
    let (mut from, mut to) = (0, text.len());
    let ends = |byte: &u8| *byte == b'\n';
    while from < to {
        let middle = from + (to - from) / 2;
        // The next end of a line is a few bytes away, which no search is set up for.
        let start = text[..middle].iter().rposition(ends).map_or(0, |end| end + 1);
        let end = text[middle..].iter().position(ends).map_or(text.len(), |end| middle + end);
        match text[start..end].cmp(word.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => from = end + 1,
            std::cmp::Ordering::Greater => to = start,
        }
    }
    false
}

/// The same for texts, where many words are asked for.
pub(super) fn is_common(word: Key) -> bool {
    MARKS.have(word.hash())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_asking_agree() {
        assert!(ENGLISH.is_sorted());
        for word in ENGLISH.iter().step_by(97).chain(["", "aaa", "zzz", "imesage", "phon"].iter()) {
            assert_eq!(is_english(word), is_common(Key::of(word)), "{word}");
        }
        assert!(ENGLISH.iter().all(|word| is_english(word)));
    }
}

//! Common words of languages: what is one of them is no typing mistake.

use std::sync::LazyLock;

/// Common English words, sorted, one a line; see `LICENSE.txt` beside it.
const TEXT: &str = include_str!("english.txt");

/// The words, by number.
pub(super) static ENGLISH: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', TEXT.as_bytes());
    ends.map(|end| &TEXT[std::mem::replace(&mut start, end + 1)..end]).collect()
});

/// English words of every text, sorted.
pub(super) const EVERYWHERE: [&str; 113] = [
    "a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at",
    "back", "be", "because", "been", "but", "by", "can", "can't", "could", "did", "didn't", "do",
    "does", "doesn't", "don't", "for", "from", "get", "go", "got", "had", "has", "have", "haven't",
    "he", "hello", "help", "her", "hi", "his", "how", "i", "i'd", "i'll", "i'm", "i've", "if",
    "in", "is", "isn't", "it", "it's", "just", "know", "like", "me", "my", "need", "new", "no",
    "not", "now", "of", "on", "one", "only", "or", "other", "our", "out", "please", "she", "so",
    "some", "still", "than", "thank", "thanks", "that", "that's", "the", "their", "them", "then",
    "there", "there's", "they", "this", "to", "try", "up", "us", "use", "want", "was", "wasn't",
    "we", "we're", "were", "what", "when", "which", "will", "with", "won't", "work", "would",
    "you", "you're", "your",
];

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_words_are_found() {
        assert!(ENGLISH.is_sorted());
        assert!(EVERYWHERE.is_sorted());
        assert!(ENGLISH.iter().all(|word| is_english(word)));
        for word in ["", "aaa", "zzz", "imesage", "phon"] {
            assert!(!is_english(word), "{word}");
        }
    }
}

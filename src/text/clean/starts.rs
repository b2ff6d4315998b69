//! Words that lines begin with, or are, in any case: hundreds of them, of which nearly no line has one.

use rustc_hash::FxHashMap;

/// Lower-case texts, by their first letter: almost always it tells.
#[derive(Debug)]
pub(super) struct Starts {
    /// Bits of the first letters that are ASCII.
    ascii: u128,
    by_letter: FxHashMap<char, Vec<&'static str>>,
}

impl Starts {
    pub(super) fn new(all: impl IntoIterator<Item = &'static str>) -> Self {
        let mut starts = Self { ascii: 0, by_letter: FxHashMap::default() };
        for start in all {
            let Some(first) = start.chars().next() else { continue };
            if first.is_ascii() {
                starts.ascii |= 1 << u32::from(first);
            }
            starts.by_letter.entry(first).or_default().push(start);
        }
        starts
    }

    /// Those that may stand at the beginning of a text.
    pub(super) fn like(&self, text: &str) -> &[&'static str] {
        let Some(first) = text.chars().next() else { return &[] };
        if first.is_ascii() && self.ascii & (1 << u32::from(first.to_ascii_lowercase())) == 0 {
            return &[];
        }
        let first = first.to_lowercase().next().unwrap_or(first);
        self.by_letter.get(&first).map_or(&[], Vec::as_slice)
    }

    /// Whether a text begins with one of them.
    pub(super) fn begin(&self, text: &str) -> bool {
        self.like(text).iter().any(|start| starts_with(text, start))
    }

    /// Whether a text is one of them.
    pub(super) fn are(&self, text: &str) -> bool {
        self.like(text)
            .iter()
            .any(|whole| text.chars().flat_map(char::to_lowercase).eq(whole.chars()))
    }
}

/// Whether a text begins with a lower-case start, in any case.
pub(super) fn starts_with(text: &str, start: &str) -> bool {
    let mut letters = text.chars().flat_map(char::to_lowercase);
    start.chars().all(|wanted| letters.next() == Some(wanted))
}

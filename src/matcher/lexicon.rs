//! All words that are known: those that packs know, and other common ones.
//!
//! Most words of a text are one or the other, and each of them is looked up, so
//! this is what a text costs first. A word of up to eight bytes is a number,
//! and found with one multiplication and one comparison. The tables are small:
//! what such a look-up costs is the way to the memory.

use super::key;
use super::vocabulary::{Known, WordId};

/// Words, and what packs know of each.
#[derive(Debug)]
pub(super) struct Lexicon {
    ours: Ours,
    others: Others,
}

impl Lexicon {
    /// All of these words; of words that come twice the first one counts. `spelling` says how a
    /// word of the packs is spelled.
    pub(super) fn new<'w>(
        words: impl Iterator<Item = (&'w str, Known)>,
        spelling: impl Fn(WordId) -> &'w str,
    ) -> Self {
        let (ours, mut others): (Vec<_>, Vec<_>) =
            words.partition(|(_, known)| known.is_something());
        let ours = Ours::new(&ours, &spelling);
        others.retain(|(word, _)| ours.place(key::of(word), || word, &spelling).is_err());
        Self { others: Others::new(&others), ours }
    }

    /// What packs know of a word, by its [number](key::short); of a word that is not here, `None`.
    #[inline]
    pub(super) fn find<'w, 't>(
        &self,
        number: u64,
        word: impl Fn() -> &'t str,
        spelling: impl Fn(WordId) -> &'w str,
    ) -> Option<Known> {
        let ours = self.ours(number, word, spelling);
        ours.or_else(|| self.others.have(number).then(Known::default))
    }

    /// The same of a word that they know something of.
    #[inline]
    pub(super) fn ours<'w, 't>(
        &self,
        number: u64,
        word: impl Fn() -> &'t str,
        spelling: impl Fn(WordId) -> &'w str,
    ) -> Option<Known> {
        self.ours.place(number, word, spelling).ok()
    }

    /// Whether a word is a common one that packs know nothing of, where that is told at one look:
    /// of some it is not.
    #[inline]
    pub(super) fn is_other(&self, number: u64) -> bool {
        self.others.have_here(number)
    }
}

/// Words that packs know something of.
#[derive(Debug)]
struct Ours {
    /// Each word is at the place that its number leads to, or behind it.
    places: Vec<Entry>,
    /// How far a number that is spread is shifted to be a place.
    shift: u32,
}

/// A word by its number, or a free place: no word's number is zero.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    number: u64,
    known: Known,
}

impl Ours {
    fn new<'w>(words: &[(&'w str, Known)], spelling: impl Fn(WordId) -> &'w str) -> Self {
        let size = (2 * words.len()).next_power_of_two().max(2);
        let mut new =
            Self { places: vec![Entry::default(); size], shift: 64 - size.trailing_zeros() };
        for (word, known) in words {
            let number = key::of(word);
            if let Err(free) = new.place(number, || word, &spelling) {
                new.places[free] = Entry { number, known: *known };
            }
        }
        new
    }

    /// What is known of a word, or the place where it would stand.
    #[inline]
    fn place<'w, 't>(
        &self,
        number: u64,
        word: impl Fn() -> &'t str,
        spelling: impl Fn(WordId) -> &'w str,
    ) -> Result<Known, usize> {
        // Long words of packs are compared. One that is only common is not: another one with its
        // number, one in millions of millions, is read as one that begins like it.
        let is_it = |known: Known| {
            !key::is_hash(number) || known.word.is_none_or(|ours| spelling(ours) == word())
        };
        let mut at = key::place(key::spread(number), self.shift);
        loop {
            let here = self.places.get(at).copied().unwrap_or_default();
            if here.number == number && is_it(here.known) {
                return Ok(here.known);
            }
            if here.number == 0 {
                return Err(at);
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }
}

/// Common words that packs know nothing of.
#[derive(Debug)]
struct Others {
    /// A part of each word's number, at the place that another leads to, or behind it: another word
    /// with both, one in millions of millions, only stays as it was written.
    places: Vec<u32>,
    shift: u32,
}

impl Others {
    fn new(words: &[(&str, Known)]) -> Self {
        let size = (2 * words.len()).next_power_of_two().max(2);
        let mut new = Self { places: vec![0; size], shift: 64 - size.trailing_zeros() };
        for (word, _) in words {
            if let Err(free) = new.place(key::of(word)) {
                new.places[free.0] = free.1;
            }
        }
        new
    }

    fn have(&self, number: u64) -> bool {
        self.place(number).is_ok()
    }

    /// Whether a word is at its own place, or the next.
    #[inline]
    fn have_here(&self, number: u64) -> bool {
        let (at, part) = self.first(number);
        // Without a branch: which of two it is nobody foresees.
        let here = self.places.get(at..).and_then(<[u32]>::first_chunk);
        here.is_some_and(|[here, next]| (here ^ part).min(next ^ part) == 0)
    }

    /// Whether a word is there; if not, the place where it would stand, and its part.
    fn place(&self, number: u64) -> Result<(), (usize, u32)> {
        let (mut at, part) = self.first(number);
        loop {
            match self.places.get(at) {
                Some(here) if *here == part => return Ok(()),
                None | Some(0) => return Err((at, part)),
                Some(_) => at = (at + 1) & (self.places.len() - 1),
            }
        }
    }

    /// The place that a word's number leads to, and its part.
    #[inline]
    fn first(&self, number: u64) -> (usize, u32) {
        let spread = key::spread(number);
        let part = key::low(key::spread(spread ^ spread >> 32) >> 32) | 1;
        (key::place(spread, self.shift), part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beginnings and middles of words of all lengths: near each other, and every one another word.
    fn words() -> Vec<String> {
        let long = "abcdefghijklmnopqrstuvwxyz";
        let mut words: Vec<String> = (1..=26)
            .flat_map(|len| (0..=26 - len).map(move |from| long[from..from + len].to_owned()))
            .collect();
        words.extend(["短信", "é", "aa", "aaa", "aaaa", "aaaaaaaa", "aaaaaaaaa"].map(String::from));
        words.push(long.replace('m', "x"));
        words
    }

    #[test]
    fn a_table_has_its_words_and_no_others() {
        let all = words();
        let (ours, others): (Vec<_>, Vec<_>) = all.iter().enumerate().partition(|(n, _)| n % 3 > 0);
        let ours: Vec<&str> = ours.into_iter().map(|(_, word)| word.as_str()).collect();
        let known = |n| Known { word: Some(WordId::of(n)), stem: None };
        let listed = ours.iter().enumerate().map(|(n, word)| (*word, known(n)));
        let lexicon = Lexicon::new(listed, |word| ours[word.index()]);
        let find = |text: &str, start, end| {
            let number = key::short(text.as_bytes(), start, end);
            lexicon.find(number, || &text[start..end], |word| ours[word.index()])
        };
        for (n, word) in ours.iter().enumerate() {
            assert_eq!(find(word, 0, word.len()), Some(known(n)), "{word}");
            let text = format!("of {word} and of others");
            assert_eq!(find(&text, 3, 3 + word.len()), Some(known(n)), "{word}");
        }
        for (_, word) in others {
            assert_eq!(find(word, 0, word.len()), None, "{word}");
        }
        let none = Lexicon::new([].into_iter(), |_| "");
        assert_eq!(none.find(key::of("a"), || "a", |_| ""), None);
    }

    #[test]
    fn common_words_are_those_that_packs_have_not() {
        let known = Known { word: Some(WordId::of(0)), stem: None };
        let nothing = Known::default();
        for long in ["phones", "responsibilities"] {
            let words = [(long, known), ("a", nothing), (long, nothing)];
            let lexicon = Lexicon::new(words.into_iter(), |_| long);
            let find = |word: &str| lexicon.find(key::of(word), || word, |_| long);
            assert_eq!(["a", long, "b"].map(find), [Some(nothing), Some(known), None]);
        }
    }
}

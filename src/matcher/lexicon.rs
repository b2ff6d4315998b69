//! All words that are known: those that packs know, and other common ones.
//!
//! Most words of a text are one or the other, and each of them is looked up, so
//! this is what a text costs first. A word of up to eight bytes is a number,
//! and found with one multiplication and one comparison. The tables are small:
//! what such a look-up costs is the way to the memory.

use super::key;
use super::vocabulary::WordId;

/// Words, and what packs know of each.
#[derive(Debug)]
pub(super) struct Lexicon {
    ours: Ours,
    others: Others,
}

/// What is known of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Packs have it, or it is a common one that begins like one of theirs.
    Ours(WordId),
    /// It is another common one.
    Other,
    /// It is not here.
    Nowhere,
}

impl Lexicon {
    /// Words of the packs, and common ones, of which `begun` says how they begin.
    ///
    /// `spelling` says how a word of the packs is spelled, if it is a whole one.
    pub(super) fn new<'w>(
        ours: impl Iterator<Item = (&'w str, WordId)>,
        common: impl Iterator<Item = &'w str> + Clone,
        begun: impl Fn(&str) -> Option<WordId>,
        spelling: impl Fn(WordId) -> Option<&'w str>,
    ) -> Self {
        let begun = common.clone().filter_map(|word| Some((word, begun(word)?)));
        let words: Vec<(&str, WordId)> = ours.chain(begun).collect();
        let ours = Ours::new(&words, &spelling);
        let is_other = |word: &&str| ours.place(key::of(word), || word, &spelling).is_err();
        let mut others = Others::new(common.filter(is_other));
        // So rare that it does not matter what it costs: most words are looked at more closely then.
        if words.iter().any(|(word, _)| others.have_here(key::of(word))) {
            others = Others::new([].into_iter());
        }
        Self { ours, others }
    }

    /// What is known of a word, by its [number](key::short).
    #[inline]
    pub(super) fn find<'w, 't>(
        &self,
        number: u64,
        word: impl Fn() -> &'t str,
        spelling: impl Fn(WordId) -> Option<&'w str>,
    ) -> Found {
        match self.ours(number, word, spelling) {
            Some(word) => Found::Ours(word),
            None if self.others.have(number) => Found::Other,
            None => Found::Nowhere,
        }
    }

    /// What packs know of it, if it is here.
    #[inline]
    pub(super) fn ours<'w, 't>(
        &self,
        number: u64,
        word: impl Fn() -> &'t str,
        spelling: impl Fn(WordId) -> Option<&'w str>,
    ) -> Option<WordId> {
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

/// A word by its number, or a free place.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    number: u64,
    known: Option<WordId>,
}

impl Ours {
    /// Of words that come twice the first one counts.
    fn new<'w>(words: &[(&'w str, WordId)], spelling: impl Fn(WordId) -> Option<&'w str>) -> Self {
        let size = (2 * words.len()).next_power_of_two().max(2);
        let mut new =
            Self { places: vec![Entry::default(); size], shift: 64 - size.trailing_zeros() };
        for (word, known) in words {
            let number = key::of(word);
            if let Err(free) = new.place(number, || word, &spelling) {
                new.places[free] = Entry { number, known: Some(*known) };
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
        spelling: impl Fn(WordId) -> Option<&'w str>,
    ) -> Result<WordId, usize> {
        // Long words of packs are compared. One that is only common is not: another one with its
        // number, one in millions of millions, is read as one that begins like it.
        let is_it = |known: WordId| {
            key::is_ascii(number) || spelling(known).is_none_or(|ours| ours == word())
        };
        let mut at = key::place(key::spread(number), self.shift);
        loop {
            let here = self.places.get(at).copied().unwrap_or_default();
            let Some(known) = here.known else { return Err(at) };
            if here.number == number && is_it(known) {
                return Ok(known);
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }
}

/// Common words that packs know nothing of.
#[derive(Debug)]
struct Others {
    /// A part of each word's number, at the pair of places that another leads to, or behind it: a
    /// word that has both by chance, one in thousands of millions, stays as it was written.
    pairs: Vec<[u32; 2]>,
    shift: u32,
}

impl Others {
    /// Room for so many words, and as much again.
    const WORDS: usize = 1 << 16;

    fn new<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut new =
            Self { pairs: vec![[0; 2]; Self::WORDS], shift: 64 - Self::WORDS.trailing_zeros() };
        for word in words.take(Self::WORDS) {
            let number = key::of(word);
            let (_, part) = new.first(number);
            if let Err(free) = new.pair(number) {
                let [one, other] = &mut new.pairs[free];
                *(if *one == 0 { one } else { other }) = part;
            }
        }
        new
    }

    fn have(&self, number: u64) -> bool {
        self.pair(number).is_ok()
    }

    /// Whether a word is at its own pair of places.
    #[inline]
    fn have_here(&self, number: u64) -> bool {
        let (at, part) = self.first(number);
        // Without a branch: which of two it is nobody foresees.
        self.pairs.get(at).is_some_and(|[one, other]| (one ^ part).min(other ^ part) == 0)
    }

    /// The pair that has a word, or the one where it would stand.
    fn pair(&self, number: u64) -> Result<usize, usize> {
        let (mut at, part) = self.first(number);
        loop {
            match self.pairs.get(at) {
                Some(pair) if pair.contains(&part) => return Ok(at),
                Some(pair) if !pair.contains(&0) => at = (at + 1) & (self.pairs.len() - 1),
                _ => return Err(at),
            }
        }
    }

    /// The pair that a word's number leads to, and its part.
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
    use crate::matcher::words::ENGLISH;

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
        let listed = ours.iter().enumerate().map(|(n, word)| (*word, WordId::of(n)));
        let spelling = |word: WordId| Some(ours[word.index()]);
        let lexicon = Lexicon::new(listed, [].into_iter(), |_| None, spelling);
        let find = |text: &str, start, end| {
            let number = key::short(text.as_bytes(), start, end);
            lexicon.find(number, || &text[start..end], spelling)
        };
        for (n, word) in ours.iter().enumerate() {
            let found = Found::Ours(WordId::of(n));
            assert_eq!(find(word, 0, word.len()), found, "{word}");
            let text = format!("of {word} and of others");
            assert_eq!(find(&text, 3, 3 + word.len()), found, "{word}");
        }
        for (_, word) in others {
            assert_eq!(find(word, 0, word.len()), Found::Nowhere, "{word}");
        }
        let none = Lexicon::new([].into_iter(), [].into_iter(), |_| None, |_| None);
        assert_eq!(none.find(key::of("a"), || "a", |_| None), Found::Nowhere);
    }

    #[test]
    fn common_words_are_those_that_packs_have_not() {
        for long in ["phones", "responsibilities"] {
            let (ours, common) = ([(long, WordId::of(0))].into_iter(), ["a", long].into_iter());
            let lexicon = Lexicon::new(ours, common, |_| None, |_| Some(long));
            let find = |word: &str| lexicon.find(key::of(word), || word, |_| Some(long));
            let found = ["a", long, "b"].map(find);
            assert_eq!(found, [Found::Other, Found::Ours(WordId::of(0)), Found::Nowhere]);
        }
    }

    #[test]
    fn most_common_words_are_told_at_one_look() {
        let begun = |word: &str| word.len().is_multiple_of(3).then_some(WordId::of(0));
        let lexicon = Lexicon::new([].into_iter(), ENGLISH.iter().copied(), begun, |_| None);
        let (ours, others): (Vec<_>, Vec<_>) =
            ENGLISH.iter().partition(|word| begun(word).is_some());
        let is_other = |word: &&&str| lexicon.is_other(key::of(word));
        assert_eq!(ours.iter().find(is_other), None);
        let told = others.iter().filter(is_other).count();
        assert!(told * 10 > others.len() * 9, "{told} of {}", others.len());
    }

    /// A common word that begins like one of the packs is known by its beginning, however long it is.
    #[test]
    fn beginnings_are_not_compared() {
        for long in ["phones", "responsibilities"] {
            let (common, begun) = ([long].into_iter(), |_: &str| Some(WordId::of(7)));
            let lexicon = Lexicon::new([].into_iter(), common, begun, |_| None);
            let found = lexicon.find(key::of(long), || long, |_| None);
            assert_eq!(found, Found::Ours(WordId::of(7)));
        }
    }
}

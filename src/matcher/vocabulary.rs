//! The words of the packs, and what each may begin.

use std::num::NonZero;

use aho_corasick::{AhoCorasick, Anchored, BuildError, Input, MatchKind, StartKind};
use indexmap::{Equivalent, IndexMap};
use rustc_hash::FxBuildHasher;

use super::forms::spellings;
use super::key::{self, Filter, Key, WordTable};
use super::lists::Lists;
use crate::packs::phrase::Ending;

/// How many bytes of a beginning are looked at first.
const STEM_BYTES: usize = 5;

/// A spelling that packs know: a whole word, or a beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WordId(NonZero<u32>);

impl WordId {
    /// That of a place in the list of all spellings.
    pub(super) fn of(place: usize) -> Self {
        Self(NonZero::<u32>::MIN.saturating_add(key::number(place)))
    }

    /// Its place in that list.
    pub(super) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A word as phrases mean it, all its forms included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Atom(u32);

impl Atom {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Spellings, and the atoms that each of them is, while packs are compiled.
#[derive(Debug, Default)]
pub(super) struct VocabularyBuilder {
    langs: Vec<String>,
    atoms: IndexMap<AtomKey, (), FxBuildHasher>,
    words: Words,
    stems: Words,
    /// For each atom, its commonest spelling's place among all words: what an anchor is chosen by.
    common: Vec<u8>,
}

/// What makes two atoms the same.
#[derive(Debug, PartialEq, Eq, Hash)]
struct AtomKey {
    text: Box<str>,
    ending: Ending,
    /// A place among the languages.
    lang: usize,
}

/// An [`AtomKey`] that owns nothing: with the same hash, as its fields are hashed in the same order.
#[derive(Hash)]
struct AtomRef<'a> {
    text: &'a str,
    ending: Ending,
    lang: usize,
}

impl Equivalent<AtomKey> for AtomRef<'_> {
    fn equivalent(&self, key: &AtomKey) -> bool {
        self.text == &*key.text && self.ending == key.ending && self.lang == key.lang
    }
}

/// Spellings, and by their numbers the atoms that they are.
#[derive(Debug, Default)]
struct Words {
    spellings: IndexMap<Box<str>, (), FxBuildHasher>,
    atoms: Vec<(u32, Atom)>,
}

impl Words {
    fn add(&mut self, spelling: Box<str>, atom: Atom) {
        let (number, _) = self.spellings.insert_full(spelling, ());
        self.atoms.push((key::number(number), atom));
    }

    /// Beginnings and their atoms: a longer one implies the shorter ones that it begins with itself.
    fn implied(&self) -> Vec<(u32, Atom)> {
        let own = Lists::of_pairs(self.spellings.len(), self.atoms.clone());
        let mut sorted: Vec<(&str, usize)> = self.texts().zip(0..).collect();
        sorted.sort_unstable();
        let mut open: Vec<(&str, usize)> = Vec::new();
        let mut implied = Vec::new();
        for (stem, number) in sorted {
            open.retain(|(before, _)| stem.starts_with(before));
            open.push((stem, number));
            let atoms = open.iter().flat_map(|(_, before)| own.get(*before));
            implied.extend(atoms.map(|atom| (key::number(number), *atom)));
        }
        implied
    }

    fn texts(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.spellings.keys().map(|spelling| &**spelling)
    }
}

/// All spellings, compiled. Whole words come first, then the beginnings.
#[derive(Debug)]
pub(super) struct Vocabulary {
    words: WordTable,
    /// The longest beginning that a word has is found; those that it begins with itself are among its atoms.
    stems: Option<Stems>,
    spellings: Vec<Box<str>>,
    /// The atoms of each spelling, sorted.
    atoms: Lists<Atom>,
    /// Of each spelling, whether it is of a language whose common words are known.
    listed: Vec<bool>,
    /// Of each spelling, whether a pack has it as it is, and not as a form of another.
    written: Vec<bool>,
    whole: usize,
}

impl VocabularyBuilder {
    /// The atom of a word: made once, with all its spellings.
    pub(super) fn atom(&mut self, text: &str, ending: Ending, lang: &str) -> Atom {
        let known = self.langs.iter().position(|known| known == lang);
        let lang_number = known.unwrap_or_else(|| {
            self.langs.push(lang.to_owned());
            self.langs.len() - 1
        });
        let word = AtomRef { text, ending, lang: lang_number };
        if let Some(known) = self.atoms.get_index_of(&word) {
            return Atom(key::number(known));
        }
        let key = AtomKey { text: text.into(), ending, lang: lang_number };
        let atom = Atom(key::number(self.atoms.insert_full(key, ()).0));
        self.common.push(commonness(text));
        let words = if ending == Ending::Any { &mut self.stems } else { &mut self.words };
        for spelling in spellings(text, ending, lang) {
            words.add(spelling.into(), atom);
        }
        atom
    }

    /// How many atoms there are.
    pub(super) fn len(&self) -> usize {
        self.atoms.len()
    }

    /// How common an atom is in any text, roughly: what is rare is looked for first.
    pub(super) fn commonness(&self, atom: Atom) -> u8 {
        self.common.get(atom.index()).copied().unwrap_or(0)
    }

    pub(super) fn build(self) -> Result<Vocabulary, BuildError> {
        let Self { langs, atoms, words, stems, .. } = self;
        let whole = words.spellings.len();
        let count = whole + stems.spellings.len();
        let behind = key::number(whole);
        let implied = stems.implied().into_iter().map(|(stem, atom)| (behind + stem, atom));
        let is_listed: Vec<bool> = langs.iter().map(|lang| is_listed(lang)).collect();
        let mut vocabulary = Vocabulary {
            words: WordTable::new(words.texts()),
            stems: Stems::new(stems.texts())?,
            spellings: words.spellings.into_keys().chain(stems.spellings.into_keys()).collect(),
            atoms: Lists::of_pairs(count, words.atoms.into_iter().chain(implied).collect()),
            listed: Vec::with_capacity(count),
            written: Vec::with_capacity(count),
            whole,
        };
        for (n, spelling) in vocabulary.spellings.iter().enumerate() {
            let keys = || {
                let of_spelling = vocabulary.atoms.get(n).iter();
                of_spelling.filter_map(|atom| Some(atoms.get_index(atom.index())?.0))
            };
            vocabulary.listed.push(keys().any(|key| is_listed[key.lang]));
            vocabulary.written.push(keys().any(|key| key.text == *spelling));
        }
        Ok(vocabulary)
    }
}

impl Vocabulary {
    /// The word of the packs that this is, and the longest beginning that it has.
    pub(super) fn look_up(&self, word: &str) -> (Option<WordId>, Option<WordId>) {
        let key = Key::of(word);
        self.look_up_key(key, key.hash(), || word)
    }

    /// The same with the word's key and its hash, where the word itself is seldom needed.
    pub(super) fn look_up_key<'w>(
        &self,
        key: Key,
        hash: u64,
        word: impl Fn() -> &'w str,
    ) -> (Option<WordId>, Option<WordId>) {
        let whole =
            self.words.find(key, hash, |found| self.spelling(WordId::of(found as usize)) == word());
        let stem = self.stems.as_ref().and_then(|stems| stems.longest(key, word));
        (
            whole.map(|found| WordId::of(found as usize)),
            stem.map(|stem| WordId::of(self.whole + stem)),
        )
    }

    /// All spellings.
    pub(super) fn ids(&self) -> impl Iterator<Item = WordId> {
        (0..self.spellings.len()).map(WordId::of)
    }

    /// The atoms that a spelling is, sorted.
    pub(super) fn atoms(&self, word: WordId) -> &[Atom] {
        self.atoms.get(word.index())
    }

    /// How a word is written.
    pub(super) fn spelling(&self, word: WordId) -> &str {
        self.spellings.get(word.index()).map_or("", |spelling| spelling)
    }

    /// Whether a pack has a word as it is, and not as a form of another.
    pub(super) fn is_written(&self, word: WordId) -> bool {
        self.written.get(word.index()).is_some_and(|written| *written)
    }

    /// Whether packs have a word, or a beginning of it.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.look_up(word) != (None, None)
    }

    /// All whole words, and whether there is a list of the common words of their language.
    pub(super) fn words(&self) -> impl ExactSizeIterator<Item = (&str, bool)> {
        let words = self.spellings.iter().zip(&self.listed).take(self.whole);
        words.map(|(spelling, listed)| (spelling.as_ref(), *listed))
    }

    /// All beginnings of words of such languages.
    pub(super) fn stems(&self) -> impl Iterator<Item = &str> {
        let stems = self.spellings.iter().zip(&self.listed).skip(self.whole);
        stems.filter(|(_, listed)| **listed).map(|(spelling, _)| spelling.as_ref())
    }
}

/// Whether the common words of a language are known.
fn is_listed(lang: &str) -> bool {
    lang.split(['-', '_']).next() == Some("en")
}

/// Beginnings of words.
#[derive(Debug)]
struct Stems {
    /// By their first bytes: most words of a text begin like none, and this tells at a look.
    filter: Filter,
    /// The bits of the first bytes that were looked at: of as many as beginnings have, up to [`STEM_BYTES`].
    bytes: Vec<u64>,
    automaton: AhoCorasick,
}

impl Stems {
    /// `None` if there are none.
    fn new<'s>(
        stems: impl ExactSizeIterator<Item = &'s str> + Clone,
    ) -> Result<Option<Self>, BuildError> {
        if stems.len() == 0 {
            return Ok(None);
        }
        let mut filter = Filter::new(stems.len());
        let mut bytes = Vec::new();
        for stem in stems.clone() {
            let first = key::first_bytes(stem.len().min(STEM_BYTES));
            filter.add(key::spread(Key::of(stem).start(first)));
            if !bytes.contains(&first) {
                bytes.push(first);
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .build(stems)?;
        Ok(Some(Self { filter, bytes, automaton }))
    }

    /// The number of the longest one that a word has.
    fn longest<'w>(&self, key: Key, word: impl Fn() -> &'w str) -> Option<usize> {
        let may_begin = |bytes: &u64| self.filter.may_have(key::spread(key.start(*bytes)));
        if !self.bytes.iter().any(may_begin) {
            return None;
        }
        let found = self.automaton.find(Input::new(word()).anchored(Anchored::Yes))?;
        Some(found.pattern().as_usize())
    }
}

/// English words of every text, sorted.
const EVERYWHERE: [&str; 96] = [
    "a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at",
    "back", "be", "because", "been", "but", "by", "can", "could", "did", "do", "does", "for",
    "from", "get", "go", "got", "had", "has", "have", "he", "hello", "help", "her", "hi", "his",
    "how", "i", "if", "in", "is", "it", "just", "know", "like", "me", "my", "need", "new", "no",
    "not", "now", "of", "on", "one", "only", "or", "other", "our", "out", "please", "she", "so",
    "some", "still", "than", "thank", "thanks", "that", "the", "their", "them", "then", "there",
    "they", "this", "to", "try", "up", "us", "use", "want", "was", "we", "were", "what", "when",
    "which", "will", "with", "work", "would", "you", "your",
];

/// How common a word is: English words of every text first, then the shorter the commoner.
fn commonness(word: &str) -> u8 {
    if EVERYWHERE.binary_search(&word).is_ok() {
        return 200;
    }
    if !word.is_ascii() {
        // Most texts that are read have no such words at all.
        return 1;
    }
    u8::try_from(20_usize.saturating_sub(word.len()).max(2)).unwrap_or(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_text_are_found() {
        assert!(EVERYWHERE.is_sorted());
        assert_eq!(["a", "your", "iphone", "手"].map(commonness), [200, 200, 14, 1]);
    }
}

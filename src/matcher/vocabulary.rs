//! The words of the packs, and what each may begin.

use std::num::NonZero;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, Anchored, BuildError, Input, MatchKind, StartKind};
use indexmap::{Equivalent, IndexMap};
use rustc_hash::FxBuildHasher;

use super::forms::spellings;
use super::key::{self, Filter};
use super::lexicon::{Found, Lexicon};
use super::lists::Lists;
use super::words::{ENGLISH, EVERYWHERE};
use crate::packs::phrase::Ending;

/// How many bytes of a word are looked at first.
const FIRST_BYTES: usize = 5;

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

    /// One bit of 64, which it shares with others: of some atoms, whether one may be among them.
    pub(super) fn bit(self) -> u64 {
        1 << (self.0 % 64)
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
    /// For each atom, whether it says how words are spelled: what only some letters of a regex
    /// stand at the beginning of may be anything.
    spells: Vec<bool>,
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
    fn implied(&self) -> Lists<Atom> {
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
        Lists::of_pairs(self.spellings.len(), implied)
    }

    fn texts(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.spellings.keys().map(|spelling| &**spelling)
    }
}

/// All spellings, compiled. Whole words come first, then the beginnings.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Whole words and common ones; made for the first text.
    lexicon: OnceLock<Lexicon>,
    /// The longest beginning that a word has is found; those that it begins with itself are among its atoms.
    stems: Option<Stems>,
    spellings: Vec<Box<str>>,
    /// The atoms of each spelling, sorted: of a whole word, those of the longest beginning that it
    /// has are among them.
    atoms: Lists<Atom>,
    /// Of each spelling, whether it is of a language whose common words are known; what only
    /// regexes have is of none.
    listed: Vec<bool>,
    /// Of each spelling, whether a pack has it as it is, and not as a form of another.
    written: Vec<bool>,
    /// Of each spelling, whether what has it is spelled right.
    spelled: Vec<bool>,
    whole: usize,
}

impl VocabularyBuilder {
    /// The atom of a word: made once, with all its spellings.
    pub(super) fn atom(&mut self, text: &str, ending: Ending, lang: &str) -> Atom {
        let atom = self.known_or_new(text, ending, lang);
        self.spells[atom.index()] = true;
        atom
    }

    /// The atom of a word that a regex needs, or of the letters that it begins with.
    pub(super) fn gate(&mut self, text: &str, ending: Ending) -> Atom {
        let atom = self.known_or_new(text, ending, "");
        self.spells[atom.index()] |= ending == Ending::Exact;
        atom
    }

    fn known_or_new(&mut self, text: &str, ending: Ending, lang: &str) -> Atom {
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
        self.spells.push(false);
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
        let Self { langs, atoms, words, stems, spells, .. } = self;
        let whole = words.spellings.len();
        let count = whole + stems.spellings.len();
        let is_listed: Vec<bool> = langs.iter().map(|lang| is_listed(lang)).collect();
        let compiled = Stems::new(stems.texts())?;
        let of_stems = stems.implied();
        let with_stem = |spelling: usize, stem: usize| {
            of_stems.get(stem).iter().map(move |atom| (key::number(spelling), *atom))
        };
        let own = words.atoms.into_iter();
        let mut pairs: Vec<(u32, Atom)> =
            own.chain((whole..count).flat_map(|n| with_stem(n, n - whole))).collect();
        let spellings: Vec<Box<str>> =
            words.spellings.into_keys().chain(stems.spellings.into_keys()).collect();
        let [mut listed, mut written, mut spelled] = [(); 3].map(|()| vec![false; count]);
        for (n, atom) in &pairs {
            let (n, Some((key, ()))) = (*n as usize, atoms.get_index(atom.index())) else {
                continue;
            };
            listed[n] |= is_listed[key.lang];
            written[n] |= key.text == spellings[n];
            spelled[n] |= spells[atom.index()];
        }
        if let Some(stems) = &compiled {
            for (n, word) in spellings.iter().take(whole).enumerate() {
                pairs.extend(stems.longest(word).into_iter().flat_map(|stem| with_stem(n, stem)));
            }
        }
        Ok(Vocabulary {
            lexicon: OnceLock::new(),
            stems: compiled,
            spellings,
            atoms: Lists::of_pairs(count, pairs),
            listed,
            written,
            spelled,
            whole,
        })
    }
}

impl Vocabulary {
    /// All words that are known.
    pub(super) fn lexicon(&self) -> &Lexicon {
        self.lexicon.get_or_init(|| {
            let ours = self.whole_words().enumerate().map(|(n, word)| (word, WordId::of(n)));
            let common = EVERYWHERE.iter().chain(ENGLISH.iter()).copied();
            Lexicon::new(ours, common, |word| self.begun(word), |word| self.whole(word))
        })
    }

    /// What packs know of a word: the word of theirs that it is, or else the longest beginning of
    /// theirs that it has.
    pub(super) fn look_up(&self, word: &str) -> Option<WordId> {
        self.look_up_whole(word).or_else(|| self.begun(word))
    }

    /// The same of a word of theirs, or a common one that begins like one of theirs.
    pub(super) fn look_up_whole(&self, word: &str) -> Option<WordId> {
        self.lexicon().ours(key::of(word), || word, |word| self.whole(word))
    }

    /// The longest beginning of theirs that a word has.
    pub(super) fn begun(&self, word: &str) -> Option<WordId> {
        let stem = self.stems.as_ref()?.longest(word)?;
        Some(WordId::of(self.whole + stem))
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

    /// The same of a whole word, and no beginning.
    pub(super) fn whole(&self, word: WordId) -> Option<&str> {
        (word.index() < self.whole).then(|| self.spelling(word))
    }

    /// Whether a pack has a word as it is, and not as a form of another.
    pub(super) fn is_written(&self, word: WordId) -> bool {
        self.written.get(word.index()).is_some_and(|written| *written)
    }

    /// Whether a word is a common one, or of the packs, or begins like one of theirs.
    pub(super) fn is_word(&self, word: &str) -> bool {
        let found = self.lexicon().find(key::of(word), || word, |word| self.whole(word));
        found != Found::Nowhere || self.begun(word).is_some_and(|stem| self.is_spelled(stem))
    }

    /// Whether packs have a word, or a beginning of it, in a language whose common words are known.
    pub(super) fn knows_listed(&self, word: &str) -> bool {
        let is_listed = |word: WordId| self.listed.get(word.index()).is_some_and(|known| *known);
        self.look_up(word).is_some_and(is_listed) || self.begun(word).is_some_and(is_listed)
    }

    /// Whether a word that packs know, or know a beginning of, is spelled right.
    pub(super) fn is_spelled(&self, word: WordId) -> bool {
        self.spelled.get(word.index()).is_some_and(|known| *known)
    }

    /// All whole words, and whether there is a list of the common words of their language.
    pub(super) fn words(&self) -> impl ExactSizeIterator<Item = (&str, bool)> {
        self.whole_words().zip(self.listed.iter().copied())
    }

    fn whole_words(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.spellings.iter().take(self.whole).map(|spelling| &**spelling)
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
    /// By the first bytes of each: most words of a text begin like none, and this tells at a look.
    filter: Filter,
    /// The bits of the first bytes that are looked at: [`FIRST_BYTES`], and of shorter beginnings fewer.
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
        let (mut filter, mut all_bytes) = (Filter::new(stems.len()), Vec::new());
        for stem in stems.clone() {
            let bytes = key::first_bytes(stem.len().min(FIRST_BYTES));
            filter.add(key::spread(key::head(stem) & bytes));
            if !all_bytes.contains(&bytes) {
                all_bytes.push(bytes);
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .build(stems)?;
        Ok(Some(Self { filter, bytes: all_bytes, automaton }))
    }

    /// The number of the longest one that a word has.
    fn longest(&self, word: &str) -> Option<usize> {
        let head = key::head(word);
        let may_be = |bytes: &u64| self.filter.may_have(key::spread(head & bytes));
        if !self.bytes.iter().any(may_be) {
            return None;
        }
        let found = self.automaton.find(Input::new(word).anchored(Anchored::Yes))?;
        Some(found.pattern().as_usize())
    }
}

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
        assert_eq!(["a", "your", "iphone", "手"].map(commonness), [200, 200, 14, 1]);
    }
}

//! The places of a phrase where one of several word sequences may stand.
//!
//! A slot is made once, however many phrases have it: a word set such as
//! `{cant}` is one slot, and a word of a text that it has is noted once.

use std::rc::Rc;

use aho_corasick::BuildError;
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::forms::{Form, forms};
use super::key::{self, Filter};
use super::tokens::{Token, Tokens};
use super::vocabulary::{Atom, Vocabulary, VocabularyBuilder, WordId};
use crate::packs::phrase::{Choices, Run, Slot, Word, Words};

/// Neighbouring slots become one as long as it has no more sequences than this.
const MAX_SEQUENCES: usize = 16;

/// A slot, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SlotId(u32);

/// A word of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Piece {
    atom: Atom,
    /// Whether it is the second part of a number: nothing but a dot before it.
    dot: bool,
}

type Pieces = Vec<Piece>;

/// Words, by their numbers in a text: from one up to and without another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stretch {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// All slots, compiled: a tree of the words that their sequences begin with.
///
/// Sequences that begin alike are followed once, so that what a word of a text
/// costs depends on what stands behind it, and not on how many sequences it begins.
#[derive(Debug)]
pub(super) struct Slots {
    common: Vec<u32>,
    /// For each spelling, the slots that it fills by itself.
    alone: Lists<SlotId>,
    /// For each spelling, the nodes that it leads to from the root, and from which anything goes on.
    starts: Lists<u32>,
    /// Pairs of spellings with which any sequence begins: hardly two words of a text do.
    pairs: Filter,
    /// From a node, by the piece that stands next, to the node behind.
    next: FxHashMap<(u32, Piece), u32>,
    /// For each node, the slots that are filled there.
    ends: Lists<SlotId>,
    /// For each node, whether anything goes on from it.
    goes_on: Vec<bool>,
}

/// A list for each number, in one piece of memory.
#[derive(Debug)]
pub(super) struct Lists<T> {
    /// Where each list begins; one more at the end.
    first: Vec<u32>,
    all: Vec<T>,
}

impl<T> Lists<T> {
    pub(super) fn new(lists: impl IntoIterator<Item = Vec<T>>) -> Self {
        let (mut first, mut all) = (vec![0], Vec::new());
        for list in lists {
            all.extend(list);
            first.push(key::number(all.len()));
        }
        Self { first, all }
    }

    pub(super) fn get(&self, number: usize) -> &[T] {
        match self.first.get(number..number + 2) {
            Some(&[from, to]) => self.all.get(from as usize..to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

impl SlotId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// How the words of a phrase are spelled out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Spelling<'p> {
    pub(super) lang: &'p str,
    pub(super) inflects: bool,
}

/// Slots, while packs are compiled.
#[derive(Debug, Default)]
pub(super) struct SlotsBuilder<'p> {
    slots: IndexMap<Rc<[Pieces]>, (), FxBuildHasher>,
    /// Word sets that were spelled out before; one set may stand in hundreds of phrases.
    spelled: FxHashMap<(*const Words, Spelling<'p>), Spelled>,
}

/// A word set spelled out, and its slot once it has one of its own.
type Spelled = (Rc<[Pieces]>, Option<SlotId>);

/// What may stand in a slot, spelled out.
struct Place {
    sequences: Rc<[Pieces]>,
    /// The word set that it is, if it is one and no more.
    set: Option<*const Words>,
}

impl<'p> SlotsBuilder<'p> {
    /// The slots of a run, side by side.
    pub(super) fn run(
        &mut self,
        run: &'p Run,
        spelling: Spelling<'p>,
        vocabulary: &mut VocabularyBuilder,
    ) -> Vec<SlotId> {
        let mut places: Vec<Place> = Vec::new();
        let mut add = |place: Place| match places.last_mut() {
            Some(last) if last.sequences.len() * place.sequences.len() <= MAX_SEQUENCES => {
                *last = Place { sequences: product(&last.sequences, &place.sequences), set: None };
            }
            _ => places.push(place),
        };
        // Words that only stand by themselves are read as one, so that what is written together is seen together.
        let mut words: Words = Vec::new();
        for slot in &run.slots {
            let mut choices = slot.choices();
            if let (Some(only), None) = (choices.next(), choices.next()) {
                words.extend(only.iter().cloned());
                continue;
            }
            if !words.is_empty() {
                let words = std::mem::take(&mut words);
                add(Place { sequences: spell(&[words], spelling, vocabulary), set: None });
            }
            add(self.place(slot, spelling, vocabulary));
        }
        if !words.is_empty() {
            add(Place { sequences: spell(&[words], spelling, vocabulary), set: None });
        }
        places.into_iter().map(|place| self.slot_of(place, spelling)).collect()
    }

    fn place(
        &mut self,
        slot: &'p Slot,
        spelling: Spelling<'p>,
        vocabulary: &mut VocabularyBuilder,
    ) -> Place {
        let mut set = |group: &'p Choices| {
            let (sequences, _) = self
                .spelled
                .entry((group.as_ptr(), spelling))
                .or_insert_with(|| (spell(group, spelling, vocabulary), None));
            Rc::clone(sequences)
        };
        if let [group] = slot.groups.as_slice() {
            return Place { sequences: set(group), set: Some(group.as_ptr()) };
        }
        let mut all: Vec<Pieces> = Vec::new();
        for group in &slot.groups {
            all.extend(set(group).iter().cloned());
        }
        all.sort_unstable();
        all.dedup();
        Place { sequences: all.into(), set: None }
    }

    fn slot_of(&mut self, place: Place, spelling: Spelling<'p>) -> SlotId {
        let known = place.set.and_then(|set| self.spelled.get(&(set, spelling))?.1);
        let slot = known.unwrap_or_else(|| self.slot(place.sequences));
        if let Some(set) = place.set
            && let Some((_, known)) = self.spelled.get_mut(&(set, spelling))
        {
            *known = Some(slot);
        }
        slot
    }

    /// The slot of a word alone.
    pub(super) fn word(&mut self, word: &Word, vocabulary: &mut VocabularyBuilder) -> SlotId {
        self.slot(Rc::new([vec![Piece { atom: vocabulary.atom(word, ""), dot: false }]]))
    }

    fn slot(&mut self, sequences: Rc<[Pieces]>) -> SlotId {
        let (number, _) = self.slots.insert_full(sequences, ());
        SlotId(key::number(number))
    }

    pub(super) fn build(self, words: VocabularyBuilder) -> Result<(Slots, Vocabulary), BuildError> {
        let mut roots: FxHashMap<Atom, u32> = FxHashMap::default();
        let mut next: FxHashMap<(u32, Piece), u32> = FxHashMap::default();
        let mut ends: Vec<Vec<SlotId>> = Vec::new();
        let mut goes_on: Vec<bool> = Vec::new();
        let node = |ends: &mut Vec<Vec<SlotId>>, goes_on: &mut Vec<bool>| {
            ends.push(Vec::new());
            goes_on.push(false);
            key::number(ends.len() - 1)
        };
        let mut common = vec![0_u32; self.slots.len()];
        for (number, slot) in self.slots.keys().enumerate() {
            for pieces in slot.iter() {
                let rarest = pieces.iter().map(|piece| words.commonness(piece.atom)).min();
                common[number] += u32::from(rarest.unwrap_or(0));
                let Some((first, rest)) = pieces.split_first() else { continue };
                let mut at =
                    *roots.entry(first.atom).or_insert_with(|| node(&mut ends, &mut goes_on));
                for piece in rest {
                    goes_on[at as usize] = true;
                    at = *next.entry((at, *piece)).or_insert_with(|| node(&mut ends, &mut goes_on));
                }
                ends[at as usize].push(SlotId(key::number(number)));
            }
        }
        let vocabulary = words.build()?;
        let nodes =
            |word| vocabulary.atoms(word).iter().filter_map(|atom| roots.get(atom).copied());
        let alone = Lists::new(vocabulary.ids().map(|word| {
            let mut slots: Vec<SlotId> =
                nodes(word).flat_map(|node| ends[node as usize].clone()).collect();
            slots.sort_unstable();
            slots.dedup();
            slots
        }));
        let starts = Lists::new(
            vocabulary
                .ids()
                .map(|word| nodes(word).filter(|node| goes_on[*node as usize]).collect()),
        );
        let pairs = pairs(&roots, &next, &vocabulary);
        let ends = Lists::new(ends);
        Ok((Slots { common, alone, starts, pairs, next, ends, goes_on }, vocabulary))
    }
}

impl Slots {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.common.len()
    }

    /// All of them.
    pub(super) fn ids(&self) -> impl Iterator<Item = SlotId> {
        (0..self.common.len()).map(|slot| SlotId(key::number(slot)))
    }

    /// How common what fills a slot is in any text, roughly.
    pub(super) fn commonness(&self, slot: SlotId) -> u32 {
        self.common.get(slot.index()).copied().unwrap_or(0)
    }

    /// Calls `each` for every slot that words of a text fill from here on, with those words.
    pub(super) fn at(
        &self,
        at: usize,
        tokens: &Tokens,
        vocabulary: &Vocabulary,
        each: &mut impl FnMut(SlotId, Stretch),
    ) {
        let Some(token) = tokens.get(at) else { return };
        for word in token.word.into_iter().chain(token.stem) {
            for slot in self.alone.get(word.index()) {
                each(*slot, Stretch { start: at, end: at + 1 });
            }
            let nodes = self.starts.get(word.index());
            let begins = |next: &Token| {
                let mut words = next.word.into_iter().chain(next.stem);
                words.any(|next| self.pairs.may_have(pair(word, next)))
            };
            if nodes.is_empty() || !tokens.get(at + 1).is_some_and(begins) {
                continue;
            }
            for &node in nodes {
                self.follow(node, at, at + 1, tokens, vocabulary, each);
            }
        }
    }

    /// Goes on from a node with the next word, and notes what ends behind it.
    fn follow(
        &self,
        node: u32,
        start: usize,
        end: usize,
        tokens: &Tokens,
        vocabulary: &Vocabulary,
        each: &mut impl FnMut(SlotId, Stretch),
    ) {
        let Some(token) = tokens.get(end) else { return };
        if !token.dot && !tokens.follows(end) {
            return;
        }
        for word in token.word.into_iter().chain(token.stem) {
            for &atom in vocabulary.atoms(word) {
                let Some(&next) = self.next.get(&(node, Piece { atom, dot: token.dot })) else {
                    continue;
                };
                for slot in self.ends.get(next as usize) {
                    each(*slot, Stretch { start, end: end + 1 });
                }
                if self.goes_on[next as usize] {
                    self.follow(next, start, end + 1, tokens, vocabulary, each);
                }
            }
        }
    }
}

/// The pairs of spellings with which sequences of two words and more begin.
fn pairs(
    roots: &FxHashMap<Atom, u32>,
    next: &FxHashMap<(u32, Piece), u32>,
    vocabulary: &Vocabulary,
) -> Filter {
    let mut spelled: FxHashMap<Atom, Vec<WordId>> = FxHashMap::default();
    for word in vocabulary.ids() {
        for atom in vocabulary.atoms(word) {
            spelled.entry(*atom).or_default().push(word);
        }
    }
    let first: FxHashMap<u32, Atom> = roots.iter().map(|(atom, node)| (*node, *atom)).collect();
    let words = |atom: &Atom| spelled.get(atom).map_or(&[][..], Vec::as_slice);
    let mut hashes: Vec<u64> = Vec::new();
    let seconds = next.keys().filter_map(|(node, piece)| Some((first.get(node)?, piece)));
    for (first, second) in seconds {
        for one in words(first) {
            hashes.extend(words(&second.atom).iter().map(|other| pair(*one, *other)));
        }
    }
    let mut pairs = Filter::new(hashes.len());
    for hash in hashes {
        pairs.add(hash);
    }
    pairs
}

/// A hash of two words that follow each other.
fn pair(one: WordId, other: WordId) -> u64 {
    let both = (one.index() as u64) << 32 | other.index() as u64;
    key::spread(both ^ both >> 29)
}

/// Every way to write any of some words that follow each other, sorted.
fn spell(
    choices: &[Words],
    spelling: Spelling<'_>,
    vocabulary: &mut VocabularyBuilder,
) -> Rc<[Pieces]> {
    let mut all: Vec<Pieces> = Vec::new();
    for words in choices.iter().filter(|words| !words.is_empty()) {
        for form in forms(words, spelling.lang, spelling.inflects) {
            let piece = |form: &Form| Piece {
                atom: vocabulary.atom(&form.word, spelling.lang),
                dot: form.dot,
            };
            all.push(form.iter().map(piece).collect());
        }
    }
    all.sort_unstable();
    all.dedup();
    all.into()
}

/// Each of these followed by each of those.
fn product(these: &[Pieces], those: &[Pieces]) -> Rc<[Pieces]> {
    these
        .iter()
        .flat_map(|this| those.iter().map(move |that| [this.as_slice(), that].concat()))
        .collect()
}

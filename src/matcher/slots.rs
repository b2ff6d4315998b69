//! The places of a phrase where one of several word sequences may stand.
//!
//! A slot is made once, however many phrases have it: a word set such as
//! `{cant}` is one slot, and a word of a text that it has is noted once.

use std::borrow::Borrow;
use std::rc::Rc;

use aho_corasick::BuildError;
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::forms::{Form, Spelling};
use super::key::{self, Filter};
use super::lists::Lists;
use super::tokens::Token;
use super::vocabulary::{Atom, Vocabulary, VocabularyBuilder, WordId};
use crate::packs::phrase::{Choices, Ending, Run, Slot, Word, Words};

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

/// Words, by their numbers among those of a text that packs know: from one up to and without another.
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
    /// For each slot, whether anything is to be done once it is filled.
    leads: Vec<bool>,
    /// For each spelling, the slots that it fills by itself: first those that lead, so many.
    alone: Lists<SlotId>,
    leading: Vec<u32>,
    /// For each spelling, the nodes that it leads to from the root, and from which anything goes on.
    starts: Lists<u32>,
    /// Pairs of spellings with which any sequence begins: hardly two words of a text do.
    pairs: Filter,
    /// From a node, by the piece that stands next, to the node behind.
    next: FxHashMap<(u32, Piece), u32>,
    /// For each node, the slots that are filled there.
    ends: Lists<SlotId>,
    /// For each node, the [bits](Atom::bit) of all that may stand next.
    wants: Vec<u64>,
    /// For each spelling, those of its atoms.
    has: Vec<u64>,
}

impl SlotId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Sequences of pieces while packs are compiled: a tree, in which each is the node that it leads to.
///
/// A sequence is made once, however many slots have it, and going on from one costs a look.
#[derive(Debug, Default)]
struct Sequences {
    /// For each node but the root, the one before it and the piece that leads here.
    nodes: Vec<(Sequence, Piece)>,
    next: FxHashMap<(Sequence, Piece), Sequence>,
}

/// A sequence, by the number of its node.
type Sequence = u32;

/// That of no pieces.
const ROOT: Sequence = 0;

impl Sequences {
    fn followed_by(&mut self, sequence: Sequence, piece: Piece) -> Sequence {
        *self.next.entry((sequence, piece)).or_insert_with(|| {
            self.nodes.push((sequence, piece));
            key::number(self.nodes.len())
        })
    }

    /// What leads to a sequence: the one before it, and its last piece.
    fn last(&self, sequence: Sequence) -> Option<(Sequence, Piece)> {
        self.nodes.get((sequence as usize).checked_sub(1)?).copied()
    }

    /// One sequence, and another behind it.
    fn joined(&mut self, this: Sequence, that: Sequence) -> Sequence {
        match self.last(that) {
            Some((before, piece)) => {
                let before = self.joined(this, before);
                self.followed_by(before, piece)
            }
            None => this,
        }
    }

    /// Each of these followed by each of those.
    fn product(&mut self, these: &[Sequence], those: &[Sequence]) -> Rc<[Sequence]> {
        let pairs = these.iter().flat_map(|this| those.iter().map(move |that| (*this, *that)));
        pairs.map(|(this, that)| self.joined(this, that)).collect()
    }
}

/// Slots, while packs are compiled.
#[derive(Debug, Default)]
pub(super) struct SlotsBuilder<'p> {
    sequences: Sequences,
    slots: IndexMap<Rc<[Sequence]>, (), FxBuildHasher>,
    /// Word sets that were spelled out before; one set may stand in hundreds of phrases.
    spelled: FxHashMap<(*const Words, Spelling<'p>), Spelled>,
}

/// A word set spelled out, and its slot once it has one of its own.
type Spelled = (Rc<[Sequence]>, Option<SlotId>);

/// What may stand in a slot, spelled out.
struct Place {
    sequences: Rc<[Sequence]>,
    /// The word set that it is, if it is one and no more.
    set: Option<*const Words>,
}

impl<'p> SlotsBuilder<'p> {
    /// Adds the slots of a run, side by side, to `slots`.
    pub(super) fn run(
        &mut self,
        run: &'p Run,
        spelling: Spelling<'p>,
        vocabulary: &mut VocabularyBuilder,
        slots: &mut Vec<SlotId>,
    ) {
        let mut places: Vec<Place> = Vec::new();
        // Words that only stand by themselves are read as one, so that what is written together is seen together.
        let mut words: Vec<&Word> = Vec::new();
        for slot in &run.slots {
            let mut choices = slot.choices();
            if let (Some(only), None) = (choices.next(), choices.next()) {
                words.extend(only);
                continue;
            }
            self.add_words(&mut places, std::mem::take(&mut words), spelling, vocabulary);
            let place = self.place(slot, spelling, vocabulary);
            self.add(&mut places, place);
        }
        self.add_words(&mut places, words, spelling, vocabulary);
        slots.extend(places.into_iter().map(|place| self.slot_of(place, spelling)));
    }

    fn add_words(
        &mut self,
        places: &mut Vec<Place>,
        words: Vec<&Word>,
        spelling: Spelling<'p>,
        vocabulary: &mut VocabularyBuilder,
    ) {
        if !words.is_empty() {
            let sequences = self.spell(&[words], spelling, vocabulary);
            self.add(places, Place { sequences, set: None });
        }
    }

    /// Puts a place behind others, into the last of them if both together are small enough.
    fn add(&mut self, places: &mut Vec<Place>, place: Place) {
        match places.last_mut() {
            Some(last) if last.sequences.len() * place.sequences.len() <= MAX_SEQUENCES => {
                let sequences = self.sequences.product(&last.sequences, &place.sequences);
                *last = Place { sequences, set: None };
            }
            _ => places.push(place),
        }
    }

    fn place(
        &mut self,
        slot: &'p Slot,
        spelling: Spelling<'p>,
        vocabulary: &mut VocabularyBuilder,
    ) -> Place {
        if let [group] = slot.groups.as_slice() {
            let sequences = self.set(group, spelling, vocabulary);
            return Place { sequences, set: Some(group.as_ptr()) };
        }
        let mut all: Vec<Sequence> = Vec::new();
        for group in &slot.groups {
            all.extend_from_slice(&self.set(group, spelling, vocabulary));
        }
        all.sort_unstable();
        all.dedup();
        Place { sequences: all.into(), set: None }
    }

    /// A word set spelled out.
    fn set(
        &mut self,
        group: &'p Choices,
        spelling: Spelling<'p>,
        vocabulary: &mut VocabularyBuilder,
    ) -> Rc<[Sequence]> {
        if let Some((sequences, _)) = self.spelled.get(&(group.as_ptr(), spelling)) {
            return Rc::clone(sequences);
        }
        let sequences = self.spell(group, spelling, vocabulary);
        self.spelled.insert((group.as_ptr(), spelling), (Rc::clone(&sequences), None));
        sequences
    }

    /// Every way to write any of some words that follow each other, sorted.
    fn spell(
        &mut self,
        choices: &[Vec<impl Borrow<Word>>],
        spelling: Spelling<'_>,
        vocabulary: &mut VocabularyBuilder,
    ) -> Rc<[Sequence]> {
        let mut all: Vec<Sequence> = Vec::with_capacity(choices.len());
        let mut go_on = |sequence, form: Form<'_>| {
            let atom = vocabulary.atom(form.text, form.ending, spelling.lang);
            self.sequences.followed_by(sequence, Piece { atom, dot: form.dot })
        };
        for words in choices.iter().filter(|words| !words.is_empty()) {
            spelling.forms(words, ROOT, &mut go_on, &mut all);
        }
        all.sort_unstable();
        all.dedup();
        all.into()
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

    /// The slot of nothing but some words of a regex with single spaces between, the last of which ends so.
    pub(super) fn words(
        &mut self,
        words: &str,
        ending: Ending,
        vocabulary: &mut VocabularyBuilder,
    ) -> SlotId {
        let (before, last) = words.rsplit_once(' ').unwrap_or(("", words));
        let before = before.split_terminator(' ').map(|word| (word, Ending::Exact));
        let sequence = before.chain([(last, ending)]).fold(ROOT, |sequence, (word, ending)| {
            let atom = vocabulary.gate(word, ending);
            self.sequences.followed_by(sequence, Piece { atom, dot: false })
        });
        self.slot(Rc::new([sequence]))
    }

    fn slot(&mut self, sequences: Rc<[Sequence]>) -> SlotId {
        let (number, _) = self.slots.insert_full(sequences, ());
        SlotId(key::number(number))
    }

    pub(super) fn build(self, words: VocabularyBuilder) -> Result<(Slots, Vocabulary), BuildError> {
        let mut sequences = self.sequences;
        let count = sequences.nodes.len() + 1;
        // How common the rarest piece of each is; what stands before a sequence was made before it.
        let mut rarest = vec![u8::MAX; count];
        for (n, (before, piece)) in sequences.nodes.iter().enumerate() {
            rarest[n + 1] = rarest[*before as usize].min(words.commonness(piece.atom));
        }
        // What was only a step to others, and is no beginning of any, leads nowhere.
        let (mut leads, mut wants) = (vec![false; count], vec![0; count]);
        let mut common = vec![0_u32; self.slots.len()];
        let mut ends: Vec<(Sequence, SlotId)> = Vec::new();
        for (number, slot) in self.slots.keys().enumerate() {
            for &sequence in slot.iter() {
                common[number] += u32::from(rarest[sequence as usize]);
                ends.push((sequence, SlotId(key::number(number))));
                let mut at = sequence;
                while !std::mem::replace(&mut leads[at as usize], true)
                    && let Some((before, piece)) = sequences.last(at)
                {
                    wants[before as usize] |= piece.atom.bit();
                    at = before;
                }
            }
        }
        sequences.next.retain(|_, sequence| leads[*sequence as usize]);
        let ends = Lists::of_pairs(count, ends);
        let atoms = words.len();
        let vocabulary = words.build()?;
        let nodes = |word| {
            let atoms = vocabulary.atoms(word).iter();
            atoms.filter_map(|&atom| {
                sequences.next.get(&(ROOT, Piece { atom, dot: false })).copied()
            })
        };
        let alone = vocabulary.ids().flat_map(|word| {
            let slots = nodes(word).flat_map(|node| ends.get(node as usize));
            slots.map(move |slot| (key::number(word.index()), *slot))
        });
        let alone = Lists::of_pairs(vocabulary.ids().count(), alone.collect());
        let starts = Lists::new(
            vocabulary.ids().map(|word| nodes(word).filter(|node| wants[*node as usize] != 0)),
        );
        let pairs = pairs(&sequences, &leads, atoms, &vocabulary);
        let next = sequences.next;
        let bits = |word| vocabulary.atoms(word).iter().fold(0, |bits, atom| bits | atom.bit());
        let slots = Slots {
            leads: vec![false; common.len()],
            common,
            leading: vec![0; vocabulary.ids().count()],
            alone,
            starts,
            pairs,
            next,
            ends,
            wants,
            has: vocabulary.ids().map(bits).collect(),
        };
        Ok((slots, vocabulary))
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

    /// Says which slots lead to anything; before that none does.
    pub(super) fn lead(&mut self, leads: Vec<bool>) {
        self.alone.sort_by_key(|slot| !leads[slot.index()]);
        let count = |word| self.alone.get(word).iter().filter(|slot| leads[slot.index()]).count();
        self.leading = (0..self.leading.len()).map(|word| key::number(count(word))).collect();
        self.leads = leads;
    }

    /// Whether a slot leads to anything.
    pub(super) fn leads(&self, slot: SlotId) -> bool {
        self.leads.get(slot.index()).is_some_and(|leads| *leads)
    }

    /// The slots that a word fills by itself: those that lead to something, and the others.
    #[inline]
    pub(super) fn alone(&self, word: WordId) -> (&[SlotId], &[SlotId]) {
        let all = self.alone.get(word.index());
        let leading = self.leading.get(word.index()).map_or(0, |count| *count as usize);
        all.split_at_checked(leading).unwrap_or_default()
    }

    /// Calls `each` for every slot that two words or more of a text fill from here on, with those words.
    pub(super) fn longer(
        &self,
        at: usize,
        tokens: &[Token],
        vocabulary: &Vocabulary,
        each: &mut impl FnMut(SlotId, Stretch),
    ) {
        let Some([token, next]) = tokens.get(at..at + 2) else { return };
        if !token.is_followed_by(next) {
            return;
        }
        let (Some(word), Some(next)) = (token.known, next.known) else { return };
        if self.pairs.may_have(pair(word, next)) {
            for &node in self.starts.get(word.index()) {
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
        tokens: &[Token],
        vocabulary: &Vocabulary,
        each: &mut impl FnMut(SlotId, Stretch),
    ) {
        let Some([last, token]) = tokens.get(end - 1..=end) else { return };
        if !last.is_followed_by(token) {
            return;
        }
        let (wants, Some(word)) = (self.wants[node as usize], token.known) else { return };
        if self.has[word.index()] & wants == 0 {
            return;
        }
        for &atom in vocabulary.atoms(word).iter().filter(|atom| atom.bit() & wants != 0) {
            let Some(&next) = self.next.get(&(node, Piece { atom, dot: token.dot })) else {
                continue;
            };
            for slot in self.ends.get(next as usize) {
                each(*slot, Stretch { start, end: end + 1 });
            }
            if self.wants[next as usize] != 0 {
                self.follow(next, start, end + 1, tokens, vocabulary, each);
            }
        }
    }
}

/// The pairs of spellings with which sequences of two words and more begin.
fn pairs(sequences: &Sequences, leads: &[bool], atoms: usize, vocabulary: &Vocabulary) -> Filter {
    let spellings = vocabulary.ids().flat_map(|word| {
        let atoms = vocabulary.atoms(word).iter();
        atoms.map(move |atom| (key::number(atom.index()), word))
    });
    let spelled = Lists::of_pairs(atoms, spellings.collect());
    let mut hashes: Vec<u64> = Vec::new();
    for (n, (before, second)) in sequences.nodes.iter().enumerate() {
        let first = sequences.last(*before).filter(|(before, _)| *before == ROOT);
        let Some((_, first)) = first.filter(|_| leads[n + 1]) else { continue };
        for one in spelled.get(first.atom.index()) {
            let others = spelled.get(second.atom.index()).iter();
            hashes.extend(others.map(|other| pair(*one, *other)));
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

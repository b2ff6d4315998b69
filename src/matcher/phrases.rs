//! Finds the phrases that stand in a text, sentence by sentence.
//!
//! Every slot that a sentence fills is noted by no more than the sentence's
//! number. A phrase is looked at when its leading slot is among them, the
//! rarest that it has, and for most phrases a look at the next rarest is the
//! last one. Only where all slots of a phrase are filled, what fills them is
//! joined.

use super::chain::{self, Chain, Chains, Joined, Place};
use super::key;
use super::lists::Lists;
use super::slots::{SlotId, Slots, Stretch};
use super::tokens::Tokens;
use super::vocabulary::Vocabulary;
use super::{Hit, Hits, Range};

/// Phrases, compiled.
#[derive(Debug)]
pub(super) struct Phrases {
    all: Vec<Chains>,
    /// For each phrase, all its slots.
    slots: Lists<SlotId>,
    /// For each slot that leads phrases, the slot that all of them need too, or if there is none, itself.
    partners: Vec<Option<SlotId>>,
    /// For each slot, the phrases that it leads.
    led: Lists<Led>,
    /// Phrases in the order in which they are led.
    order: Vec<u32>,
    /// For each rule, how many of its hits are kept.
    most: Vec<u8>,
}

/// Phrases with the same leading slot and the same rarest slot but it, if they have another.
#[derive(Clone, Debug)]
struct Led {
    partner: SlotId,
    /// Places in the order.
    phrases: std::ops::Range<u32>,
}

/// Buffers of one thread.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// The number of the last sentence, and that of the next: over all texts, so that nothing need
    /// be cleared. Those between are its words'.
    sentence: u32,
    next: u32,
    /// For each slot, the last word that filled it by itself, or the last sentence, if only several
    /// words of it did.
    filled: Vec<u32>,
    /// The words of this sentence that filled a slot before its last one did.
    before: Vec<(SlotId, Stretch)>,
    /// What two words of it or more fill, and which.
    longer: Vec<(SlotId, Stretch)>,
    /// Slots that this sentence filled and that lead to something.
    leading: Vec<SlotId>,
    /// Phrases of which this sentence fills every slot.
    complete: Vec<u32>,
    /// Their slots, and for each slot, by which words it is filled.
    wanted: Vec<SlotId>,
    is_wanted: Vec<bool>,
    by: Vec<Vec<Stretch>>,
    joined: Joined,
    /// How often each rule hit.
    counts: Vec<u8>,
}

impl Phrases {
    /// `most` says for each rule how many of its hits are kept.
    pub(super) fn new(all: Vec<Chains>, slots: &Slots, most: Vec<u8>) -> Self {
        let mut used = vec![0_u64; slots.len()];
        for slot in all.iter().flat_map(Chains::slots) {
            used[slot.index()] += 1;
        }
        // What stands in many phrases wakes many, whenever it is seen.
        let cost = |slot: SlotId| used[slot.index()] * u64::from(slots.commonness(slot));
        let mut led: Vec<Vec<(SlotId, u32)>> = vec![Vec::new(); slots.len()];
        for (number, phrase) in (0..).zip(&all) {
            let mut rarest: Vec<SlotId> = phrase.slots().collect();
            rarest.sort_by_key(|slot| cost(*slot));
            if let [slot, others @ ..] = rarest.as_slice() {
                led[slot.index()].push((*others.first().unwrap_or(slot), number));
            }
        }
        let mut order = Vec::new();
        let led: Vec<Vec<Led>> = led
            .into_iter()
            .map(|mut phrases| {
                phrases.sort_unstable();
                let with_partner = phrases.chunk_by(|one, next| one.0 == next.0);
                with_partner
                    .map(|phrases| {
                        let first = key::number(order.len());
                        order.extend(phrases.iter().map(|(_, phrase)| *phrase));
                        Led { partner: phrases[0].0, phrases: first..key::number(order.len()) }
                    })
                    .collect()
            })
            .collect();
        let partner = |(slot, led): (SlotId, &Vec<Led>)| match led.as_slice() {
            [] => None,
            [only] => Some(only.partner),
            _ => Some(slot),
        };
        Self {
            slots: Lists::new(all.iter().map(Chains::slots)),
            partners: slots.ids().zip(&led).map(partner).collect(),
            led: Lists::new(led),
            order,
            most,
            all,
        }
    }

    /// Whether phrases are looked at when a slot is filled.
    pub(super) fn are_led_by(&self, slot: SlotId) -> bool {
        self.partners[slot.index()].is_some()
    }

    /// Buffers that fit these.
    pub(super) fn search(&self, slots: &Slots) -> Search {
        Search {
            filled: vec![0; slots.len()],
            by: vec![Vec::new(); slots.len()],
            is_wanted: vec![false; slots.len()],
            counts: vec![0; self.most.len()],
            next: 1,
            ..Search::default()
        }
    }

    /// Adds what hits in the sentence that `search` has [looked](Search::look) at.
    pub(super) fn find(&self, sentence: Sentence<'_>, search: &mut Search, hits: &mut Hits) {
        let Search { sentence: now, filled, leading, complete, .. } = search;
        let (filled, now) = (filled.as_slice(), *now);
        let is_filled = |slot: &SlotId| filled[slot.index()] >= now;
        for slot in leading.iter() {
            // Most slots lead phrases with the same partner, and that is not there.
            if !self.partners[slot.index()].as_ref().is_some_and(is_filled) {
                continue;
            }
            for Led { partner, phrases } in self.led.get(slot.index()) {
                if !is_filled(partner) {
                    continue;
                }
                let phrases = &self.order[phrases.start as usize..phrases.end as usize];
                let is_complete =
                    |phrase: &&u32| self.slots.get(**phrase as usize).iter().all(is_filled);
                complete.extend(phrases.iter().filter(is_complete));
            }
        }
        if !complete.is_empty() {
            self.fill(sentence.words, search);
            self.join(sentence.tokens, search, hits);
        }
    }

    /// Notes which words of the sentence fill the slots of complete phrases, in their order.
    fn fill(&self, words: Stretch, search: &mut Search) {
        let Search { sentence, before, longer, filled, complete, wanted, is_wanted, by, .. } =
            search;
        for slot in complete.iter().flat_map(|phrase| self.slots.get(*phrase as usize)) {
            if !std::mem::replace(&mut is_wanted[slot.index()], true) {
                wanted.push(*slot);
            }
        }
        for (slot, stretch) in before.iter().filter(|(slot, _)| is_wanted[slot.index()]) {
            by[slot.index()].push(*stretch);
        }
        for slot in wanted.iter() {
            by[slot.index()].extend(stretch(*sentence, words, filled[slot.index()]));
        }
        for (slot, stretch) in longer.iter().filter(|(slot, _)| is_wanted[slot.index()]) {
            let by = &mut by[slot.index()];
            // Several sequences may be the same words, and a word may begin what several fill.
            if !by.contains(stretch) {
                by.push(*stretch);
                by.sort_by_key(|stretch| stretch.start);
            }
        }
    }

    /// Joins what fills the slots of complete phrases.
    fn join(&self, tokens: &Tokens, search: &mut Search, hits: &mut Hits) {
        let Search { complete, wanted, is_wanted, by, joined, counts, .. } = search;
        for number in complete.drain(..) {
            let Chains { rule, parts } = &self.all[number as usize];
            if let [chain] = &**parts {
                if let Some(slot) = chain.only() {
                    for stretch in &by[slot.index()] {
                        let Some(hit) = self.hit(*rule, tokens.bytes(*stretch), counts) else {
                            break;
                        };
                        hits.all.push(Hit { whole: true, ..hit });
                    }
                    continue;
                }
                chain.join(by, tokens, joined);
                for place in &joined.all {
                    let at = tokens.bytes(place.whole());
                    let Some(hit) = self.hit(*rule, at, counts) else { break };
                    let first = hits.runs.len();
                    if let runs @ [_, _, ..] = place.runs() {
                        hits.runs.extend(runs.iter().map(|run| tokens.bytes(*run)));
                    }
                    let runs = first..hits.runs.len();
                    hits.all.push(Hit { whole: chain.is_whole(), runs, ..hit });
                }
                continue;
            }
            let first_place = |chain: &Chain| {
                chain.join(by, tokens, joined);
                chain::first(&joined.all)
            };
            let places: Option<Vec<Place>> = parts.iter().map(first_place).collect();
            let Some(places) = places else { continue };
            let first = hits.parts.len();
            hits.parts.extend(places.iter().map(|place| tokens.bytes(place.whole())));
            let parts = &hits.parts[first..];
            let start = parts.iter().map(|part| part.start).min().unwrap_or(0);
            let end = parts.iter().map(|part| part.end).max().unwrap_or(start);
            let Some(hit) = self.hit(*rule, start..end, counts) else { continue };
            let from = hits.runs.len();
            let runs = places.iter().flat_map(Place::runs);
            hits.runs.extend(runs.map(|run| tokens.bytes(*run)));
            let (parts, runs) = (first..hits.parts.len(), from..hits.runs.len());
            hits.all.push(Hit { parts, runs, ..hit });
        }
        for slot in wanted.drain(..) {
            is_wanted[slot.index()] = false;
            by[slot.index()].clear();
        }
    }

    /// A hit of a rule, if it is not one too many.
    fn hit(&self, rule: usize, at: Range, counts: &mut [u8]) -> Option<Hit> {
        let is_one_more = counts[rule] < self.most[rule];
        counts[rule] += u8::from(is_one_more);
        is_one_more.then(|| Hit { rule, at, ..Hit::default() })
    }
}

impl Search {
    /// Notes which slots a sentence fills; says which of them lead to anything.
    pub(super) fn look(&mut self, sentence: Sentence<'_>) -> &[SlotId] {
        let Sentence { words, tokens, slots, vocabulary } = sentence;
        let count = key::number(words.end - words.start);
        if self.next >= u32::MAX - count {
            self.filled.fill(0);
            self.next = 1;
        }
        self.sentence = self.next;
        self.next += count + 1;
        let Self { sentence, filled, before, longer, leading, .. } = self;
        let (now, filled) = (*sentence, filled.as_mut_slice());
        before.clear();
        longer.clear();
        leading.clear();
        for (here, at) in (now + 1..).zip(words.start..words.end) {
            let word = tokens.known().get(at).and_then(|token| token.known);
            let (first, others) = word.map(|word| slots.alone(word)).unwrap_or_default();
            for slot in first {
                let last = std::mem::replace(&mut filled[slot.index()], here);
                if last < now {
                    leading.push(*slot);
                }
                before.extend(stretch(now, words, last).map(|stretch| (*slot, stretch)));
            }
            for slot in others {
                let last = std::mem::replace(&mut filled[slot.index()], here);
                before.extend(stretch(now, words, last).map(|stretch| (*slot, stretch)));
            }
            slots.longer(at, tokens.known(), vocabulary, &mut |slot, stretch| {
                longer.push((slot, stretch));
                let last = &mut filled[slot.index()];
                if *last < now {
                    *last = now;
                    if slots.leads(slot) {
                        leading.push(slot);
                    }
                }
            });
        }
        leading
    }

    /// Forgets a text, of which these hits were found.
    pub(super) fn end(&mut self, hits: &[Hit]) {
        for hit in hits {
            self.counts[hit.rule] = 0;
        }
    }
}

/// A sentence, and all that is needed to read it.
#[derive(Clone, Copy)]
pub(super) struct Sentence<'a> {
    /// Its words among those that packs know: from one up to and without another.
    pub(super) words: Stretch,
    pub(super) tokens: &'a Tokens,
    pub(super) slots: &'a Slots,
    pub(super) vocabulary: &'a Vocabulary,
}

/// The word of a sentence that a slot's number stands for, if it stands for one: the words follow
/// upon the sentence's own number.
fn stretch(sentence: u32, words: Stretch, number: u32) -> Option<Stretch> {
    let start = words.start + number.checked_sub(sentence + 1)? as usize;
    Some(Stretch { start, end: start + 1 })
}

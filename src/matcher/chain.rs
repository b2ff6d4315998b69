//! Phrases as chains of slots, and how the words that fill slots become hits.

use super::slots::{SlotId, SlotsBuilder, Spelling, Stretch};
use super::tokens::Tokens;
use super::vocabulary::VocabularyBuilder;
use crate::packs::phrase::Part;

/// One part of a phrase: slots that must follow each other.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) rule: usize,
    /// The conjunction that it is a part of.
    pub(super) conjunction: Option<usize>,
    pub(super) slots: Box<[SlotId]>,
    /// How each slot after the first follows the one before.
    links: Box<[Link]>,
}

/// Chains that must all hit in one sentence.
#[derive(Debug)]
pub(super) struct Conjunction {
    pub(super) rule: usize,
    pub(super) chains: std::ops::Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    /// Side by side.
    Next,
    /// A few words between, no sentence end.
    Gap,
}

impl Chain {
    /// Compiles a part, adding its slots.
    pub(super) fn compile<'p>(
        part: &'p Part,
        spelling: Spelling<'p>,
        rule: usize,
        conjunction: Option<usize>,
        slots: &mut SlotsBuilder<'p>,
        vocabulary: &mut VocabularyBuilder,
    ) -> Self {
        let (mut all, mut links) = (Vec::new(), Vec::new());
        for run in &part.runs {
            for (n, slot) in slots.run(run, spelling, vocabulary).into_iter().enumerate() {
                if !all.is_empty() {
                    links.push(if n == 0 { Link::Gap } else { Link::Next });
                }
                all.push(slot);
            }
        }
        Self { rule, conjunction, slots: all.into(), links: links.into() }
    }

    /// Whether its words stand next to each other.
    pub(super) fn is_whole(&self) -> bool {
        self.links.iter().all(|link| *link == Link::Next)
    }

    /// The places where all slots follow each other, each end once, from its nearest start;
    /// `seen` has what fills each slot.
    pub(super) fn join(&self, seen: &[Vec<Stretch>], tokens: &Tokens) -> Vec<Stretch> {
        let mut slots = self.slots.iter().map(|slot| &seen[slot.index()]);
        let mut joined = slots.next().cloned().unwrap_or_default();
        for (link, slot) in self.links.iter().zip(slots) {
            if joined.is_empty() {
                break;
            }
            joined.sort_unstable_by_key(|seen| (seen.end, seen.start));
            let mut next = Vec::new();
            for here in slot {
                // Only the nearest can be near enough.
                let before = joined.partition_point(|seen| seen.end <= here.start);
                let Some(seen) = before.checked_sub(1).map(|nearest| joined[nearest]) else {
                    continue;
                };
                let fits = match link {
                    Link::Next => seen.end == here.start && tokens.follows(here.start),
                    Link::Gap => tokens.near(seen.end, here.start),
                };
                if fits {
                    next.push(Stretch { start: seen.start, end: here.end });
                }
            }
            joined = next;
        }
        joined
    }
}

/// For each sentence in which every part hits, where each of them does first.
pub(super) fn same_sentence(parts: &[Vec<Stretch>], tokens: &Tokens) -> Vec<Vec<Stretch>> {
    let firsts = |part: &[Stretch]| {
        let mut firsts: Vec<(u32, Stretch)> =
            part.iter().map(|seen| (tokens.sentence(seen.start), *seen)).collect();
        firsts.sort_unstable();
        firsts.dedup_by_key(|(sentence, _)| *sentence);
        firsts
    };
    let Some((first, rest)) = parts.split_first() else {
        return Vec::new();
    };
    let mut sentences: Vec<(u32, Vec<Stretch>)> =
        firsts(first).into_iter().map(|(sentence, seen)| (sentence, vec![seen])).collect();
    for part in rest {
        let firsts = firsts(part);
        sentences.retain_mut(|(sentence, stretches)| {
            let Ok(found) = firsts.binary_search_by_key(sentence, |(sentence, _)| *sentence) else {
                return false;
            };
            stretches.push(firsts[found].1);
            true
        });
    }
    sentences.into_iter().map(|(_, stretches)| stretches).collect()
}

//! Phrases as chains of slots, and how the words that fill slots become hits.

use super::forms::Spelling;
use super::slots::{SlotId, SlotsBuilder, Stretch};
use super::tokens::Tokens;
use super::vocabulary::VocabularyBuilder;
use crate::packs::phrase::Part;

/// A phrase: one chain for each side of `&`.
#[derive(Debug)]
pub(super) struct Chains {
    pub(super) rule: usize,
    pub(super) parts: Box<[Chain]>,
}

/// One part of a phrase: slots that must follow each other.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) slots: Box<[SlotId]>,
    /// How each slot after the first follows the one before.
    links: Box<[Link]>,
}

/// Where chains hit; buffers that are used again.
#[derive(Debug, Default)]
pub(super) struct Joined {
    pub(super) all: Vec<Place>,
    next: Vec<Place>,
}

/// So many runs of a phrase are told from the gaps between them.
const MAX_RUNS: usize = 4;

/// Where a chain hits: words side by side, and gaps between.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    runs: [Stretch; MAX_RUNS],
    count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    /// Side by side.
    Next,
    /// A few words between, no sentence end.
    Gap,
}

impl Chains {
    /// The slots of all parts.
    pub(super) fn slots(&self) -> impl Iterator<Item = SlotId> {
        self.parts.iter().flat_map(|part| part.slots.iter().copied())
    }
}

impl Chain {
    /// Compiles a part, adding its slots.
    pub(super) fn compile<'p>(
        part: &'p Part,
        spelling: Spelling<'p>,
        slots: &mut SlotsBuilder<'p>,
        vocabulary: &mut VocabularyBuilder,
    ) -> Self {
        let (mut all, mut links) = (Vec::new(), Vec::new());
        for run in &part.runs {
            let first = all.len();
            slots.run(run, spelling, vocabulary, &mut all);
            let link = |at| if at == first { Link::Gap } else { Link::Next };
            links.extend((first.max(1)..all.len()).map(link));
        }
        Self { slots: all.into(), links: links.into() }
    }

    /// Whether its words stand next to each other.
    pub(super) fn is_whole(&self) -> bool {
        self.links.iter().all(|link| *link == Link::Next)
    }

    /// Whether a word or a set of words is all of it.
    pub(super) fn only(&self) -> Option<SlotId> {
        match *self.slots {
            [slot] => Some(slot),
            _ => None,
        }
    }

    /// Puts into `joined` the places where all slots follow each other, each end once, from its
    /// nearest start; `filled` has what fills each slot in a sentence.
    pub(super) fn join(&self, filled: &[Vec<Stretch>], tokens: &Tokens, joined: &mut Joined) {
        let Joined { all: joined, next } = joined;
        joined.clear();
        let mut slots = self.slots.iter().map(|slot| &filled[slot.index()]);
        joined.extend(slots.next().into_iter().flatten().map(|run| Place::of(*run)));
        for (link, slot) in self.links.iter().zip(slots) {
            if joined.is_empty() {
                break;
            }
            joined.sort_unstable_by_key(|place| (place.end(), place.start()));
            next.clear();
            for here in slot {
                // Only the nearest can be near enough.
                let before = joined.partition_point(|place| place.end() <= here.start);
                let Some(place) = before.checked_sub(1).map(|nearest| joined[nearest]) else {
                    continue;
                };
                let fits = match link {
                    Link::Next => place.end() == here.start && tokens.follows(here.start),
                    Link::Gap => tokens.near(place.end(), here.start),
                };
                if fits {
                    next.push(place.followed_by(*here, *link));
                }
            }
            std::mem::swap(joined, next);
        }
    }
}

impl Place {
    fn of(run: Stretch) -> Self {
        Self { runs: [run; MAX_RUNS], count: 1 }
    }

    /// Where it starts.
    pub(super) fn start(&self) -> usize {
        self.runs[0].start
    }

    /// Where it ends.
    pub(super) fn end(&self) -> usize {
        self.runs[self.count - 1].end
    }

    /// All of it, what stands between included.
    pub(super) fn whole(&self) -> Stretch {
        Stretch { start: self.start(), end: self.end() }
    }

    /// The words that it is made of.
    pub(super) fn runs(&self) -> &[Stretch] {
        &self.runs[..self.count]
    }

    /// The same with more words behind; of too many runs the last ones are one.
    fn followed_by(mut self, here: Stretch, link: Link) -> Self {
        if link == Link::Gap && self.count < MAX_RUNS {
            self.runs[self.count] = here;
            self.count += 1;
        } else {
            self.runs[self.count - 1].end = here.end;
        }
        self
    }
}

/// The first of some places.
pub(super) fn first(places: &[Place]) -> Option<Place> {
    places.iter().min_by_key(|place| (place.start(), place.end())).copied()
}

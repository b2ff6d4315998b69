//! Phrases as chains of literals, and how the hits of literals become hits of phrases.

use super::forms::forms;
use super::literals::{self, LiteralsBuilder};
use crate::packs::phrase::{Ending, Part, Run, Slot};
use crate::text::{Folded, is_spaceless};

/// A run of words becomes at most this many literals; a longer list is cut in two that must stand side by side.
const MAX_LITERALS: usize = 64;

/// What a gap (`..`) lets pass: three words, or six letters of a script without spaces.
const GAP_COST: usize = 6;
const WORD_COST: usize = 2;
const LETTER_COST: usize = 1;

/// A literal as whole words (even) or as the beginning of a word (odd): twice its number, and one.
pub(super) type Words = usize;

/// A place in a folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Occurrence {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// One part of a phrase: literals that must follow each other.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) rule: usize,
    /// The conjunction that it is a part of.
    pub(super) conjunction: Option<usize>,
    /// For each step, the words that can stand there.
    pub(super) words: Vec<Vec<Words>>,
    /// How each step after the first follows the one before.
    links: Vec<Link>,
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

/// Literals of a step that may still grow by the next slot.
pub(super) struct Step {
    pub(super) literals: Vec<String>,
    /// Whether the last word may go on: nothing can be joined to it.
    pub(super) open: bool,
}

impl Chain {
    /// Compiles a part, adding its literals.
    pub(super) fn compile(
        part: &Part,
        rule: usize,
        number: usize,
        conjunction: Option<usize>,
        literals: &mut LiteralsBuilder,
    ) -> Self {
        let mut links = Vec::new();
        let mut all = Vec::new();
        for (n, run) in part.runs.iter().enumerate() {
            for (k, alternatives) in steps(run).into_iter().enumerate() {
                if n + k > 0 {
                    links.push(if k == 0 { Link::Gap } else { Link::Next });
                }
                all.push(alternatives);
            }
        }
        let alone = all.len() == 1 && conjunction.is_none();
        for (step, alternatives) in all.into_iter().enumerate() {
            for Step { literals: texts, open } in alternatives {
                for text in texts {
                    let uses = literals.uses(&text);
                    let uses = if open { &mut uses.open } else { &mut uses.words };
                    if alone {
                        uses.alone.push(rule);
                    } else {
                        uses.of_chains.push(literals::Step { chain: number, step });
                    }
                }
            }
        }
        Self { rule, conjunction, words: vec![Vec::new(); links.len() + 1], links }
    }

    /// How many steps there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether its words stand next to each other.
    pub(super) fn is_whole(&self) -> bool {
        self.links.iter().all(|link| *link == Link::Next)
    }

    /// The places where all steps follow each other, each end once, from its nearest start;
    /// `seen` has the places of all words.
    pub(super) fn join(&self, seen: &[Vec<Occurrence>], text: &str) -> Vec<Occurrence> {
        let mut steps = self.words.iter().map(|words| {
            let mut step: Vec<Occurrence> =
                words.iter().flat_map(|&words| &seen[words]).copied().collect();
            step.sort_unstable();
            step.dedup();
            step
        });
        let mut joined = steps.next().unwrap_or_default();
        for (link, step) in self.links.iter().zip(steps) {
            if joined.is_empty() {
                break;
            }
            joined.sort_unstable_by_key(|seen| (seen.end, seen.start));
            let mut next = Vec::new();
            for here in &step {
                // Only the nearest can be near enough.
                let before = joined.partition_point(|seen| seen.end <= here.start);
                let Some(seen) = before.checked_sub(1).map(|nearest| joined[nearest]) else {
                    continue;
                };
                if near_enough(*link, text, seen.end, here.start) {
                    next.push(Occurrence { start: seen.start, end: here.end });
                }
            }
            joined = next;
        }
        joined
    }
}

/// Splits a run into steps; the alternatives of a step are literals that may stand in its place.
fn steps(run: &Run) -> Vec<Vec<Step>> {
    let mut steps: Vec<Vec<Step>> = Vec::new();
    for slot in &run.slots {
        let more = alternatives(slot);
        match steps.last_mut() {
            Some(last)
                if last.iter().chain(&more).all(|step| !step.open)
                    && size(last) * size(&more) <= MAX_LITERALS =>
            {
                *last = vec![product(last, &more)];
            }
            _ => steps.push(more),
        }
    }
    steps
}

fn size(alternatives: &[Step]) -> usize {
    alternatives.iter().map(|step| step.literals.len()).sum()
}

/// Every literal that may stand in a slot.
pub(super) fn alternatives(slot: &Slot) -> Vec<Step> {
    let mut all = Vec::new();
    for words in slot.choices.iter().filter(|words| !words.is_empty()) {
        let mut step = Step { literals: vec![String::new()], open: false };
        for word in words {
            let forms = Step { literals: forms(word), open: false };
            step = Step { open: word.ending == Ending::Any, ..product(&[step], &[forms]) };
        }
        all.push(step);
    }
    all
}

/// Each of these followed by each of those.
fn product(these: &[Step], those: &[Step]) -> Step {
    let mut literals = Vec::new();
    for this in these.iter().flat_map(|step| &step.literals) {
        for that in those.iter().flat_map(|step| &step.literals) {
            // Beside a script without spaces there may be one or not.
            let tight = this.ends_with(is_spaceless) || that.starts_with(is_spaceless);
            if this.is_empty() || tight {
                literals.push(format!("{this}{that}"));
            }
            if !this.is_empty() {
                literals.push(format!("{this} {that}"));
            }
        }
    }
    Step { literals, open: false }
}

/// Whether what stands between two places is little enough.
fn near_enough(link: Link, text: &str, end: usize, start: usize) -> bool {
    let Some(between) = text.get(end..start) else {
        return false;
    };
    if link == Link::Next {
        return matches!(between, "" | " ");
    }
    // From the right, so that a long way is never walked twice.
    let (mut cost, mut in_word) = (0, false);
    for c in between.chars().rev() {
        match c {
            '\n' => return false,
            ' ' => in_word = false,
            _ if is_spaceless(c) => {
                cost += LETTER_COST;
                in_word = false;
            }
            _ if !in_word => {
                cost += WORD_COST;
                in_word = true;
            }
            _ => {}
        }
        if cost > GAP_COST {
            return false;
        }
    }
    true
}

/// For each sentence in which every part hits, the stretch from the first to the last word.
pub(super) fn same_sentence(parts: &[Vec<Occurrence>], folded: &Folded) -> Vec<Occurrence> {
    let Some((first, rest)) = parts.split_first() else {
        return Vec::new();
    };
    let mut sentences: Vec<(usize, Occurrence)> = Vec::new();
    for seen in first {
        let sentence = folded.sentence(seen.start);
        if sentences.last().is_none_or(|(last, _)| *last != sentence) {
            sentences.push((sentence, *seen));
        }
    }
    for part in rest {
        let mut firsts: Vec<(usize, Occurrence)> =
            part.iter().map(|seen| (folded.sentence(seen.start), *seen)).collect();
        firsts.sort_unstable();
        firsts.dedup_by_key(|(sentence, _)| *sentence);
        sentences.retain_mut(|(sentence, stretch)| {
            let Ok(found) = firsts.binary_search_by_key(sentence, |(sentence, _)| *sentence) else {
                return false;
            };
            let (_, seen) = firsts[found];
            stretch.start = stretch.start.min(seen.start);
            stretch.end = stretch.end.max(seen.end);
            true
        });
    }
    sentences.into_iter().map(|(_, stretch)| stretch).collect()
}

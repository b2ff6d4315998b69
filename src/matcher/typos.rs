//! Typing mistakes: words that are no words, one slip away from a word of the packs.
//!
//! For a second pass, over tickets that got no answer from what stands there.
//! A slip is one letter too many, too few or wrong, or two that changed places,
//! and never in a word that is a word itself: "phony" is no phone. Words that
//! were written as one, or as two, are put right in the same way.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::vocabulary::{Vocabulary, WordId};
use super::words::{ENGLISH, is_common};

/// Shorter words are too easily another word.
const SHORTEST: usize = 5;

/// Without a list of common words of their language, words must be longer.
const SHORTEST_UNLISTED: usize = 8;

/// The shortest word that may have been written as one with another.
const SHORTEST_PART: usize = 4;

/// What words a slip may have been made in.
#[derive(Debug)]
pub(super) struct Speller {
    /// By the hash of each word, and of all that is left of it when a letter is taken out.
    slips: FxHashMap<u64, Vec<Candidate>>,
}

/// A word that may have been meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Candidate {
    /// A word of the packs.
    Word(WordId),
    /// A common word, by its number, that goes on from a beginning of the packs.
    Common(usize),
}

impl Speller {
    pub(super) fn new(vocabulary: &Vocabulary) -> Self {
        let mut slips: FxHashMap<u64, Vec<Candidate>> = FxHashMap::default();
        let mut add = |spelling: &str, candidate: Candidate| {
            each_shortened(spelling, |slip| slips.entry(slip).or_default().push(candidate));
        };
        for (id, spelling, is_listed) in vocabulary.words() {
            let least = if is_listed { SHORTEST } else { SHORTEST_UNLISTED };
            if spelling.len() >= least && is_letters(spelling) {
                add(spelling, Candidate::Word(id));
            }
        }
        for stem in vocabulary.stems().filter(|stem| stem.len() >= SHORTEST - 1) {
            let from = ENGLISH.partition_point(|word| *word < stem);
            let words = ENGLISH[from..].iter().take_while(|word| word.starts_with(stem));
            for (n, word) in words.enumerate().filter(|(_, word)| word.len() >= SHORTEST) {
                add(word, Candidate::Common(from + n));
            }
        }
        Self { slips }
    }

    /// The word that was meant, if a slip was made in writing it.
    pub(super) fn meant<'v>(&self, word: &str, vocabulary: &'v Vocabulary) -> Option<&'v str> {
        if word.len() < SHORTEST {
            return None;
        }
        let mut best: Option<(bool, &'v str)> = None;
        each_shortened(word, |slip| {
            for candidate in self.slips.get(&slip).into_iter().flatten() {
                let spelling = match *candidate {
                    Candidate::Word(id) => vocabulary.spelling(id),
                    Candidate::Common(number) => ENGLISH[number],
                };
                // The first letter is seldom the one that was missed.
                let here = (spelling.as_bytes().first() != word.as_bytes().first(), spelling);
                if best.is_none_or(|best| here < best) && strsim::osa_distance(spelling, word) == 1
                {
                    best = Some(here);
                }
            }
        });
        best.map(|(_, spelling)| spelling)
    }
}

/// Whether it is letters that make no common word: what may be a slip.
pub(super) fn is_no_word(word: &str) -> bool {
    is_letters(word) && !is_common(word)
}

/// Where a word that is none falls apart into two that are, one of them of the packs.
pub(super) fn apart(word: &str, vocabulary: &Vocabulary) -> Option<usize> {
    if word.len() < 2 * SHORTEST_PART {
        return None;
    }
    (SHORTEST_PART..=word.len() - SHORTEST_PART).find(|&at| {
        let (left, right) = word.split_at(at);
        let [left_is_ours, right_is_ours] = [left, right].map(|part| vocabulary.knows(part));
        match (left_is_ours, right_is_ours) {
            (true, true) => true,
            (true, false) => is_common(right),
            (false, true) => is_common(left),
            (false, false) => false,
        }
    })
}

/// Whether two words that stand side by side are one of the packs, and not both words themselves.
pub(super) fn together(left: &str, right: &str, vocabulary: &Vocabulary) -> Option<String> {
    if left.len() + right.len() < SHORTEST || !is_letters(left) || !is_letters(right) {
        return None;
    }
    let is_word =
        |word: &str| word.len() < SHORTEST_PART || vocabulary.knows(word) || is_common(word);
    if is_word(left) && is_word(right) {
        return None;
    }
    let word = [left, right].concat();
    let (whole, stem) = vocabulary.look_up(&word);
    (whole.is_some() || stem.is_some() && is_common(&word)).then_some(word)
}

/// Numbers have no spelling, and only for plain letters a slip is what it is here.
fn is_letters(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The hash of a word, and of all that is left of it when a letter is taken out.
fn each_shortened(word: &str, mut each: impl FnMut(u64)) {
    let hash = |text: &str| FxBuildHasher.hash_one(text);
    each(hash(word));
    let mut shorter = String::with_capacity(word.len());
    for at in 0..word.len() {
        shorter.clear();
        shorter.push_str(&word[..at]);
        shorter.push_str(&word[at + 1..]);
        each(hash(&shorter));
    }
}

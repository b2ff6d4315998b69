//! Typing mistakes: words that are no words, one slip away from a word of the packs.
//!
//! For a second pass, over tickets that got no answer from what stands there.
//! A slip is one letter too many, too few or wrong, or two that changed places,
//! and never in a word that is a word itself: "phony" is no phone. Words that
//! were written as one, or as two, are put right in the same way.

use super::key::{self, Marks};
use super::vocabulary::{Vocabulary, WordId};
use super::words::ENGLISH;

/// Shorter words are too easily another word.
const SHORTEST: usize = 5;

/// Without a list of common words of their language, words must be longer.
const SHORTEST_UNLISTED: usize = 8;

/// Nobody's typing mistake is longer.
const LONGEST: usize = 32;

/// The shortest word that may have been written as one with another.
const SHORTEST_PART: usize = 4;

/// What words a slip may have been made in.
#[derive(Debug)]
pub(super) struct Speller {
    /// By the hash of each word, and of all that is left of it when a letter is taken out.
    slips: Marks,
    /// How many of the numbers are words of the packs; the others are common words that go on
    /// from a beginning of the packs.
    ours: usize,
}

impl Speller {
    pub(super) fn new(vocabulary: &Vocabulary) -> Self {
        let mut slips: Vec<(u64, u32)> = Vec::new();
        let ours = vocabulary.words().len();
        let mut add = |spelling: &str, number: usize| {
            each_shortened(spelling, |slip| slips.push((slip, key::number(number))));
        };
        for (n, (spelling, is_listed)) in vocabulary.words().enumerate() {
            let least = if is_listed { SHORTEST } else { SHORTEST_UNLISTED };
            if spelling.len() >= least && is_letters(spelling) {
                add(spelling, n);
            }
        }
        for stem in vocabulary.stems().filter(|stem| stem.len() >= SHORTEST - 1) {
            let from = ENGLISH.partition_point(|word| *word < stem);
            let words = ENGLISH[from..].iter().take_while(|word| word.starts_with(stem));
            for (n, word) in words.enumerate().filter(|(_, word)| word.len() >= SHORTEST) {
                add(word, ours + from + n);
            }
        }
        Self { slips: Marks::new(slips.into_iter()), ours }
    }

    /// The word that was meant, if a slip was made in writing it.
    pub(super) fn meant<'v>(&self, word: &str, vocabulary: &'v Vocabulary) -> Option<&'v str> {
        if word.len() < SHORTEST {
            return None;
        }
        let mut best: Option<(bool, bool, &'v str)> = None;
        each_shortened(word, |slip| {
            for number in self.slips.of(slip) {
                let (spelling, is_written) = match (number as usize).checked_sub(self.ours) {
                    None => {
                        let id = WordId::of(number as usize);
                        (vocabulary.spelling(id), vocabulary.is_written(id))
                    }
                    Some(common) => (ENGLISH[common], true),
                };
                // The first letter is seldom the one that was missed, and what packs have as it
                // is comes before its forms, of which some are no words: facetim, facetimed.
                let other_start = spelling.as_bytes().first() != word.as_bytes().first();
                let here = (other_start, !is_written, spelling);
                if best.is_none_or(|best| here < best) && strsim::osa_distance(spelling, word) == 1
                {
                    best = Some(here);
                }
            }
        });
        best.map(|(_, _, spelling)| spelling)
    }
}

/// Whether a word that is no common one may be a slip.
///
/// Of the shortest words nothing comes but with another that is none, and that one is looked at.
pub(super) fn is_no_word(word: &str) -> bool {
    word.len() >= SHORTEST_PART && is_letters(word)
}

/// Where a word that is none falls apart into two of the packs.
///
/// Both must be theirs, and of a language whose common words are known: names are made of common
/// words ("minecraft"), and other languages write words together that are two in English.
pub(super) fn apart(word: &str, vocabulary: &Vocabulary) -> Option<usize> {
    let last = word.len().checked_sub(SHORTEST_PART)?;
    (SHORTEST_PART..=last).find(|&at| {
        let (left, right) = word.split_at(at);
        vocabulary.knows_listed(left) && vocabulary.knows_listed(right)
    })
}

/// The word of the packs that two words side by side are, one of which is no word itself: what
/// stands between is left out of `both`.
pub(super) fn together<'b>(
    [left, right]: [&str; 2],
    vocabulary: &Vocabulary,
    both: &'b mut String,
) -> Option<&'b str> {
    if left.len() + right.len() < SHORTEST || !is_letters(left) || !is_letters(right) {
        return None;
    }
    both.clear();
    both.extend([left, right]);
    if !vocabulary.look_up_whole(both).is_some_and(|word| vocabulary.is_spelled(word)) {
        return None;
    }
    let is_word = |word: &str| word.len() < SHORTEST_PART || vocabulary.is_word(word);
    (!(is_word(left) && is_word(right))).then_some(both)
}

/// Numbers have no spelling, and only for plain letters a slip is what it is here.
fn is_letters(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The hash of a word, and of all that is left of it when a letter is taken out.
fn each_shortened(word: &str, mut each: impl FnMut(u64)) {
    const BASE: u64 = 0x0000_0100_0000_01B3;
    // A hash that is a sum over the letters: taking one out moves those behind it.
    let mix = |sum: u64| key::spread(sum ^ (sum >> 31));
    let bytes = word.as_bytes();
    if bytes.len() > LONGEST {
        return;
    }
    let mut before = [0_u64; LONGEST + 1];
    for (at, byte) in bytes.iter().enumerate() {
        before[at + 1] = before[at].wrapping_mul(BASE).wrapping_add(u64::from(*byte));
    }
    each(mix(before[bytes.len()]));
    let (mut behind, mut power) = (0_u64, 1_u64);
    for (at, byte) in bytes.iter().enumerate().rev() {
        each(mix(before[at].wrapping_mul(power).wrapping_add(behind)));
        behind = behind.wrapping_add(u64::from(*byte).wrapping_mul(power));
        power = power.wrapping_mul(BASE);
    }
}

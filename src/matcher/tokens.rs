//! A folded text as words, each looked up once.
//!
//! Words stand apart by spaces; in scripts without spaces each letter is a
//! word of its own, so that phrases need no word edges there and mixed text
//! needs no special care. The parts of a number (`26.0.1`) are words that know
//! of the dot before them.

use super::key::{Key, number};
use super::slots::Stretch;
use super::typos::{self, Speller};
use super::vocabulary::{Vocabulary, WordId};
use crate::text::{Folded, first_word, is_spaceless};

/// What a word costs a gap (`..`), and what a letter of a script without spaces does.
const WORD_COST: u32 = 2;
const LETTER_COST: u32 = 1;

/// What a gap lets pass: three words, or six letters of a script without spaces.
const GAP_COST: u32 = 6;

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// Its bytes in the folded text.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The sentence that it stands in, from 0.
    pub(super) sentence: u32,
    /// What all words up to here cost a gap.
    cost: u32,
    /// The word of the packs that it is.
    pub(super) word: Option<WordId>,
    /// The beginning of a word (`activat*`) that it goes on from.
    pub(super) stem: Option<WordId>,
    /// Whether nothing but a dot stands before it: the second part of a number.
    pub(super) dot: bool,
    /// The hash of its key, as it is written.
    hash: u64,
}

/// A word that was read otherwise than it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slip {
    /// The bytes of the folded text.
    pub(crate) at: std::ops::Range<usize>,
    pub(crate) read: String,
}

/// All the words of a text, in order.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    all: Vec<Token>,
    /// Those that packs know: few of them, as a rule.
    known: Vec<u32>,
    /// For two words that may be one.
    both: String,
}

impl Token {
    /// Whether packs know nothing like it.
    fn is_foreign(&self) -> bool {
        self.word.is_none() && self.stem.is_none()
    }

    fn read_as(self, word: &str, vocabulary: &Vocabulary) -> Self {
        let (word, stem) = vocabulary.look_up(word);
        Self { word, stem, ..self }
    }
}

impl Tokens {
    /// Takes another text apart.
    pub(super) fn read(&mut self, folded: &Folded, vocabulary: &Vocabulary) {
        self.all.clear();
        self.known.clear();
        let text = folded.text();
        let bytes = text.as_bytes();
        let (mut sentence, mut cost, mut start) = (0, 0, 0);
        let mut dot = false;
        let mut ends = Ends::of(bytes);
        loop {
            let end = ends.next().unwrap_or(bytes.len());
            // One word, or several where words need no spaces.
            while start < end {
                let piece = Key::within(bytes, start, end);
                let read = if piece.is_ascii() {
                    Read { end, key: piece, cost: WORD_COST }
                } else {
                    wide_word(text, start, end)
                };
                cost += read.cost;
                let hash = read.key.hash();
                let (word, stem) =
                    vocabulary.look_up_key(read.key, hash, || &text[start..read.end]);
                if word.is_some() || stem.is_some() {
                    self.known.push(number(self.all.len()));
                }
                let token = Token {
                    start: number(start),
                    end: number(read.end),
                    sentence,
                    cost,
                    word,
                    stem,
                    dot,
                    hash,
                };
                self.all.push(token);
                start = read.end;
                dot = false;
            }
            let Some(between) = bytes.get(end) else { break };
            sentence += u32::from(*between == b'\n');
            dot = *between == b'.';
            start = end + 1;
        }
    }

    /// Reads words that are none as the words of the packs that they are a slip away from;
    /// what was written as one, or as two, as it ought to be. Adds what it found.
    pub(super) fn correct<'s>(
        &mut self,
        folded: &Folded,
        vocabulary: &Vocabulary,
        speller: impl Fn() -> &'s Speller,
        slips: &mut Vec<Slip>,
    ) {
        let first = slips.len();
        let text = folded.text();
        let written = |token: &Token| &text[token.start as usize..token.end as usize];
        let mut slip = |token: &Token, read: &str| {
            let at = token.start as usize..token.end as usize;
            slips.push(Slip { at, read: read.to_owned() });
        };
        let mut both = std::mem::take(&mut self.both);
        let mut at = 0;
        while let Some(&token) = self.all.get(at) {
            at += 1;
            let (start, end) = (token.start as usize, token.end as usize);
            if !token.is_foreign() || !typos::is_no_word(token.hash, &text[start..end]) {
                continue;
            }
            let here = at - 1;
            // Half a word looks like a slip of another, so what was written as two comes first.
            let neighbours = [here.checked_sub(1), Some(here)];
            let one = neighbours.into_iter().flatten().find(|&left| {
                let next = self.all.get(left + 1).filter(|_| self.follows(left + 1));
                next.is_some_and(|next| {
                    let parts = [written(&self.all[left]), written(next)];
                    typos::together(parts, vocabulary, &mut both).is_some()
                })
            });
            let word = written(&token);
            if let Some(left) = one {
                let end = self.all[left + 1].end;
                let token = Token { end, ..self.all[left] }.read_as(&both, vocabulary);
                slip(&token, &both);
                self.all[left] = token;
                self.all.remove(left + 1);
                at = left + 1;
            } else if let Some(meant) = speller().meant(word, vocabulary) {
                self.all[here] = token.read_as(meant, vocabulary);
                slip(&token, meant);
            } else if let Some(cut) = typos::apart(word, vocabulary) {
                let (left, right) = word.split_at(cut);
                let middle = token.start + number(cut);
                slip(&token, &format!("{left} {right}"));
                self.all[here] = Token { end: middle, ..token }.read_as(left, vocabulary);
                let right = Token { start: middle, dot: false, ..token }.read_as(right, vocabulary);
                self.all.insert(at, right);
                at += 1;
            }
        }
        self.both = both;
        if slips.len() > first {
            slips[first..].sort_by_key(|slip| slip.at.start);
            self.known.clear();
            let known = self.all.iter().enumerate().filter(|(_, token)| !token.is_foreign());
            self.known.extend(known.map(|(at, _)| number(at)));
        }
    }

    /// The words that packs know, by their numbers, in order.
    pub(super) fn known(&self) -> &[u32] {
        &self.known
    }

    pub(super) fn get(&self, at: usize) -> Option<&Token> {
        self.all.get(at)
    }

    /// The bytes from one word up to and without another.
    pub(super) fn bytes(&self, words: Stretch) -> std::ops::Range<usize> {
        let start = self.all.get(words.start).map_or(0, |token| token.start);
        let last = words.end.checked_sub(1).and_then(|last| self.all.get(last));
        start as usize..last.map_or(start, |token| token.end) as usize
    }

    pub(super) fn sentence(&self, at: usize) -> u32 {
        self.all.get(at).map_or(u32::MAX, |token| token.sentence)
    }

    /// Whether two words stand in one sentence.
    pub(super) fn same_sentence(&self, one: u32, other: u32) -> bool {
        self.sentence(one as usize) == self.sentence(other as usize)
    }

    /// Whether a word follows upon the one before it: in the same sentence, and in no number with it.
    pub(super) fn follows(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).and_then(|before| self.all.get(before)) else {
            return false;
        };
        self.all.get(at).is_some_and(|token| token.sentence == before.sentence && !token.dot)
    }

    /// Whether no more than a gap lets pass stands between a word's end and another's start.
    pub(super) fn near(&self, end: usize, start: usize) -> bool {
        let (Some(last), Some(next)) =
            (end.checked_sub(1).and_then(|last| self.all.get(last)), self.all.get(start))
        else {
            return false;
        };
        let between = start.checked_sub(1).and_then(|before| self.all.get(before));
        last.sentence == next.sentence
            && between.is_some_and(|between| between.cost.saturating_sub(last.cost) <= GAP_COST)
    }
}

/// A word as it was read.
struct Read {
    end: usize,
    key: Key,
    cost: u32,
}

/// The first word of a piece of text between two spaces, of which not all is ASCII.
fn wide_word(text: &str, start: usize, end: usize) -> Read {
    let word = first_word(&text[start..end]);
    let end = start + word.len();
    let cost = if word.starts_with(is_spaceless) { LETTER_COST } else { WORD_COST };
    Read { end, key: Key::within(text.as_bytes(), start, end), cost }
}

/// Where words of a folded text end: its spaces, line ends and dots, eight bytes at a time.
struct Ends<'t> {
    bytes: &'t [u8],
    /// Where the next eight bytes begin.
    at: usize,
    /// The highest bits of those of the last eight that are ends and are not told yet.
    found: u64,
}

impl<'t> Ends<'t> {
    fn of(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0, found: 0 }
    }
}

impl Iterator for Ends<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            let rest = self.bytes.get(self.at..)?;
            let eight = if let Some(eight) = rest.first_chunk() {
                *eight
            } else {
                let mut eight = [b'\''; 8];
                eight[..rest.len()].copy_from_slice(rest);
                eight
            };
            self.found = ends(u64::from_le_bytes(eight));
            self.at += 8;
        }
        let end = self.at - 8 + self.found.trailing_zeros() as usize / 8;
        self.found &= self.found - 1;
        Some(end)
    }
}

/// Which of eight bytes of a folded text end a word, by their highest bits. There is nothing below
/// the apostrophe but what does, and the dot; so a few sums tell.
fn ends(eight: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    // What lifts a byte of 7 bits over 127 if it is an apostrophe or more.
    const LIFT: u64 = (0x80 - b'\'' as u64) * ONES;
    const DOTS: u64 = b'.' as u64 * ONES;
    let in_word = (eight & !HIGH) + LIFT;
    let no_dot = ((eight ^ DOTS) & !HIGH) + !HIGH;
    !(in_word & no_dot | eight) & HIGH
}

/// The words of a phrase's word, as a text would have them, and whether a dot stands before each.
pub(super) fn pieces(word_of_pack: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    for (n, mut part) in word_of_pack.split('.').enumerate() {
        let mut dot = n > 0 && !pieces.is_empty();
        while !part.is_empty() {
            let word = first_word(part);
            pieces.push((word, std::mem::take(&mut dot)));
            part = &part[word.len()..];
        }
    }
    pieces
}

//! A folded text as words, each looked up once.
//!
//! Words stand apart by spaces; in scripts without spaces each letter is a
//! word of its own, so that phrases need no word edges there and mixed text
//! needs no special care. The parts of a number (`26.0.1`) are words that know
//! of the dot before them.
//!
//! Kept are the words that packs know, few of them as a rule, and those that
//! are no words at all, which may be typing mistakes.

use super::key::number;
use super::slots::Stretch;
use super::typos::{self, Speller};
use super::vocabulary::{Known, Vocabulary};
use crate::text::{Eight, Folded, before_first, first_word, is_spaceless};

/// What a word costs a gap (`..`), and what a letter of a script without spaces does.
const WORD_COST: u32 = 2;
const LETTER_COST: u32 = 1;

/// What a gap lets pass: three words, or six letters of a script without spaces.
const GAP_COST: u32 = 6;

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// Its bytes in the folded text.
    start: u32,
    end: u32,
    /// Which word of the text it is, from 0.
    at: u32,
    /// The sentence that it stands in, from 0.
    sentence: u32,
    /// What all words before it cost a gap, and what they cost with it.
    before: u32,
    after: u32,
    /// Whether nothing but a dot stands before it: the second part of a number.
    pub(super) dot: bool,
    /// What packs know of it.
    pub(super) known: Known,
}

/// A word that was read otherwise than it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slip {
    /// The bytes of the folded text.
    pub(crate) at: std::ops::Range<usize>,
    pub(crate) read: String,
}

/// The words of a text that matter, in order.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// Those that packs know.
    known: Vec<Token>,
    /// Those that are no words.
    strange: Vec<Token>,
    /// For known words while others are corrected, and for two words that may be one.
    corrected: Vec<Token>,
    both: String,
}

impl Token {
    /// Its bytes in the folded text.
    fn bytes(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether a word stands right behind it, in the same sentence or number.
    pub(super) fn is_followed_by(&self, next: &Self) -> bool {
        next.at == self.at + 1 && next.sentence == self.sentence
    }

    /// As it is with so many words more, or fewer, before it than were written.
    fn behind(self, more_words: i32) -> Self {
        let cost = more_words * WORD_COST.cast_signed();
        Self {
            at: self.at.saturating_add_signed(more_words),
            before: self.before.saturating_add_signed(cost),
            after: self.after.saturating_add_signed(cost),
            ..self
        }
    }
}

impl Tokens {
    /// Takes another text apart.
    pub(super) fn read(&mut self, folded: &Folded, vocabulary: &Vocabulary) {
        self.known.clear();
        self.strange.clear();
        let text = folded.text();
        let bytes = text.as_bytes();
        let is_ascii = text.is_ascii();
        let (mut start, mut at, mut sentence) = (0, 0, 0);
        // How much less than words some letters cost.
        let mut saved = 0;
        let mut ends = Ends::of(bytes);
        loop {
            let end = ends.next();
            // One word, or several where words need no spaces.
            while start < end {
                let piece = if is_ascii {
                    Piece { end, cost: WORD_COST }
                } else {
                    Piece::first(text, start, end)
                };
                let token = |known| Token {
                    start: number(start),
                    end: number(piece.end),
                    at,
                    sentence,
                    before: at * WORD_COST - saved,
                    after: at * WORD_COST - saved + piece.cost,
                    dot: is_behind_dot(bytes, start),
                    known,
                };
                let known = vocabulary.look_up_within(text, start, piece.end);
                if known.is_something() {
                    self.known.push(token(known));
                }
                if !vocabulary.is_spelled(known) && typos::is_no_word(text, start, piece.end) {
                    self.strange.push(token(known));
                }
                at += 1;
                saved += WORD_COST - piece.cost;
                start = piece.end;
            }
            let Some(between) = bytes.get(end) else { break };
            sentence += u32::from(*between == b'\n');
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
        let Self { known, strange, corrected, both } = self;
        corrected.clear();
        let first = slips.len();
        let mut rest = known.iter().peekable();
        // Where the last slip ends, and how many words more than were written there are up to there.
        let (mut done, mut more) = (0, 0);
        for strange in strange.iter().copied() {
            // It may be the second half of the last one.
            if strange.bytes().start < done {
                continue;
            }
            let Some(meant) = strange.meant(folded.text(), done, vocabulary, &speller, both) else {
                continue;
            };
            let Meant { slip, words, more: more_here } = meant;
            while let Some(token) = rest.next_if(|token| token.bytes().start < slip.at.end) {
                if token.bytes().start < slip.at.start {
                    corrected.push(token.behind(more));
                }
            }
            let words = words.into_iter().flatten().filter(|token| token.known.is_something());
            corrected.extend(words.map(|token| token.behind(more)));
            (done, more) = (slip.at.end, more + more_here);
            slips.push(slip);
        }
        if slips.len() > first {
            corrected.extend(rest.map(|token| token.behind(more)));
            std::mem::swap(known, corrected);
        }
    }

    /// The words that packs know, in order.
    pub(super) fn known(&self) -> &[Token] {
        &self.known
    }

    /// The words of each sentence that packs know any word of.
    pub(super) fn sentences(&self) -> impl Iterator<Item = Stretch> {
        let same = |one: &Token, next: &Token| one.sentence == next.sentence;
        let mut start = 0;
        self.known.chunk_by(same).map(move |words| {
            let end = start + words.len();
            Stretch { start: std::mem::replace(&mut start, end), end }
        })
    }

    /// The bytes of some words that packs know, from one up to and without another.
    pub(super) fn bytes(&self, words: Stretch) -> std::ops::Range<usize> {
        match self.known.get(words.start..words.end) {
            Some([first, .., last]) => first.bytes().start..last.bytes().end,
            Some([only]) => only.bytes(),
            _ => 0..0,
        }
    }

    /// Whether a word that packs know follows upon the one before it: in the same sentence, and in no number with it.
    pub(super) fn follows(&self, word: usize) -> bool {
        let before = word.checked_sub(1).and_then(|before| self.known.get(before));
        let (Some(before), Some(token)) = (before, self.known.get(word)) else {
            return false;
        };
        before.is_followed_by(token) && !token.dot
    }

    /// Whether no more than a gap lets pass stands between a word's end and another's start.
    pub(super) fn near(&self, end: usize, start: usize) -> bool {
        let last = end.checked_sub(1).and_then(|last| self.known.get(last));
        let (Some(last), Some(next)) = (last, self.known.get(start)) else {
            return false;
        };
        last.sentence == next.sentence && next.before.saturating_sub(last.after) <= GAP_COST
    }
}

/// What a strange word was meant to be.
struct Meant {
    slip: Slip,
    /// The words instead of those that were written.
    words: [Option<Token>; 2],
    /// How many more these are.
    more: i32,
}

/// What may be done about a word that is none.
impl Token {
    /// What it was meant to be, where nothing is left to be read before `from`.
    fn meant<'s>(
        self,
        text: &str,
        from: usize,
        vocabulary: &Vocabulary,
        speller: impl Fn() -> &'s Speller,
        both: &mut String,
    ) -> Option<Meant> {
        let (at, word) = (self.bytes(), &text[self.bytes()]);
        let read_as =
            |token: Token, word: &str| Some(Token { known: vocabulary.look_up(word), ..token });
        // Half a word looks like a slip of another, so what was written as two comes first.
        let pairs = [self.with_last(text, from), self.with_next(text)];
        for (one, cut) in pairs.into_iter().flatten() {
            let at = one.bytes();
            let parts = [&text[at.start..cut], &text[cut + 1..at.end]];
            if let Some(read) = typos::together(parts, vocabulary, both) {
                let slip = Slip { at, read: read.to_owned() };
                return Some(Meant { slip, words: [read_as(one, read), None], more: -1 });
            }
        }
        if let Some(meant) = speller().meant(word, vocabulary) {
            let slip = Slip { at, read: meant.to_owned() };
            return Some(Meant { slip, words: [read_as(self, meant), None], more: 0 });
        }
        let (left, right) = word.split_at(typos::apart(word, vocabulary)?);
        let slip = Slip { at, read: format!("{left} {right}") };
        let middle = self.start + number(left.len());
        let second = Self { start: middle, dot: false, ..self }.behind(1);
        let words = [read_as(Self { end: middle, ..self }, left), read_as(second, right)];
        Some(Meant { slip, words, more: 1 })
    }

    /// It and the word before it as one, if there is one from a place on, and where the space is between them.
    fn with_last(self, text: &str, from: usize) -> Option<(Self, usize)> {
        let space = self.bytes().start.checked_sub(1)?;
        let before = text.get(from..space).filter(|_| text.as_bytes()[space] == b' ')?;
        let mut start = from + before.rfind([' ', '\n', '.']).map_or(0, |end| end + 1);
        loop {
            let next = Piece::first(text, start, space).end;
            if next >= space {
                break;
            }
            start = next;
        }
        let dot = is_behind_dot(text.as_bytes(), start);
        Some((Self { start: number(start), dot, end: self.end, ..self.behind(-1) }, space))
    }

    /// The same with the word after it.
    fn with_next(self, text: &str) -> Option<(Self, usize)> {
        let space = self.bytes().end;
        let rest = text.get(space..)?.strip_prefix(' ')?;
        let next = Ends::of(rest.as_bytes()).next();
        let end = Piece::first(text, space + 1, space + 1 + next).end;
        Some((Self { end: number(end), ..self }, space))
    }
}

/// A word of a text.
struct Piece {
    end: usize,
    cost: u32,
}

impl Piece {
    /// The first word of what stands between two spaces.
    fn first(text: &str, start: usize, end: usize) -> Self {
        let word = first_word(&text[start..end]);
        let cost = if word.starts_with(is_spaceless) { LETTER_COST } else { WORD_COST };
        Self { end: start + word.len(), cost }
    }
}

/// Where words of a folded text end: its spaces, line ends and dots, eight bytes at a time.
struct Ends<'t> {
    bytes: &'t [u8],
    /// Where the last eight bytes begin.
    at: usize,
    /// The highest bits of those that are ends and are not told yet.
    found: u64,
}

impl<'t> Ends<'t> {
    fn of(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0, found: ends(Eight::first(bytes)) }
    }

    /// The next one: the end of the text is one too.
    #[inline]
    fn next(&mut self) -> usize {
        while self.found == 0 {
            self.at += 8;
            let Some(rest) = self.bytes.get(self.at..) else { return self.bytes.len() };
            self.found = ends(Eight::first(rest));
        }
        let end = self.at + before_first(self.found);
        self.found &= self.found - 1;
        end.min(self.bytes.len())
    }
}

/// Whether nothing but a dot stands before a word.
fn is_behind_dot(text: &[u8], start: usize) -> bool {
    start.checked_sub(1).and_then(|before| text.get(before)) == Some(&b'.')
}

/// Which of eight bytes of a folded text end a word, by their highest bits: there is nothing below
/// the apostrophe but what does, and the dot.
#[inline]
fn ends(eight: Eight) -> u64 {
    eight.are_below(b'\'') | eight.are(b'.')
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

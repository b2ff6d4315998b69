//! A folded text as words, each looked up once.
//!
//! Words stand apart by spaces; in scripts without spaces each letter is a
//! word of its own, so that phrases need no word edges there and mixed text
//! needs no special care. The parts of a number (`26.0.1`) are words that know
//! of the dot before them.
//!
//! Kept are the words that packs know, few of them as a rule, and those that
//! are no words at all, which may be typing mistakes.

use super::Range;
use super::key::{self, number};
use super::lexicon::{Found, Lexicon};
use super::slots::Stretch;
use super::typos::{self, Speller};
use super::vocabulary::{Vocabulary, WordId};
use crate::text::{Eight, Folded, count, first_word, gathered, is_spaceless};

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
    /// What all words before it cost a gap, and what it costs itself.
    before: u32,
    cost: u32,
    /// Whether nothing but a dot stands before it: the second part of a number.
    pub(super) dot: bool,
    /// The word of the packs that it is, or begins with.
    pub(super) known: Option<WordId>,
}

/// A word that was read otherwise than it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slip {
    /// The bytes of the folded text.
    pub(crate) at: Range,
    pub(crate) read: String,
}

/// The words of a text that matter, in order.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// Those that packs know.
    known: Vec<Token>,
    /// Those that are no words.
    strange: Vec<Token>,
    /// Where all words end, and those that may tell something.
    ends: Vec<u32>,
    telling: Vec<Telling>,
    /// For known words while others are corrected, and for two words that may be one.
    corrected: Vec<Token>,
    both: String,
}

impl Token {
    /// Its bytes in the folded text.
    fn bytes(&self) -> Range {
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
            ..self
        }
    }
}

impl Tokens {
    /// Takes another text apart.
    ///
    /// In three goes, each of which does the same for every word: what a processor foresees, and
    /// need not wait for, is quicker than what one go would leave out.
    pub(super) fn read(&mut self, folded: &Folded, vocabulary: &Vocabulary) {
        self.known.clear();
        self.strange.clear();
        let text = folded.text();
        let bytes = text.as_bytes();
        let words = find_ends(bytes, &mut self.ends);
        let lexicon = vocabulary.lexicon();
        let mut telling = std::mem::take(&mut self.telling);
        let told = find_telling(bytes, &self.ends[..words], lexicon, &mut telling);
        let mut place = Place::default();
        let mut line = next_line(bytes, 0);
        // How many words there are more than stretches between spaces so far.
        let mut more = 0;
        for Telling { at, start, end, number } in telling.iter().copied().take(told) {
            let word = start as usize..end as usize;
            while line < word.start {
                line = next_line(bytes, line + 1);
                place.sentence += 1;
            }
            // What stands between two spaces is one word, unless words need no spaces.
            let is_one = key::is_ascii(number) || bytes[word.clone()].is_ascii();
            let mut start = word.start;
            while start < word.end {
                place.at = at + more;
                let (piece, number) = if is_one {
                    (Piece { end: word.end, cost: WORD_COST }, number)
                } else {
                    let piece = Piece::first(text, start, word.end);
                    let number = key::short(bytes, start, piece.end);
                    (piece, number)
                };
                let written = || text.get(start..piece.end).unwrap_or_default();
                match lexicon.find(number, written, |word| vocabulary.whole(word)) {
                    Found::Ours(known) => {
                        self.known.push(place.token(bytes, start, &piece, Some(known)));
                    }
                    Found::Other => {}
                    Found::Nowhere => self.look_closer(text, start, &piece, place, vocabulary),
                }
                place.saved += WORD_COST - piece.cost;
                start = piece.end;
                more += u32::from(start < word.end);
            }
        }
        self.telling = telling;
    }

    /// Looks at a word that is not among the whole ones that are known; apart, so that what is done
    /// for most is short.
    #[inline(never)]
    fn look_closer(
        &mut self,
        text: &str,
        start: usize,
        piece: &Piece,
        place: Place,
        vocabulary: &Vocabulary,
    ) {
        let word = &text[start..piece.end];
        let known = vocabulary.begun(word);
        let token = place.token(text.as_bytes(), start, piece, known);
        if known.is_some() {
            self.known.push(token);
        }
        if !known.is_some_and(|stem| vocabulary.is_spelled(stem)) && typos::is_no_word(word) {
            self.strange.push(token);
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
        let Self { known, strange, corrected, both, .. } = self;
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
            let text = folded.text();
            let together = strange.together(text, done, vocabulary, both);
            let alone = || strange.meant(text, vocabulary, &speller);
            let Some(meant) = together.or_else(alone) else { continue };
            let Meant { slip, words, more: more_here } = meant;
            while let Some(token) = rest.next_if(|token| token.bytes().start < slip.at.end) {
                if token.bytes().start < slip.at.start {
                    corrected.push(token.behind(more));
                }
            }
            let words = words.into_iter().flatten().filter(|token| token.known.is_some());
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
    pub(super) fn bytes(&self, words: Stretch) -> Range {
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
        last.sentence == next.sentence
            && next.before.saturating_sub(last.before + last.cost) <= GAP_COST
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
    /// What it was meant to be with the word before it, of which nothing before `from` is left to be
    /// read, or with the next: half a word looks like a slip of another, so this comes first.
    fn together(
        self,
        text: &str,
        from: usize,
        vocabulary: &Vocabulary,
        both: &mut String,
    ) -> Option<Meant> {
        let pairs = [self.with_last(text, from), self.with_next(text)];
        pairs.into_iter().flatten().find_map(|(one, cut)| {
            let at = one.bytes();
            let parts = [&text[at.start..cut], &text[cut + 1..at.end]];
            let read = typos::together(parts, vocabulary, both)?;
            let words = [Some(one.read_as(read, vocabulary)), None];
            Some(Meant { slip: Slip { at, read: read.to_owned() }, words, more: -1 })
        })
    }

    /// What it was meant to be by itself: another word, or two.
    fn meant<'s>(
        self,
        text: &str,
        vocabulary: &Vocabulary,
        speller: impl Fn() -> &'s Speller,
    ) -> Option<Meant> {
        let (at, word) = (self.bytes(), &text[self.bytes()]);
        if let Some(meant) = speller().meant(word, vocabulary) {
            let words = [Some(self.read_as(meant, vocabulary)), None];
            return Some(Meant { slip: Slip { at, read: meant.to_owned() }, words, more: 0 });
        }
        let (left, right) = word.split_at(typos::apart(word, vocabulary)?);
        let slip = Slip { at, read: format!("{left} {right}") };
        let middle = self.start + number(left.len());
        let first = Self { end: middle, ..self };
        let second = Self { start: middle, dot: false, ..self }.behind(1);
        let words = [first.read_as(left, vocabulary), second.read_as(right, vocabulary)];
        Some(Meant { slip, words: words.map(Some), more: 1 })
    }

    /// The same, with what packs know of the word that was meant.
    fn read_as(self, meant: &str, vocabulary: &Vocabulary) -> Self {
        Self { known: vocabulary.look_up(meant), ..self }
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
        let next = rest.find([' ', '\n', '.']).unwrap_or(rest.len());
        let end = Piece::first(text, space + 1, space + 1 + next).end;
        Some((Self { end: number(end), ..self }, space))
    }
}

/// Where in a text a word stands.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// How many words stand before it, and line ends.
    at: u32,
    sentence: u32,
    /// How much less than words some letters before it cost.
    saved: u32,
}

impl Place {
    /// The word that stands here.
    #[inline]
    fn token(self, text: &[u8], start: usize, piece: &Piece, known: Option<WordId>) -> Token {
        let Self { at, sentence, saved } = self;
        let &Piece { end, cost } = piece;
        let dot = is_behind_dot(text, start);
        let (start, end, before) = (number(start), number(end), at * WORD_COST - saved);
        Token { start, end, at, sentence, before, cost, dot, known }
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

/// A word that may tell something.
#[derive(Clone, Copy, Debug, Default)]
struct Telling {
    /// Which word of the text it is, and its bytes.
    at: u32,
    start: u32,
    end: u32,
    /// See [`key::short`].
    number: u64,
}

/// Where the words of a folded text end, each one byte before the next begins; says how many
/// there are. `ends` only grows.
fn find_ends(text: &[u8], ends: &mut Vec<u32>) -> usize {
    // Of sixteen bytes hardly ever more end a word, so that this many are written without a look.
    const MOST: usize = 4;
    let room = text.len() / 2 + MOST + 2;
    if ends.len() < room {
        ends.resize(room, 0);
    }
    let mut found = 0;
    let mut add = |at: u32, bits: u64, count: usize| {
        let Some(room) = ends.get_mut(found..found + MOST) else { return };
        let mut rest = bits;
        for end in room {
            *end = at + rest.trailing_zeros();
            rest &= rest.wrapping_sub(1);
        }
        for end in ends.iter_mut().take(found + count).skip(found + MOST) {
            *end = at + rest.trailing_zeros();
            rest &= rest - 1;
        }
        found += count;
    };
    let (blocks, rest) = text.as_chunks();
    let mut at = 0;
    for block in blocks {
        let [first, second] = Eight::both(*block).map(are_ends);
        add(at, gathered(first) | gathered(second) << 8, count(first) + count(second));
        at += 16;
    }
    if !text.is_empty() {
        let mut last = [0; 16];
        last[..rest.len()].copy_from_slice(rest);
        let [first, second] = Eight::both(last).map(are_ends).map(gathered);
        // The first of the zeros behind the text is the last end.
        let end = 1 << rest.len();
        let bits = (first | second << 8) & (end - 1) | end;
        add(at, bits, bits.count_ones() as usize);
    }
    found
}

/// Which words may tell something: all but common ones that packs know nothing of. Says how many
/// there are. `telling` only grows.
fn find_telling(text: &[u8], ends: &[u32], lexicon: &Lexicon, telling: &mut Vec<Telling>) -> usize {
    if telling.len() < ends.len() {
        telling.resize(ends.len(), Telling::default());
    }
    let (mut start, mut count) = (0, 0);
    for (at, end) in (0..).zip(ends.iter().copied()) {
        let number = key::short(text, start as usize, end as usize);
        let Some(next) = telling.get_mut(count) else { break };
        *next = Telling { at, start, end, number };
        count += usize::from(!lexicon.is_other(number));
        start = end + 1;
    }
    count
}

/// Where the next sentence ends, at or behind a place.
fn next_line(text: &[u8], from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(text.len(), |line| from + line)
}

/// Whether nothing but a dot stands before a word.
fn is_behind_dot(text: &[u8], start: usize) -> bool {
    start.checked_sub(1).and_then(|before| text.get(before)) == Some(&b'.')
}

/// Which of eight bytes of a folded text end a word, by their highest bits: below the digits there
/// are only the space, the line end and the dot, and the apostrophe, which alone is odd.
#[inline]
fn are_ends(eight: Eight) -> u64 {
    eight.are_below(b'0') & eight.are_even()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_before_spaces_line_ends_and_dots_and_with_the_text() {
        let text = "it's 26.0.1\na b c d e f g h i j 1.2.3.4.5 straße 手机 and-no-more words\nof any length";
        let mut ends = Vec::new();
        for (len, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let text = &text[..len];
            let found = find_ends(text.as_bytes(), &mut ends);
            let inner = text.match_indices([' ', '\n', '.']).map(|(end, _)| end);
            let last = (!text.is_empty()).then_some(len);
            let want: Vec<u32> = inner.chain(last).map(number).collect();
            assert_eq!(ends[..found], want, "{text:?}");
        }
    }
}

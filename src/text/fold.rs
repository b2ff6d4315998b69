//! The fold: one spelling for what people write in many, with a way back.
//!
//! Packs and tickets go through the same fold, and every hit in the folded
//! text leads back to the bytes the customer typed:
//! `fold(original[span]) == folded[hit]`. Three rules make that true. Each
//! character folds by itself (compatibility decomposition, accents off, lower
//! case), so every folded byte has one origin and the map is monotone. Runs of
//! space and punctuation become one separator, which is structure and never
//! the start or the end of a hit. What folds to nothing belongs to the
//! character before it.
//!
//! Not here: taking things out of a text (quotes, signatures, markup). The
//! original is never shortened; what must not be read is masked before it
//! comes here.

use unicode_normalization::char::is_combining_mark;

use super::chars::{ASCII, Class, classify};
use super::edit::{Edit, Put};
use super::eight::{Eight, before_first, others};
use crate::span::{Span, head};

/// Texts beyond this many bytes are folded up to here: offsets are 32 bits wide.
const LIMIT: usize = u32::MAX as usize;

/// A folded text and the way back to its original.
///
/// In the folded text words stand apart by one `' '`, sentences by one `'\n'`.
/// A `'.'` stays inside numbers and a `'\''` inside words; every other
/// character is a letter, a digit or a mark of one.
///
/// ```
/// let original = "It says “Waiting for\u{a0}Activation…” – iMessage won’t start!";
/// let folded = triage::text::fold(original);
/// assert_eq!(folded.text(), "it says waiting for activation imessage won't start");
///
/// let hit = folded.text().find("won't start").unwrap();
/// let span = folded.original(hit..hit + "won't start".len()).unwrap();
/// assert_eq!(&original[span.range()], "won’t start");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Folded {
    text: String,
    /// Where stretches of it came from, in order; each goes up to the next.
    origins: Vec<Origin>,
    /// Where the last word ends in the original.
    end: u32,
}

/// Where a stretch of folded text came from.
#[derive(Clone, Copy, Debug)]
struct Origin {
    /// Where it starts in the folded text.
    folded: u32,
    /// Where it starts in the original.
    original: u32,
    /// How far a byte of the folded text leads in the original: 1 where both have the same
    /// length, 0 within what one character folded to.
    step: u32,
}

/// Folds a text.
pub fn fold(original: &str) -> Folded {
    let mut folded = Folded::default();
    folded.refold(original);
    folded
}

impl Origin {
    /// Where a byte of its stretch came from.
    fn of(self, folded: u32) -> u32 {
        self.original + (folded - self.folded) * self.step
    }
}

impl Folded {
    /// Folds another text into the same buffers.
    pub fn refold(&mut self, original: &str) {
        self.refold_edited(original, &[]);
    }

    /// Folds another text, of which some stretches are not read as they stand.
    ///
    /// The edits are in order and do not overlap, as [`Cleaner::clean`](super::Cleaner::clean)
    /// makes them; one that does not fit the text is passed over.
    pub fn refold_edited(&mut self, original: &str, edits: &[Edit]) {
        self.origins.clear();
        let original = head(original, LIMIT);
        let mut text = std::mem::take(&mut self.text).into_bytes();
        text.clear();
        text.reserve(original.len());
        let origins = &mut self.origins;
        let mut folder = Folder { text, origins, gap: Gap::None, word: String::new() };
        let mut at = 0;
        for edit in edits {
            let Span { start, end } = edit.span;
            let fits =
                at <= start && original.is_char_boundary(start) && original.is_char_boundary(end);
            if fits && end <= original.len() {
                folder.run(&original[..start], at);
                folder.put(edit);
                at = end;
            }
        }
        folder.run(original, at);
        self.end = match folder.gap {
            Gap::None => position(original.len()),
            Gap::Inner { at, .. } | Gap::Between { at, .. } => at,
        };
        // Words were written as they are, or in lower case, whole: it is UTF-8.
        self.text = String::from_utf8(folder.text).unwrap_or_default();
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that a range of the folded text came from.
    ///
    /// `None` if the range is empty, reaches beyond the text, or cuts a
    /// character of the original in two (half of the ligature "ﬁ" is nothing a
    /// customer typed).
    pub fn original(&self, folded: std::ops::Range<usize>) -> Option<Span> {
        if folded.start >= folded.end || folded.end > self.text.len() {
            return None;
        }
        let (start, last) = (position(folded.start), position(folded.end - 1));
        let behind = self.origins.partition_point(|origin| origin.folded <= start);
        let first = behind.checked_sub(1)?;
        // Hits are short: what they end in is near.
        let on = self.origins[first..].iter().take_while(|origin| origin.folded <= last).count();
        let (first, ending) = (self.origins[first], self.origins[first + on.max(1) - 1]);
        let next = self.origins.get(behind + on.max(1) - 1);
        let starts_inside = first.step == 0 && first.folded < start;
        let ends_inside = ending.step == 0
            && next.map_or(self.text.len(), |next| next.folded as usize) > folded.end;
        if starts_inside || ends_inside {
            return None;
        }
        // A separator remembers where it began, so the next folded byte starts
        // where this character ends, accents and all, punctuation not.
        let end = if folded.end == self.text.len() {
            self.end
        } else {
            match next.filter(|next| next.folded as usize == folded.end) {
                Some(next) => next.original,
                None => ending.of(position(folded.end)),
            }
        };
        Some(Span::new(first.of(start) as usize, end as usize))
    }

    /// Whether a byte between two words is one of the original that stands for a space, and for nothing more.
    pub(crate) fn is_plain_gap(&self, at: usize, original: &str) -> bool {
        let here = position(at);
        let behind = self.origins.partition_point(|origin| origin.folded <= here);
        let Some(origin) = behind.checked_sub(1).map(|last| self.origins[last]) else {
            return false;
        };
        let goes_on = self.origins.get(behind).is_none_or(|next| next.folded > here + 1);
        goes_on
            && origin.step == 1
            && original.as_bytes().get(origin.of(here) as usize) == Some(&b' ')
    }
}

/// What stands between the last word and the next.
#[derive(Clone, Copy)]
enum Gap {
    /// Nothing: the next letter belongs to the same word.
    None,
    /// One mark that stays if the same word goes on after it.
    Inner { mark: u8, at: u32 },
    /// Space and punctuation that began at `at`.
    Between { at: u32, seen: Seen },
}

/// What a gap has shown so far that could end a sentence.
#[derive(Clone, Copy, Default)]
struct Seen {
    dots: u32,
    newlines: u32,
    end: bool,
    /// The last character was a carriage return: a line feed now is the same line break.
    carriage: bool,
}

impl Seen {
    fn see(&mut self, class: Class, c: char) {
        match class {
            Class::Dot => self.dots += 1,
            Class::End => self.end = true,
            Class::Newline if c == '\n' && self.carriage => {}
            Class::Newline => self.newlines += 1,
            _ => {}
        }
        self.carriage = c == '\r';
    }

    /// One dot ends a sentence; several are a pause more often than an end.
    fn ends_sentence(self) -> bool {
        self.end || self.dots == 1 || self.newlines > 1
    }
}

struct Folder<'a> {
    text: Vec<u8>,
    origins: &'a mut Vec<Origin>,
    gap: Gap,
    /// What one character folds to.
    word: String,
}

impl Folder<'_> {
    /// Folds a text from a byte on.
    fn run(&mut self, original: &str, from: usize) {
        let bytes = original.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii() {
                match ASCII[byte as usize] {
                    Class::Word => at = self.ascii_words(bytes, at),
                    class => {
                        self.separate(class, char::from(byte), at);
                        at += 1;
                        at += self.more_between(&bytes[at..]);
                    }
                }
                continue;
            }
            let Some(c) = original[at..].chars().next() else {
                break;
            };
            self.character(c, at);
            at += c.len_utf8();
        }
    }

    /// Passes over what ASCII stands between words behind what ended the last one; says how much.
    fn more_between(&mut self, bytes: &[u8]) -> usize {
        let Gap::Between { seen, .. } = &mut self.gap else { return 0 };
        let between = bytes.iter().map_while(|byte| match ASCII.get(usize::from(*byte)) {
            None | Some(Class::Word) => None,
            Some(class) => Some((*class, char::from(*byte))),
        });
        between.map(|(class, c)| seen.see(class, c)).count()
    }

    /// Folds what is read instead of a stretch.
    fn put(&mut self, edit: &Edit) {
        let at = edit.span.start;
        match edit.put {
            Put::Nothing => {}
            Put::Gap => self.separate(Class::Soft, ' ', at),
            Put::Line => self.separate(Class::Newline, '\n', at),
            Put::Break => self.separate(Class::End, '\n', at),
            Put::Char(c) => self.character(c, at),
        }
    }

    /// Folds one character that came from a place.
    fn character(&mut self, c: char, at: usize) {
        let mut word = std::mem::take(&mut self.word);
        match classify(c, &mut word) {
            Class::Word | Class::Mark if self.at_word() => self.word(&word, at),
            // A character that begins with a mark (Thai sara am) has no letter for it here.
            Class::Word => self.word(word.trim_start_matches(is_combining_mark), at),
            // A mark with no letter before it would make a word without a letter.
            Class::Mark | Class::Nothing => {}
            class => self.separate(class, c, at),
        }
        self.word = word;
    }

    /// Whether a word is going on.
    fn at_word(&self) -> bool {
        matches!(self.gap, Gap::None) && !self.text.is_empty()
    }

    /// The fast path: words of ASCII letters and digits with single spaces between, up to the next
    /// other byte; the first byte is a letter or digit. Eight bytes at a time.
    fn ascii_words(&mut self, bytes: &[u8], from: usize) -> usize {
        self.close_gap(bytes[from].is_ascii_digit());
        self.begin_run(position(from));
        let first = self.text.len();
        let mut at = from;
        let mut behind_word = 0;
        loop {
            let eight = Eight::first(&bytes[at..]);
            self.text.extend_from_slice(&eight.lower());
            let words = eight.words();
            let others = others(words | eight.are(b' ') & (words << 8 | behind_word));
            if others != 0 {
                at += before_first(others);
                break;
            }
            at += 8;
            behind_word = words >> 56;
        }
        // What no word stands behind is no space between two.
        at -= usize::from(bytes[at - 1] == b' ');
        self.text.truncate(first + at - from);
        at
    }

    /// Notes that what is written next came from here, byte for byte.
    fn begin_run(&mut self, original: u32) {
        let folded = position(self.text.len());
        let goes_on = self.origins.last().is_some_and(|last| {
            last.step == 1 && original.wrapping_sub(last.original) == folded - last.folded
        });
        if !goes_on {
            self.origins.push(Origin { folded, original, step: 1 });
        }
    }

    fn word(&mut self, word: &str, at: usize) {
        self.close_gap(word.starts_with(|c: char| c.is_ascii_digit()));
        if word.len() == 1 {
            self.begin_run(position(at));
        } else {
            let folded = position(self.text.len());
            self.origins.push(Origin { folded, original: position(at), step: 0 });
        }
        self.text.extend_from_slice(word.as_bytes());
    }

    fn separate(&mut self, class: Class, c: char, at: usize) {
        let at = position(at);
        let last = self.text.last();
        self.gap = match (self.gap, class) {
            (Gap::None, Class::Apostrophe) if last.is_some() => Gap::Inner { mark: b'\'', at },
            (Gap::None, Class::Dot) if last.is_some_and(u8::is_ascii_digit) => {
                Gap::Inner { mark: b'.', at }
            }
            (gap, class) => {
                let (at, mut seen) = match gap {
                    Gap::None => (at, Seen::default()),
                    Gap::Inner { mark, at } => {
                        (at, Seen { dots: u32::from(mark == b'.'), ..Seen::default() })
                    }
                    Gap::Between { at, seen } => (at, seen),
                };
                seen.see(class, c);
                Gap::Between { at, seen }
            }
        };
    }

    /// Writes what stood between the last word and the letter or digit that comes now.
    fn close_gap(&mut self, digit: bool) {
        match std::mem::replace(&mut self.gap, Gap::None) {
            Gap::None => {}
            Gap::Inner { mark, at } if mark == b'\'' || digit => {
                self.push(mark, at);
            }
            Gap::Inner { at, .. } => self.separator(at, true),
            Gap::Between { at, seen } => self.separator(at, seen.ends_sentence()),
        }
    }

    fn separator(&mut self, at: u32, sentence: bool) {
        if !self.text.is_empty() {
            self.push(if sentence { b'\n' } else { b' ' }, at);
        }
    }

    /// One character of ASCII, and where it came from.
    fn push(&mut self, byte: u8, at: u32) {
        self.begin_run(at);
        self.text.push(byte);
    }
}

/// An offset in 32 bits; texts are cut at [`LIMIT`] before there is one that does not fit.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

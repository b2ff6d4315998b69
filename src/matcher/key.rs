//! Words as numbers, so that one is found among thousands in a few instructions.

use crate::text::Eight;

/// Bits of the filter for each word: few words pass by chance.
const FILTER_BITS: usize = 16;

/// What stands at a free place of a table.
const FREE: u32 = u32::MAX;

/// A word of a text as one number, by where it starts and ends: up to eight bytes it is the word
/// itself, filled up with zeros, of which a folded text has none; of longer ones it is a hash.
#[inline]
pub(super) fn short(text: &[u8], start: usize, end: usize) -> u64 {
    let Some(rest) = text.get(start..) else { return 0 };
    let len = end.wrapping_sub(start);
    let head = Eight::first(rest).number();
    if len > 8 { hash(head, rest.get(..len)) } else { head & first_bytes(len) }
}

/// The same of a word that stands alone.
pub(super) fn of(word: &str) -> u64 {
    short(word.as_bytes(), 0, word.len())
}

/// Whether such a number is the word itself, of ASCII: not of longer words, whatever they are of.
#[inline]
pub(super) fn is_ascii(number: u64) -> bool {
    number & u64::from_le_bytes([0x80; 8]) == 0
}

/// Of a word of more than eight bytes: its first and last eight, and how many there are; the highest
/// bit, of which ASCII makes no use, is set.
fn hash(head: u64, word: Option<&[u8]>) -> u64 {
    let word = word.unwrap_or_default();
    let tail = word.last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
    let left = u128::from(head ^ 0x9E37_79B9_7F4A_7C15);
    let right = u128::from(tail ^ 0xE703_7ED1_A0B4_28DB ^ ((word.len() as u64) << 57));
    let product = left * right;
    #[allow(clippy::cast_possible_truncation, reason = "the lower half is what is meant")]
    let low = product as u64;
    low ^ (product >> 64) as u64 | 1 << 63
}

/// The first eight bytes of a word that stands alone.
pub(super) fn head(word: &str) -> u64 {
    Eight::first(word.as_bytes()).number()
}

/// The bits of so many first bytes of eight.
#[inline]
pub(super) fn first_bytes(count: usize) -> u64 {
    const BITS: [u64; 9] = {
        let mut bits = [u64::MAX; 9];
        let mut count = 0;
        while count < 8 {
            bits[count] = (1 << (8 * count)) - 1;
            count += 1;
        }
        bits
    };
    BITS[count.min(8)]
}

/// Numbers by hash, of which several may have the same; the words themselves are not kept.
#[derive(Debug)]
pub(super) struct Marks {
    filter: Filter,
    /// Lower halves of hashes, and numbers.
    places: Vec<(u32, u32)>,
    shift: u32,
}

impl Marks {
    pub(super) fn new(marks: impl ExactSizeIterator<Item = (u64, u32)>) -> Self {
        let size = (marks.len() * 3 / 2).next_power_of_two().max(2);
        let mut new = Self {
            filter: Filter::new(marks.len()),
            places: vec![(0, FREE); size],
            shift: 64 - size.trailing_zeros(),
        };
        for (hash, number) in marks {
            new.filter.add(hash);
            let mut at = place(hash, new.shift);
            while new.places[at].1 != FREE {
                at = (at + 1) & (size - 1);
            }
            new.places[at] = (low(hash), number);
        }
        new
    }

    /// The numbers of a hash; most that are asked for have none.
    pub(super) fn of(&self, hash: u64) -> impl Iterator<Item = u32> {
        let mut at = place(hash, self.shift);
        let mut more = self.filter.may_have(hash);
        std::iter::from_fn(move || {
            while more {
                let (known, number) = *self.places.get(at)?;
                at = (at + 1) & (self.places.len() - 1);
                more = number != FREE;
                if more && known == low(hash) {
                    return Some(number);
                }
            }
            None
        })
    }
}

/// Bits by hash: what is not there is certain, what is there is likely.
#[derive(Debug)]
pub(super) struct Filter {
    bits: Vec<u64>,
    shift: u32,
}

impl Filter {
    /// One for so many hashes.
    pub(super) fn new(hashes: usize) -> Self {
        let bits = (hashes * FILTER_BITS).next_power_of_two().max(64);
        Self { bits: vec![0; bits / 64], shift: 64 - bits.trailing_zeros() }
    }

    pub(super) fn add(&mut self, hash: u64) {
        let bit = place(hash, self.shift);
        self.bits[bit / 64] |= 1 << (bit % 64);
    }

    pub(super) fn may_have(&self, hash: u64) -> bool {
        let bit = place(hash, self.shift);
        self.bits.get(bit / 64).is_some_and(|bits| bits & (1 << (bit % 64)) != 0)
    }
}

/// The upper bits of a hash, which differ the most.
pub(super) fn place(hash: u64, shift: u32) -> usize {
    usize::try_from(hash >> shift).unwrap_or(0)
}

/// The lower half of a hash.
pub(super) fn low(hash: u64) -> u32 {
    u32::try_from(hash & u64::from(u32::MAX)).unwrap_or(0)
}

/// A number of the matcher in 32 bits, of which there are enough for all words, slots and phrases.
pub(super) fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A hash whose upper bits differ, of a number whose lower ones do.
pub(super) fn spread(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

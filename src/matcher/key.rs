//! Words as numbers, so that one is found among thousands in a few instructions.
//!
//! Most words of a text are none of the packs. A filter of bits tells that at
//! a look; what passes it is looked up in a table that compares sixteen bytes
//! of a word at once. No word of a folded text holds a zero byte, so words
//! that are filled up with zeros are still told apart.

use crate::text::Eight;

/// Bits of the filter for each word: few words pass by chance.
const FILTER_BITS: usize = 16;

/// What stands at a free place of a table.
const FREE: u32 = u32::MAX;

/// A word as two numbers: all of it up to sixteen bytes, else its beginning and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    head: u64,
    tail: u64,
    len: usize,
}

impl Key {
    /// The longest word that is nothing but its key.
    pub(super) const WHOLE: usize = 16;

    pub(super) fn of(word: &str) -> Self {
        Self::within(word.as_bytes(), 0, word.len())
    }

    /// That of a word in a text, by where it starts and ends.
    #[inline]
    pub(super) fn within(text: &[u8], start: usize, end: usize) -> Self {
        Self::with_head(head(text, start, end), text, start, end)
    }

    /// The same where its [`head`] is known.
    #[inline]
    pub(super) fn with_head(head: u64, text: &[u8], start: usize, end: usize) -> Self {
        let len = end.saturating_sub(start);
        let tail = match text.get(start..end).and_then(<[u8]>::last_chunk) {
            // Of up to sixteen bytes, what stands in the head is shifted out.
            Some(last) if len > 8 => {
                u64::from_le_bytes(*last) >> (8 * Self::WHOLE.saturating_sub(len))
            }
            _ => 0,
        };
        Self { head, tail, len }
    }

    /// A number that differs in all its bits from that of other words.
    pub(super) fn hash(self) -> u64 {
        let left = u128::from(self.head ^ 0x9E37_79B9_7F4A_7C15);
        let right = u128::from(self.tail ^ 0xE703_7ED1_A0B4_28DB ^ ((self.len as u64) << 57));
        let product = left * right;
        #[allow(clippy::cast_possible_truncation, reason = "the lower half is what is meant")]
        let low = product as u64;
        low ^ (product >> 64) as u64
    }
}

/// The first eight bytes of a word in a text, by where it starts and ends: with text behind it, it
/// is read as it stands, eight bytes at once, and what is too much is taken off.
#[inline]
pub(super) fn head(text: &[u8], start: usize, end: usize) -> u64 {
    let eight = Eight::first(text.get(start..).unwrap_or_default());
    eight.number() & first_bytes(end.saturating_sub(start))
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

/// Some words, by key; of longer ones `is_spelled` has to say whether it is the one.
#[derive(Debug)]
pub(super) struct WordTable {
    filter: Filter,
    places: Vec<(Key, u32)>,
    /// How far a hash is shifted to be a place.
    shift: u32,
}

impl WordTable {
    /// A table in which each word stands for its number in the list.
    pub(super) fn new<'w>(words: impl ExactSizeIterator<Item = &'w str>) -> Self {
        let size = (words.len() * 2).next_power_of_two().max(2);
        let mut table = Self {
            filter: Filter::new(words.len()),
            places: vec![(Key { head: 0, tail: 0, len: 0 }, FREE); size],
            shift: 64 - size.trailing_zeros(),
        };
        for (n, word) in words.enumerate() {
            let key = Key::of(word);
            let hash = key.hash();
            table.filter.add(hash);
            let mut at = place(hash, table.shift);
            while table.places[at].1 != FREE {
                at = (at + 1) & (size - 1);
            }
            table.places[at] = (key, number(n));
        }
        table
    }

    /// The number of a word.
    pub(super) fn find(&self, key: Key, is_spelled: impl Fn(u32) -> bool) -> Option<u32> {
        let hash = key.hash();
        if !self.filter.may_have(hash) {
            return None;
        }
        let mut at = place(hash, self.shift);
        loop {
            let &(known, found) = self.places.get(at)?;
            if found == FREE {
                return None;
            }
            if known == key && (key.len <= Key::WHOLE || is_spelled(found)) {
                return Some(found);
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }
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

    /// Whether a hash has a number, where most that are asked for have.
    pub(super) fn have(&self, hash: u64) -> bool {
        let mut at = place(hash, self.shift);
        while let Some(&(known, _)) = self.places.get(at).filter(|place| place.1 != FREE) {
            if known == low(hash) {
                return true;
            }
            at = (at + 1) & (self.places.len() - 1);
        }
        false
    }

    /// The numbers of a hash, where most that are asked for have none.
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
fn place(hash: u64, shift: u32) -> usize {
    usize::try_from(hash >> shift).unwrap_or(0)
}

fn low(hash: u64) -> u32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Beginnings and middles of words of all lengths: near each other, and every one another word.
    fn words() -> Vec<String> {
        let long = "abcdefghijklmnopqrstuvwxyz";
        let mut words: Vec<String> = (1..=26)
            .flat_map(|len| (0..=26 - len).map(move |from| long[from..from + len].to_owned()))
            .collect();
        words.extend(["短信", "é", "aa", "aaa", "aaaa", "aaaaaaaa", "aaaaaaaaa"].map(String::from));
        words
    }

    #[test]
    fn words_of_up_to_sixteen_bytes_are_their_keys() {
        let words = words();
        for one in words.iter().filter(|word| word.len() <= Key::WHOLE) {
            for other in &words {
                assert_eq!(Key::of(one) == Key::of(other), one == other, "{one} {other}");
            }
        }
    }

    #[test]
    fn a_table_has_its_words_and_no_others() {
        let all = words();
        let (ours, others): (Vec<_>, Vec<_>) = all.iter().enumerate().partition(|(n, _)| n % 3 > 0);
        let ours: Vec<&str> = ours.into_iter().map(|(_, word)| word.as_str()).collect();
        let table = WordTable::new(ours.iter().copied());
        let find = |word: &str| table.find(Key::of(word), |n| ours[n as usize] == word);
        for (n, word) in ours.iter().enumerate() {
            assert_eq!(find(word), Some(u32::try_from(n).unwrap()), "{word}");
        }
        for (_, word) in others {
            assert_eq!(find(word), None, "{word}");
        }
        assert_eq!(WordTable::new([].into_iter()).find(Key::of("a"), |_| false), None);
    }
}

//! Eight bytes of a text at once, for what is asked of every byte.
//!
//! A `u64` holds them, the first one lowest. An answer for each is its highest
//! bit, of which bytes of ASCII make no use: a sum lifts the bytes of which
//! something holds over 127, and never reaches into the next.

/// The highest bits.
const HIGH: u64 = all(0x80);

/// Eight bytes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Eight(u64);

/// A byte eight times.
const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

impl Eight {
    /// The first eight bytes; where there are fewer, zeros stand behind them.
    #[inline]
    pub(crate) fn first(bytes: &[u8]) -> Self {
        let eight = bytes.first_chunk().copied().unwrap_or_else(|| filled_up(bytes));
        Self(u64::from_le_bytes(eight))
    }

    /// Both halves of sixteen.
    #[inline]
    pub(crate) fn both(bytes: [u8; 16]) -> [Self; 2] {
        [Self::first(&bytes[..8]), Self::first(&bytes[8..])]
    }

    /// All of them as a number.
    #[inline]
    pub(crate) fn number(self) -> u64 {
        self.0
    }

    /// Letters and digits in lower case; of other bytes this may make others.
    #[inline]
    pub(super) fn lower(self) -> [u8; 8] {
        (self.0 | all(b' ')).to_le_bytes()
    }

    /// Which are letters and digits of ASCII.
    #[inline]
    pub(super) fn words(self) -> u64 {
        let lower = Self(self.0 | all(b' '));
        let letters = lower.at_least(b'a') & !lower.at_least(b'z' + 1);
        let digits = self.at_least(b'0') & !self.at_least(b'9' + 1);
        (letters | digits) & !self.0 & HIGH
    }

    /// Which are this byte of ASCII.
    #[inline]
    pub(super) fn are(self, byte: u8) -> u64 {
        !(Self(self.0 ^ all(byte)).at_least(1) | self.0) & HIGH
    }

    /// Which are ASCII and below this byte.
    #[inline]
    pub(crate) fn are_below(self, byte: u8) -> u64 {
        !(self.at_least(byte) | self.0) & HIGH
    }

    /// Which are even.
    #[inline]
    pub(crate) fn are_even(self) -> u64 {
        !(self.0 << 7) & HIGH
    }

    /// Which are at least this byte, in the highest bits; of ASCII, and nothing else, this is true.
    #[inline]
    fn at_least(self, byte: u8) -> u64 {
        (self.0 & !HIGH) + all(0x80 - byte)
    }
}

/// Those of eight that are not among these, by their highest bits.
#[inline]
pub(super) fn others(bits: u64) -> u64 {
    !bits & HIGH
}

/// How many bytes stand before the first of those whose highest bits are given; eight before none.
#[inline]
pub(super) fn before_first(bits: u64) -> usize {
    bits.trailing_zeros() as usize / 8
}

/// The highest bits of eight side by side, the first one lowest.
#[inline]
pub(crate) fn gathered(bits: u64) -> u64 {
    // Each bit meets its place among the highest eight once.
    (bits & HIGH).wrapping_mul(0x0002_0408_1020_4081) >> 56
}

/// How many of eight there are, by their highest bits.
#[inline]
pub(crate) fn count(bits: u64) -> usize {
    // The sum of all bytes, in the highest one.
    ((bits >> 7).wrapping_mul(all(1)) >> 56) as usize
}

/// Fewer than eight bytes, and zeros; apart, so that the look at most bytes is short.
#[inline(never)]
fn filled_up(bytes: &[u8]) -> [u8; 8] {
    let mut eight = [0; 8];
    eight[..bytes.len()].copy_from_slice(bytes);
    eight
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked, as it is asked of one byte.
    type Asked = (fn(Eight) -> u64, fn(u8) -> bool);

    #[test]
    fn eight_bytes_answer_as_one_does() {
        let asked: [Asked; 5] = [
            (Eight::words, |byte| byte.is_ascii_alphanumeric()),
            (|eight| eight.are(b' '), |byte| byte == b' '),
            (|eight| eight.are(b'.'), |byte| byte == b'.'),
            (|eight| eight.are_below(b'\''), |byte| byte < b'\''),
            (Eight::are_even, |byte| byte % 2 == 0),
        ];
        let bytes: Vec<u8> = (0..=255).chain((0..=255).rev()).chain(*b" .aZ09'\n").collect();
        for (number, (of_eight, of_one)) in asked.into_iter().enumerate() {
            for eight in bytes.windows(8) {
                let bits = of_eight(Eight::first(eight)).to_le_bytes();
                let want = [0, 1, 2, 3, 4, 5, 6, 7].map(|at| u8::from(of_one(eight[at])) << 7);
                assert_eq!(bits, want, "question {number} of {eight:?}");
            }
        }
        assert_eq!(Eight::first(b"Ab 9").lower(), *b"ab 9    ");
        assert_eq!((before_first(0x80_0000), before_first(0)), (2, 8));
        assert_eq!([0, 0x80_0080, HIGH].map(count), [0, 2, 8]);
        assert_eq!([0, 0x80_0080, HIGH].map(gathered), [0, 0b101, 0xFF]);
        for one in 0..8 {
            assert_eq!(gathered(0x80 << (8 * one)), 1 << one);
        }
        let bytes = *b"the first second";
        assert_eq!(Eight::both(bytes), [&bytes[..8], &bytes[8..]].map(Eight::first));
    }
}

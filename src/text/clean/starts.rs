//! Words that lines begin with, or are, in any case: hundreds of them, of which nearly no line has one.

use super::lines::lowered;

/// So many bytes tell almost always that a text begins with none of them.
const LOOK: usize = 3;

/// Lower-case texts, indexed when the program is compiled.
#[derive(Debug)]
pub(super) struct Starts {
    all: &'static [&'static str],
    /// For each of the first places, and each byte there, a bit for every one that it fits.
    ///
    /// The low five bits stand for a byte. They are the same in both cases of an ASCII letter.
    fit: [[u128; 32]; LOOK],
}

impl Starts {
    pub(super) const fn new(all: &'static [&'static str]) -> Self {
        assert!(all.len() <= 128, "a bit for each");
        let mut fit = [[0; 32]; LOOK];
        let mut at = 0;
        while at < all.len() {
            let start = all[at].as_bytes();
            let mut place = 0;
            while place < LOOK {
                let mut low = 0;
                while low < 32 {
                    // Behind the end of a start, whatever stands there fits.
                    if place >= start.len() || start[place] & 31 == low {
                        fit[place][low as usize] |= 1 << at;
                    }
                    low += 1;
                }
                place += 1;
            }
            at += 1;
        }
        Self { all, fit }
    }

    /// Whether a text begins with one of them.
    #[inline]
    pub(super) fn begin(&self, text: &str) -> bool {
        let like = self.like(text);
        like != 0 && self.any(like, |start| starts_with(text, start))
    }

    /// Whether a text is one of them.
    #[inline]
    pub(super) fn are(&self, text: &str) -> bool {
        let like = self.like(text);
        like != 0
            && self.any(like, |whole| {
                let (text, whole) = behind_common(text, whole);
                lowered(text).eq(whole.chars())
            })
    }

    /// The bits of those that may stand at the beginning of a text: nearly always none.
    #[inline]
    fn like(&self, text: &str) -> u128 {
        let fit = |place: usize, byte: u8| self.fit[place][usize::from(byte & 31)];
        let [first, second, third] = first_bytes(text);
        fit(0, first) & fit(1, second) & fit(2, third)
    }

    /// Whether something holds for one of those whose bits are given.
    fn any(&self, mut bits: u128, holds: impl Fn(&str) -> bool) -> bool {
        while bits != 0 {
            if holds(self.all[bits.trailing_zeros() as usize]) {
                return true;
            }
            bits &= bits - 1;
        }
        false
    }
}

/// The bytes that a text begins with in lower case, or, if all are ASCII, in either; 0 for those that it lacks.
#[inline]
fn first_bytes(text: &str) -> [u8; LOOK] {
    match *text.as_bytes() {
        [first, second, third, ..] if (first | second | third).is_ascii() => [first, second, third],
        _ => first_lowered_bytes(text),
    }
}

/// The same of any text; apart, so that the look at most texts is short.
#[inline(never)]
fn first_lowered_bytes(text: &str) -> [u8; LOOK] {
    let mut bytes = lowered(text).flat_map(|c| {
        let mut bytes = [0; 4];
        let length = c.encode_utf8(&mut bytes).len();
        bytes.into_iter().take(length)
    });
    [(); LOOK].map(|()| bytes.next().unwrap_or(0))
}

/// Whether a text begins with a lower-case start, in any case.
pub(super) fn starts_with(text: &str, start: &str) -> bool {
    let (text, start) = behind_common(text, start);
    if start.is_empty() {
        return true;
    }
    let mut letters = lowered(text);
    !text.starts_with(|c: char| c.is_ascii())
        && start.chars().all(|wanted| letters.next() == Some(wanted))
}

/// What of a text and of a lower-case one is left behind the ASCII that both begin with.
fn behind_common<'a>(text: &'a str, lower: &'a str) -> (&'a str, &'a str) {
    let common = text
        .bytes()
        .zip(lower.bytes())
        .take_while(|(byte, lower)| byte.is_ascii() && byte.to_ascii_lowercase() == *lower)
        .count();
    (&text[common..], &lower[common..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &[&str] = &["de", "för", "a", "à", "à bord", "kelvin", "от кого", "发件人", "--"];

    #[test]
    fn a_look_at_three_bytes_loses_none() {
        static STARTS: Starts = Starts::new(WORDS);
        let upper = |word: &&str| word.chars().flat_map(char::to_uppercase).collect::<String>();
        let mut texts: Vec<String> = WORDS.iter().map(upper).collect();
        texts.extend(WORDS.iter().map(|word| (*word).to_owned()));
        texts.extend(
            ["", "d", "f", "fö", "\u{212A}elvin", "\u{130}", "от", "发", "-", "é"]
                .map(String::from),
        );
        texts.extend(texts.clone().iter().map(|text| format!("{text} more")));
        for text in &texts {
            let small: String = lowered(text).collect();
            let begins = WORDS.iter().any(|word| small.starts_with(word));
            assert_eq!(STARTS.begin(text), begins, "{text:?}");
            assert_eq!(STARTS.are(text), WORDS.contains(&&*small), "{text:?}");
        }
    }
}

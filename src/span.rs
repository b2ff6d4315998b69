//! Byte ranges.

use std::fmt;
use std::ops::Range;

/// A range of bytes in a text, end excluded.
///
/// Spans that leave the library are ranges of a field *as it came*: whatever
/// was folded or masked on the way, `&field[span.range()]` is what the
/// customer typed.
///
/// ```
/// use triage::Span;
///
/// let span = Span::new(4, 12);
/// assert_eq!(&"the iMessage app"[span.range()], "iMessage");
/// assert_eq!(span.len(), 8);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end`; an end before the start makes an empty span.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The number of bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether there is no byte in it.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The span as a range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether the two share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether every byte of `other` is in this one.
    pub fn holds(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether every byte of `other` is in this one, and this one is longer.
    pub fn strictly_holds(self, other: Self) -> bool {
        self.holds(other) && self.len() > other.len()
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// The beginning of a text: at most so many bytes, and whole characters.
// `str::floor_char_boundary` is younger than the oldest Rust that we support.
pub(crate) fn head(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

//! Counts, shares, and how far a share can be trusted.

use std::fmt;

use serde::{Serialize, Serializer};

/// The 97.5 % point of the normal distribution: two of them hold 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Between what bounds a share lies, with 95 % confidence.
///
/// ```
/// use triage::eval::Interval;
///
/// let all_right = Interval::wilson(10, 10);
/// assert_eq!(format!("{:.3} to {:.3}", all_right.low, all_right.high), "0.722 to 1.000");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

/// A share, or what is worked out from shares, with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The value that was measured.
    #[serde(serialize_with = "rounded")]
    pub value: f64,
    /// The lower bound.
    #[serde(serialize_with = "rounded")]
    pub low: f64,
    /// The upper bound.
    #[serde(serialize_with = "rounded")]
    pub high: f64,
}

/// What became of an issue's tickets: counts, and the figures made of them.
///
/// ```
/// use triage::eval::Score;
///
/// let score = Score { right: 8, wrong: 2, missed: 8, found: 10 };
/// let value = |figure: Option<triage::eval::Figure>| figure.map(|figure| figure.value);
/// assert_eq!((value(score.precision()), value(score.recall())), (Some(0.8), Some(0.5)));
/// assert_eq!(value(score.found_recall()), Some(0.625), "two more are in review");
/// assert_eq!(value(Score::default().precision()), None, "nothing was answered");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Answers that would go out, and are right.
    pub right: u64,
    /// Answers that would go out, and are wrong.
    pub wrong: u64,
    /// Labels that no answer that would go out is about.
    pub missed: u64,
    /// Labels that an answer is about, or the best guess of a ticket in review.
    pub found: u64,
}

impl Interval {
    /// Wilson's score interval of a share: `count` of `of`; everything if there is nothing.
    pub fn wilson(count: u64, of: u64) -> Self {
        if of == 0 {
            return Self { low: 0.0, high: 1.0 };
        }
        let (n, p) = (float(of), float(count) / float(of));
        let middle = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        // Rounding must not leave the value outside its own interval.
        Self {
            low: ((middle - half) / scale).clamp(0.0, p),
            high: ((middle + half) / scale).clamp(p, 1.0),
        }
    }
}

impl Figure {
    /// A share with Wilson's interval; none of nothing.
    pub fn share(count: u64, of: u64) -> Option<Self> {
        let Interval { low, high } = Interval::wilson(count, of);
        (of > 0).then(|| Self { value: float(count) / float(of), low, high })
    }

    /// The mean of figures that do not depend on each other.
    ///
    /// The interval is put together from theirs as Zou and Donner do it (MOVER): the
    /// distances to the bounds add up by their squares.
    pub fn mean(figures: &[Self]) -> Option<Self> {
        let count = u32::try_from(figures.len()).ok().filter(|count| *count > 0)?;
        let over = |part: &dyn Fn(&Self) -> f64| figures.iter().map(part).sum::<f64>();
        let value = over(&|figure| figure.value) / f64::from(count);
        let below = over(&|figure| (figure.value - figure.low).powi(2)).sqrt() / f64::from(count);
        let above = over(&|figure| (figure.high - figure.value).powi(2)).sqrt() / f64::from(count);
        Some(Self { value, low: (value - below).max(0.0), high: (value + above).min(1.0) })
    }
}

impl fmt::Display for Figure {
    /// `0.95 (0.88–0.98)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} ({:.2}–{:.2})", self.value, self.low, self.high)
    }
}

impl Score {
    /// Of the answers that would go out, how many are right.
    pub fn precision(&self) -> Option<Figure> {
        Figure::share(self.right, self.right + self.wrong)
    }

    /// Of the labels, how many get an answer that would go out.
    pub fn recall(&self) -> Option<Figure> {
        Figure::share(self.right, self.labels())
    }

    /// Of the labels, how many are found, review included.
    pub fn found_recall(&self) -> Option<Figure> {
        Figure::share(self.found, self.labels())
    }

    /// The harmonic mean of precision and recall.
    ///
    /// It is `2j / (1 + j)`, where `j` is the share of `right` among right, wrong and
    /// missed. Wilson's interval is that of `j`; its bounds go through the same formula,
    /// which always ascends.
    pub fn f1(&self) -> Option<Figure> {
        let share = Figure::share(self.right, self.right + self.wrong + self.missed)?;
        let f1 = |share: f64| 2.0 * share / (1.0 + share);
        Some(Figure { value: f1(share.value), low: f1(share.low), high: f1(share.high) })
    }

    /// How many tickets are labelled so.
    pub fn labels(&self) -> u64 {
        self.right + self.missed
    }

    /// How many answers would go out.
    pub fn answers(&self) -> u64 {
        self.right + self.wrong
    }

    pub(super) fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
        self.found += other.found;
    }
}

/// Six decimals in JSON: the rest is the machine's, and no count's.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "what serde gives")]
pub(super) fn rounded<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64((value * 1e6).round() / 1e6)
}

/// How likely a split at least as uneven is by chance alone: the exact sign test, both sides.
pub(super) fn sign_test(one: u64, other: u64) -> f64 {
    let (n, few) = (one + other, one.min(other));
    // Logarithms, since the binomials overflow.
    let mut log = -float(n) * std::f64::consts::LN_2;
    let mut sum = 0.0;
    for k in 0..=few {
        sum += log.exp();
        log += (float(n - k) / float(k + 1)).ln();
    }
    f64::min(2.0 * sum, 1.0)
}

/// A count as a number to reckon with: no export has 2^53 tickets.
#[allow(clippy::cast_precision_loss, reason = "exact up to 2^53")]
pub(super) fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(left: f64, right: f64) {
        assert!((left - right).abs() < 5e-5, "{left} is not {right}");
    }

    /// Newcombe (1998), Two-sided confidence intervals for the single proportion, Table I, method 3.
    #[test]
    fn wilson_intervals_are_those_of_the_literature() {
        for (count, of, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let interval = Interval::wilson(count, of);
            near(interval.low, low);
            near(interval.high, high);
        }
        assert_eq!(Interval::wilson(0, 0), Interval { low: 0.0, high: 1.0 });
    }

    #[test]
    fn figures_are_those_of_a_hand() {
        let score = Score { right: 6, wrong: 2, missed: 4, found: 7 };
        near(score.precision().unwrap().value, 0.75);
        near(score.recall().unwrap().value, 0.6);
        near(score.found_recall().unwrap().value, 0.7);
        let f1 = score.f1().unwrap();
        near(f1.value, 2.0 * 0.75 * 0.6 / 1.35);
        // 6 of 12 has [0.2538, 0.7462]; 2j / (1 + j) of these.
        near(f1.low, 0.40485);
        near(f1.high, 0.85466);
        assert_eq!(Score { missed: 3, ..Score::default() }.precision(), None);
        near(Score { missed: 3, ..Score::default() }.f1().unwrap().value, 0.0);
    }

    #[test]
    fn a_mean_of_one_is_itself_and_of_many_is_surer() {
        let half = Figure { value: 0.5, low: 0.3, high: 0.6 };
        assert_eq!(Figure::mean(&[]), None);
        let one = Figure::mean(&[half]).unwrap();
        near(one.low, 0.3);
        near(one.high, 0.6);
        let four = Figure::mean(&[half; 4]).unwrap();
        near(four.value, 0.5);
        near(four.low, 0.4);
        near(four.high, 0.55);
    }

    #[test]
    fn the_sign_test_is_exact() {
        near(sign_test(0, 0), 1.0);
        near(sign_test(3, 3), 1.0);
        // Two sides of 1 in 32, and of 11 in 1024.
        near(sign_test(5, 0), 0.0625);
        near(sign_test(1, 9), 0.02148);
        assert!(sign_test(600, 400) < 1e-9, "large counts neither overflow nor vanish to chance");
    }
}

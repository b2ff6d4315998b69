//! From confidences and whether they were right to a table that only ascends.

use std::collections::BTreeMap;

use super::figures::float;
use crate::packs::Calibration;

/// Fewer answers than this say nothing about ten kinds of sureness.
pub const LEAST_FOR_CALIBRATION: u64 = 30;

/// A point of the table rests on at least so many answers.
const LEAST_FOR_POINT: u64 = 10;

/// Answers by their raw confidence. Confidences come from small whole numbers, so there are few.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sureness {
    /// By the bits of the confidence, whose order is that of the numbers where none is negative.
    by_confidence: BTreeMap<u64, Pool>,
}

/// Answers that are taken together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Pool {
    answers: u64,
    right: u64,
    /// The sum of the confidences.
    sum: f64,
}

impl Pool {
    fn add(&mut self, other: Self) {
        self.answers += other.answers;
        self.right += other.right;
        self.sum += other.sum;
    }

    fn confidence(&self) -> f64 {
        self.sum / float(self.answers)
    }

    /// Laplace's rule: as if one more had been right and one more wrong, so that ten of ten are not certainty.
    fn share(&self) -> f64 {
        float(self.right + 1) / float(self.answers + 2)
    }
}

impl Sureness {
    pub(super) fn note(&mut self, raw: f64, right: bool) {
        let pool = Pool { answers: 1, right: u64::from(right), sum: raw };
        self.by_confidence.entry(raw.max(0.0).to_bits()).or_default().add(pool);
    }

    pub(super) fn answers(&self) -> u64 {
        self.by_confidence.values().map(|pool| pool.answers).sum()
    }

    /// The table: isotonic regression by pooling adjacent violators.
    pub(super) fn fit(&self) -> Calibration {
        let mut pools: Vec<Pool> = Vec::new();
        for &pool in self.by_confidence.values() {
            match pools.last_mut() {
                Some(last) if last.answers < LEAST_FOR_POINT => last.add(pool),
                _ => pools.push(pool),
            }
        }
        if let [.., before, last] = pools.as_mut_slice()
            && last.answers < LEAST_FOR_POINT
        {
            before.add(*last);
            pools.pop();
        }
        let mut kept: Vec<Pool> = Vec::new();
        for mut pool in pools {
            while let Some(last) = kept.last().filter(|last| last.share() >= pool.share()) {
                pool.add(*last);
                kept.pop();
            }
            kept.push(pool);
        }
        let round = |value: f64| (value * 1000.0).round() / 1000.0;
        let mut table: Vec<(f64, f64)> =
            kept.iter().map(|pool| (round(pool.confidence()), round(pool.share()))).collect();
        table.dedup_by(|next, last| next.0 <= last.0);
        Calibration { tickets: self.answers(), table }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sureness(groups: &[(f64, u64, u64)]) -> Sureness {
        let mut sureness = Sureness::default();
        for &(raw, right, wrong) in groups {
            (0..right).for_each(|_| sureness.note(raw, true));
            (0..wrong).for_each(|_| sureness.note(raw, false));
        }
        sureness
    }

    #[test]
    fn what_ascends_is_kept_and_smoothed() {
        // 9 of 18 and 17 of 18, each with one more right and one more wrong.
        let fit = sureness(&[(0.6, 9, 9), (0.8, 17, 1)]).fit();
        assert_eq!(fit, Calibration { tickets: 36, table: vec![(0.6, 0.5), (0.8, 0.9)] });
    }

    #[test]
    fn what_falls_is_pooled() {
        // 14 of 18 before 9 of 18: together 23 of 36, in the middle of both; then 18 of 18.
        let fit = sureness(&[(0.5, 14, 4), (0.7, 9, 9), (0.9, 18, 0)]).fit();
        assert_eq!(fit.table, [(0.6, 0.632), (0.9, 0.95)]);
        // The third falls below both, so all are one.
        let fit = sureness(&[(0.5, 10, 10), (0.7, 12, 8), (0.9, 0, 20)]).fit();
        assert_eq!(fit.table, [(0.7, 0.371)]);
    }

    #[test]
    fn a_point_rests_on_ten_answers_and_more() {
        let fit = sureness(&[(0.5, 2, 2), (0.6, 8, 8), (0.8, 18, 0), (0.9, 0, 3)]).fit();
        // 0.5 goes with 0.6, and the three of 0.9 with those before.
        assert_eq!(fit.table, [(0.58, 0.5), (0.814, 0.826)]);
    }

    proptest! {
        #[test]
        fn the_table_always_ascends(
            answers in prop::collection::vec((0u32..=40, any::<bool>()), 1..400),
        ) {
            let mut sureness = Sureness::default();
            for &(raw, right) in &answers {
                sureness.note(f64::from(raw) / 40.0, right);
            }
            let fit = sureness.fit();
            prop_assert!(!fit.table.is_empty());
            for pair in fit.table.windows(2) {
                prop_assert!(pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1, "{:?}", fit.table);
            }
            for &(confidence, right) in &fit.table {
                prop_assert!((0.0..=1.0).contains(&confidence) && right > 0.0 && right < 1.0);
            }
        }
    }
}

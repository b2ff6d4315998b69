//! From hits to a verdict: points, thresholds, margins, gates.
//!
//! Not here: finding the hits, and what is written to the customer.

use crate::answer::{Gate, HINT, Weight};
use crate::clause::State;
use crate::span::Span;
use crate::ticket::Field;

/// What the decision needs to know of an issue.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) id: String,
    /// The same for an issue in every language.
    pub(crate) topic: usize,
    pub(crate) threshold: u32,
    pub(crate) margin: u32,
    /// How many needs it has.
    pub(crate) needs: usize,
}

/// A hit, as far as points go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    /// The phrase or regex, by number.
    pub(crate) rule: usize,
    pub(crate) field: Field,
    pub(crate) span: Span,
    /// Whether the words stand next to each other.
    pub(crate) whole: bool,
    /// The parts of a phrase with `&`, if it is one: places in a list of spans.
    pub(crate) parts: (usize, usize),
    pub(crate) kind: Kind,
    /// What the clause around it makes of it: only what is said counts.
    pub(crate) state: State,
    /// Filled in by [`Judge::decide`].
    pub(crate) weight: Weight,
}

impl Mark {
    /// A fact that was read: nothing is decided by it.
    pub(crate) fn of_fact(rule: usize, field: Field, span: Span) -> Self {
        Self {
            rule,
            field,
            span,
            whole: true,
            parts: (0, 0),
            kind: Kind::Other,
            state: State::Said,
            weight: Weight::None,
        }
    }

    /// Whether it tells of a step that was taken, in words that stand near each other.
    fn is_step_taken(&self) -> bool {
        self.kind == Kind::Step && self.state == State::Said && self.parts.0 == self.parts.1
    }

    /// The words that it is made of.
    fn words<'m>(&'m self, parts: &'m [Span]) -> &'m [Span] {
        match parts.get(self.parts.0..self.parts.1) {
            None | Some([]) => std::slice::from_ref(&self.span),
            Some(parts) => parts,
        }
    }
}

/// What a mark is to the issues, which are known by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Points {
        issue: usize,
        points: u32,
    },
    Need {
        issue: usize,
        need: usize,
    },
    Not {
        issue: usize,
    },
    /// A fix that the customer may have tried.
    Step,
    /// Guards, facts.
    Other,
}

impl Kind {
    /// Whether it tells a trouble: a hint fits, whatever is said of it.
    pub(crate) fn is_symptom(self) -> bool {
        matches!(self, Self::Points { points, .. } if points > HINT)
    }
}

/// An issue's standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) issue: usize,
    pub(crate) points: u32,
    pub(crate) gate: Gate,
}

/// The outcome.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Verdict {
    /// All issues with points or marks, each in the language in which it is strongest, the strongest first.
    pub(crate) standings: Vec<Standing>,
    /// The leading issue, if it is worth a look at all.
    pub(crate) best: Option<usize>,
    /// Whether it reaches its threshold.
    pub(crate) reached: bool,
    /// The strongest rival that is too close, and the lead over it.
    pub(crate) too_close: Option<(usize, u32)>,
    /// Issues that stand on words of their own: second troubles.
    pub(crate) companions: Vec<usize>,
    /// All others that reach their thresholds.
    pub(crate) others: Vec<usize>,
    /// How sure the best is, if it reaches its threshold; else 0.
    pub(crate) confidence: f64,
}

impl Verdict {
    /// Whether there is an answer that nothing comes near.
    pub(crate) fn is_clear(&self) -> bool {
        self.reached && self.too_close.is_none()
    }

    /// As of a ticket in which nothing was found.
    fn clear(&mut self) {
        let Self { standings, best, reached, too_close, companions, others, confidence } = self;
        standings.clear();
        companions.clear();
        others.clear();
        (*best, *reached, *too_close, *confidence) = (None, false, None, 0.0);
    }
}

/// Judges tickets; keeps its buffers from one to the next.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    tally: Tally,
    weighing: Weighing,
    topics: Vec<usize>,
}

impl Judge {
    /// Judges the marks of a ticket, in its order, of which `parts` are parts; notes in each whether
    /// it counted.
    pub(crate) fn decide(
        &mut self,
        terms: &[Terms],
        marks: &mut [Mark],
        parts: &[Span],
        verdict: &mut Verdict,
    ) {
        verdict.clear();
        if marks.is_empty() {
            return;
        }
        self.tally.count(terms, marks);
        self.weighing.weigh(terms, marks, &self.tally);
        self.tally.add_points(marks);
        verdict.standings.extend_from_slice(&self.tally.standings);
        order(terms, &mut verdict.standings);
        self.topics.clear();
        verdict.standings.retain(|standing| {
            let topic = terms[standing.issue].topic;
            let is_new = !self.topics.contains(&topic);
            self.topics.extend(is_new.then_some(topic));
            is_new
        });
        rule(terms, marks, parts, verdict);
    }
}

/// The strongest first: by points by threshold, so that issues with different thresholds compare; ties by id.
fn order(terms: &[Terms], standings: &mut [Standing]) {
    standings.sort_unstable_by(|a, b| {
        let (left, right) = (&terms[a.issue], &terms[b.issue]);
        let blocked = |standing: &Standing| standing.gate != Gate::Open;
        let share = (u64::from(b.points) * u64::from(left.threshold))
            .cmp(&(u64::from(a.points) * u64::from(right.threshold)));
        blocked(a)
            .cmp(&blocked(b))
            .then(share)
            .then_with(|| left.id.cmp(&right.id))
            .then(a.issue.cmp(&b.issue))
    });
}

/// What follows from the standings.
fn rule(terms: &[Terms], marks: &[Mark], parts: &[Span], verdict: &mut Verdict) {
    let Some(best) = verdict.standings.first().copied().filter(|best| worth_a_look(best, terms))
    else {
        return;
    };
    let reaches = |standing: &Standing| {
        standing.gate == Gate::Open && standing.points >= terms[standing.issue].threshold
    };
    verdict.best = Some(best.issue);
    verdict.reached = reaches(&best);
    let mut rival = 0;
    for other in verdict.standings.iter().skip(1).filter(|other| reaches(other)) {
        verdict.others.push(other.issue);
        if apart(marks, parts, other.issue, best.issue) >= terms[other.issue].threshold {
            verdict.companions.push(other.issue);
            continue;
        }
        rival = rival.max(other.points);
        let lead = best.points.saturating_sub(other.points);
        if lead < terms[best.issue].margin && verdict.too_close.is_none() {
            verdict.too_close = Some((other.issue, lead));
        }
    }
    if verdict.reached {
        verdict.confidence = confidence(best.points, rival, terms[best.issue].threshold);
    }
}

/// Half of what an issue takes is worth a person's look; less is noise.
fn worth_a_look(standing: &Standing, terms: &[Terms]) -> bool {
    standing.gate == Gate::Open
        && standing.points > 0
        && standing.points * 2 >= terms[standing.issue].threshold
}

/// Evidence against rival evidence and half a threshold of doubt: two thirds at the threshold with no rival.
fn confidence(points: u32, rival: u32, threshold: u32) -> f64 {
    let (points, rival, threshold) = (f64::from(points), f64::from(rival), f64::from(threshold));
    points / (points + rival + threshold / 2.0)
}

/// Gates and points by issue; only issues that have a mark are in it.
#[derive(Debug, Default)]
struct Tally {
    standings: Vec<Standing>,
    /// Where an issue is in `standings`.
    index: Vec<Option<usize>>,
    /// The needs that are met.
    needs: Vec<(usize, usize)>,
}

impl Tally {
    /// Notes which issues the marks are about, and which of them are kept back.
    fn count(&mut self, terms: &[Terms], marks: &[Mark]) {
        self.index.resize(terms.len(), None);
        for standing in self.standings.drain(..) {
            self.index[standing.issue] = None;
        }
        self.needs.clear();
        for mark in marks {
            match mark.kind {
                Kind::Points { issue, .. } if mark.state == State::Said => {
                    self.standing(issue);
                }
                Kind::Need { issue, need } => self.needs.push((issue, need)),
                Kind::Not { issue } => self.standing(issue).gate = Gate::NotHit,
                Kind::Points { .. } | Kind::Step | Kind::Other => {}
            }
        }
        self.needs.sort_unstable();
        self.needs.dedup();
        for standing in &mut self.standings {
            let met = self.needs.partition_point(|need| need.0 <= standing.issue)
                - self.needs.partition_point(|need| need.0 < standing.issue);
            if met < terms[standing.issue].needs && standing.gate == Gate::Open {
                standing.gate = Gate::NeedMissing;
            }
        }
    }

    fn standing(&mut self, issue: usize) -> &mut Standing {
        let at = *self.index[issue].get_or_insert_with(|| {
            self.standings.push(Standing { issue, points: 0, gate: Gate::Open });
            self.standings.len() - 1
        });
        &mut self.standings[at]
    }

    fn is_open(&self, issue: usize) -> bool {
        self.index[issue].is_some_and(|at| self.standings[at].gate == Gate::Open)
    }

    fn add_points(&mut self, marks: &[Mark]) {
        for mark in marks.iter().filter(|mark| mark.weight == Weight::Counted) {
            if let Kind::Points { issue, points } = mark.kind {
                let standing = self.standing(issue);
                standing.points = standing.points.saturating_add(points);
            }
        }
    }
}

/// Which marks count; buffers that are used again.
#[derive(Debug, Default)]
struct Weighing {
    order: Vec<usize>,
    /// Marks that began before and have not ended: whatever holds a mark is among them.
    around: Vec<usize>,
    /// For each rule the last run in which it counted, and the number of this one.
    counted: Vec<u64>,
    run: u64,
}

impl Weighing {
    /// Decides which marks count: each phrase once, and none whose words belong to a longer phrase of another issue.
    ///
    /// A hint belongs to every issue: naming the service proves nothing either way.
    fn weigh(&mut self, terms: &[Terms], marks: &mut [Mark], tally: &Tally) {
        let Self { order, around, counted, run } = self;
        order.clear();
        order.extend(0..marks.len());
        // Of those that start together the longer one comes first, a step before a symptom.
        let start = |n: usize| (marks[n].field, marks[n].span.start);
        for together in order.chunk_by_mut(|&one, &next| start(one) == start(next)) {
            together.reverse();
            let end = |n: usize| marks[n].span.end;
            for alike in together.chunk_by_mut(|&one, &next| end(one) == end(next)) {
                alike.reverse();
                if alike.iter().any(|&n| marks[n].is_step_taken()) {
                    alike.sort_by_key(|&n| !marks[n].is_step_taken());
                }
            }
        }
        around.clear();
        for &n in order.iter() {
            let mark = marks[n];
            if mark.state != State::Said {
                marks[n].weight = Weight::NotMeant(mark.state);
                continue;
            }
            let Kind::Points { issue, points } = mark.kind else {
                marks[n].weight = Weight::None;
                if mark.is_step_taken() {
                    around.push(n);
                }
                continue;
            };
            if points <= HINT {
                marks[n].weight = Weight::Counted;
                continue;
            }
            around.retain(|&m| marks[m].field == mark.field && marks[m].span.end > mark.span.start);
            let claims = |m: usize| match marks[m].kind {
                Kind::Points { issue: other, points: its } => {
                    terms[other].topic != terms[issue].topic
                        && its >= points
                        && marks[m].whole
                        && tally.is_open(other)
                        && marks[m].span.strictly_holds(mark.span)
                }
                _ => false,
            };
            // "Selected my number again" tells what was done, and not what is wrong.
            let step = |m: usize| marks[m].is_step_taken() && marks[m].span.holds(mark.span);
            let by = around.iter().copied().find(|&m| mark.whole && claims(m) || step(m));
            // Only words side by side hold others.
            if mark.whole {
                around.push(n);
            }
            marks[n].weight = by.map_or(Weight::Counted, |by| Weight::Claimed { by });
        }
        *run += 1;
        for mark in marks.iter_mut().filter(|mark| mark.weight == Weight::Counted) {
            if counted.len() <= mark.rule {
                counted.resize(mark.rule + 1, 0);
            }
            if std::mem::replace(&mut counted[mark.rule], *run) == *run {
                mark.weight = Weight::Repeated;
            }
        }
    }
}

/// The points that an issue has on words that the best issue does not use.
fn apart(marks: &[Mark], parts: &[Span], issue: usize, best: usize) -> u32 {
    let of = |wanted: usize| {
        marks.iter().filter_map(move |mark| match mark.kind {
            Kind::Points { issue, points } if issue == wanted => Some((mark, points)),
            _ => None,
        })
    };
    let is_out = |mark: &Mark| matches!(mark.weight, Weight::Claimed { .. } | Weight::NotMeant(_));
    let mut used: Vec<(Field, Span)> = of(best)
        .filter(|(mark, _)| !is_out(mark))
        .flat_map(|(mark, _)| mark.words(parts).iter().map(|span| (mark.field, *span)))
        .collect();
    used.sort_unstable();
    // Joined where they overlap, so that one look finds whether a word is used.
    used.dedup_by(|next, last| {
        let joined = next.0 == last.0 && next.1.start < last.1.end;
        if joined {
            last.1.end = last.1.end.max(next.1.end);
        }
        joined
    });
    let is_used = |mark: &Mark| {
        mark.words(parts).iter().all(|part| {
            let before =
                used.partition_point(|(field, span)| (*field, span.start) < (mark.field, part.end));
            before
                .checked_sub(1)
                .is_some_and(|n| used[n].0 == mark.field && used[n].1.overlaps(*part))
        })
    };
    let mut rules: Vec<(usize, u32)> = of(issue)
        .filter(|(mark, _)| !is_out(mark) && !is_used(mark))
        .map(|(mark, points)| (mark.rule, points))
        .collect();
    rules.sort_unstable();
    rules.dedup();
    rules.iter().fold(0, |sum, (_, points)| sum.saturating_add(*points))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a` and `b` take 4 points with a margin of 2; `a` has one need.
    fn terms() -> Vec<Terms> {
        let terms = |id: &str, topic, needs| {
            let id = id.to_owned();
            Terms { id, topic, threshold: 4, margin: 2, needs }
        };
        vec![terms("a", 0, 1), terms("b", 1, 0), terms("c", 2, 0), terms("c", 2, 0)]
    }

    fn decide(terms: &[Terms], marks: &mut [Mark], parts: &[Span]) -> Verdict {
        let mut verdict = Verdict::default();
        Judge::default().decide(terms, marks, parts, &mut verdict);
        verdict
    }

    fn points(rule: usize, issue: usize, points: u32, span: std::ops::Range<usize>) -> Mark {
        Mark { kind: Kind::Points { issue, points }, ..mark(rule, span) }
    }

    fn mark(rule: usize, span: std::ops::Range<usize>) -> Mark {
        Mark {
            rule,
            field: Field::Body,
            span: span.into(),
            whole: true,
            parts: (0, 0),
            kind: Kind::Other,
            state: State::Said,
            weight: Weight::None,
        }
    }

    fn need(span: std::ops::Range<usize>) -> Mark {
        Mark { kind: Kind::Need { issue: 0, need: 0 }, ..mark(90, span) }
    }

    #[test]
    fn a_phrase_counts_once_a_ticket() {
        let mut marks = [points(0, 1, 3, 0..5), points(0, 1, 3, 10..15)];
        let verdict = decide(&terms(), &mut marks, &[]);
        assert_eq!(verdict.standings[0].points, 3);
        assert!(!verdict.reached);
        assert_eq!(verdict.best, Some(1), "three of four points are worth a look");
    }

    #[test]
    fn a_need_or_a_not_keeps_an_issue_back() {
        assert_eq!(decide(&terms(), &mut [points(0, 0, 9, 0..5)], &[]).best, None);
        let verdict = decide(&terms(), &mut [points(0, 0, 9, 0..5), need(7..9)], &[]);
        assert!(verdict.reached);
        let not = Mark { kind: Kind::Not { issue: 0 }, ..mark(91, 20..25) };
        assert_eq!(decide(&terms(), &mut [points(0, 0, 9, 0..5), need(7..9), not], &[]).best, None);
    }

    #[test]
    fn a_rival_on_the_same_words_needs_a_margin() {
        let verdict = decide(&terms(), &mut [points(0, 1, 5, 0..5), points(1, 2, 4, 3..8)], &[]);
        assert_eq!((verdict.best, verdict.too_close), (Some(1), Some((2, 1))));
        let verdict = decide(&terms(), &mut [points(0, 1, 6, 0..5), points(1, 2, 4, 3..8)], &[]);
        assert_eq!(
            (verdict.best, verdict.too_close, verdict.others.as_slice()),
            (Some(1), None, &[2][..])
        );
    }

    #[test]
    fn an_issue_on_its_own_words_is_a_second_trouble() {
        let verdict = decide(&terms(), &mut [points(0, 1, 4, 0..5), points(1, 2, 4, 10..15)], &[]);
        assert_eq!(
            (verdict.best, verdict.too_close, verdict.companions.as_slice()),
            (Some(1), None, &[2][..])
        );
    }

    #[test]
    fn the_longer_phrase_claims_its_words() {
        let mut marks = [points(0, 1, 4, 0..8), points(1, 2, 4, 0..20)];
        let verdict = decide(&terms(), &mut marks, &[]);
        assert_eq!((verdict.best, verdict.others.len()), (Some(2), 0));
        assert_eq!(marks[0].weight, Weight::Claimed { by: 1 });
        // But not if it is worth less, or its issue is kept back.
        assert_eq!(
            decide(&terms(), &mut [points(0, 1, 4, 0..8), points(1, 2, 3, 0..20)], &[]).best,
            Some(1)
        );
        assert_eq!(
            decide(&terms(), &mut [points(0, 1, 4, 0..8), points(1, 0, 4, 0..20)], &[]).best,
            Some(1)
        );
    }

    #[test]
    fn ties_go_by_id_whatever_the_order() {
        let one = decide(&terms(), &mut [points(0, 2, 4, 0..5), points(1, 1, 4, 0..5)], &[]);
        let two = decide(&terms(), &mut [points(1, 1, 4, 0..5), points(0, 2, 4, 0..5)], &[]);
        assert_eq!((one.best, one.too_close), (Some(1), Some((2, 0))));
        assert_eq!(one, two);
    }

    #[test]
    fn an_issue_in_two_languages_is_one() {
        let mut marks = [points(0, 2, 4, 0..8), points(1, 3, 5, 0..20), points(2, 1, 3, 0..9)];
        let verdict = decide(&terms(), &mut marks, &[]);
        assert_eq!((verdict.best, verdict.others.len()), (Some(3), 0), "in the stronger language");
        assert_eq!(marks[0].weight, Weight::Counted, "another language claims nothing");
        assert_eq!(verdict.standings.len(), 2);
    }

    #[test]
    fn confidence_grows_with_evidence_and_falls_with_rivals() {
        let near = |left: f64, right: f64| (left - right).abs() < 1e-9;
        assert!(near(confidence(4, 0, 4), 2.0 / 3.0));
        assert!(near(confidence(8, 0, 4), 0.8));
        assert!(confidence(8, 4, 4) < confidence(8, 0, 4));
        assert!(
            near(decide(&terms(), &mut [points(0, 1, 3, 0..5)], &[]).confidence, 0.0),
            "no answer, no confidence"
        );
    }
}

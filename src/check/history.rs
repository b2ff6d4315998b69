//! What only tickets show: phrases that never hit, that add nothing, and issues that meet.

use indexmap::{IndexMap, IndexSet};

use super::Subject;
use crate::answer::{Answer, Gate, Role};
use crate::finding::Finding;

/// Fewer tickets with a phrase than this prove nothing about it.
const FEW: usize = 5;

/// Issues that share at least so many tickets meet often, if that is a fifth of what the rarer of them has.
const OFTEN: usize = 5;
const SHARE: usize = 5;

/// What tickets of the past hit, counted.
///
/// ```
/// use triage::check::{Check, History};
/// use triage::Ticket;
///
/// let check = Check::new("apple-messaging")?;
/// let mut history = History::default();
/// if let Some(triage) = check.triage() {
///     let mut worker = triage.worker();
///     history.add(&worker.answer(&Ticket { body: "iMessage is waiting for activation", ..Ticket::default() }));
/// }
/// let checked = check.finish(Some(&history));
/// assert!(checked.findings.iter().any(|finding| finding.name == "never-hits"));
/// # Ok::<(), triage::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct History {
    tickets: usize,
    /// By issue and phrase, as written.
    phrases: IndexMap<String, IndexMap<String, Seen>>,
    /// In how many tickets an issue reached its threshold, and two of them did.
    reached: IndexMap<String, usize>,
    together: IndexMap<(String, String), usize>,
}

/// How a phrase hit.
#[derive(Clone, Debug)]
struct Seen {
    tickets: usize,
    /// The other phrases of its issue that hit in each of those tickets.
    always: IndexSet<String>,
}

impl History {
    /// Adds the answer to a ticket.
    pub fn add(&mut self, answer: &Answer<'_>) {
        self.tickets += 1;
        let mut hits: IndexMap<&str, IndexSet<&str>> = IndexMap::new();
        for hit in &answer.hits {
            if let Role::Issue(issue) = hit.role {
                hits.entry(&issue.id).or_default().insert(hit.phrase);
            }
        }
        for (issue, phrases) in &hits {
            let seen = self.phrases.entry((*issue).to_owned()).or_default();
            for phrase in phrases {
                if let Some(seen) = seen.get_mut(*phrase) {
                    seen.tickets += 1;
                    seen.always.retain(|other| phrases.contains(other.as_str()));
                } else {
                    let others = phrases.iter().filter(|other| *other != phrase);
                    let always = others.map(|other| (*other).to_owned()).collect();
                    seen.insert((*phrase).to_owned(), Seen { tickets: 1, always });
                }
            }
        }
        let mut reached: Vec<&str> = answer
            .candidates
            .iter()
            .filter(|of| of.gate == Gate::Open && of.points >= of.issue.threshold)
            .map(|of| of.issue.id.as_str())
            .collect();
        reached.sort_unstable();
        for (n, one) in reached.iter().enumerate() {
            *self.reached.entry((*one).to_owned()).or_default() += 1;
            for other in &reached[n + 1..] {
                *self.together.entry(((*one).to_owned(), (*other).to_owned())).or_default() += 1;
            }
        }
    }

    /// How many tickets were added.
    pub fn tickets(&self) -> usize {
        self.tickets
    }

    pub(super) fn lint(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        let tickets = self.tickets;
        let s = if tickets == 1 { "" } else { "s" };
        for issue in &subject.pack.issues {
            let seen = self.phrases.get(&issue.id);
            let phrases = issue.phrases.iter().map(|scored| {
                let at = &scored.what;
                (at.map(()), at.value.written.as_str(), scored.points)
            });
            let patterns = issue.patterns.iter().map(|scored| {
                let at = &scored.what;
                (at.map(()), at.value.written.as_str(), scored.points)
            });
            let proof = |written: &str, points: u32| {
                let phrases = issue.phrases.iter().map(|of| (&of.what.value.written, of.points));
                let patterns = issue.patterns.iter().map(|of| (&of.what.value.written, of.points));
                phrases
                    .chain(patterns)
                    .any(|(other, its)| other == written && its >= issue.threshold && its >= points)
            };
            for (at, written, points) in phrases.chain(patterns) {
                let Some(seen) = seen.and_then(|seen| seen.get(written)) else {
                    let message = format!("\"{written}\" hit in none of {tickets} ticket{s}");
                    let help = "take it out, or write it as customers do";
                    findings.push(at.lint("never-hits", message, help));
                    continue;
                };
                let by = seen.always.iter().find(|other| proof(other, points));
                if let Some(by) = by.filter(|_| seen.tickets >= FEW) {
                    let message = format!(
                        "in all {} tickets with \"{written}\", \"{by}\" had proved the issue",
                        seen.tickets
                    );
                    let help = "take it out if you meant it to find more";
                    findings.push(at.lint("adds-nothing", message, help));
                }
            }
        }
        for ((one, other), &both) in &self.together {
            let count = |issue: &str| self.reached.get(issue).copied().unwrap_or(0);
            let (rare, frequent) =
                if count(one) < count(other) { (one, other) } else { (other, one) };
            let all = count(rare);
            let Some(at) =
                subject.places.issues.get(rare).filter(|_| both >= OFTEN && both * SHARE >= all)
            else {
                continue;
            };
            let message =
                format!("{both} of the {all} tickets of \"{rare}\" answer \"{frequent}\" too");
            let help =
                "tell them apart with `needs`, `not` or longer phrases, or make one issue of both";
            findings.push(at.lint("issues-meet", message, help));
        }
    }
}

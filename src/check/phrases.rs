//! Phrases held against each other, by reading the spellings of one with the matcher that has the others.

use indexmap::{IndexMap, IndexSet};

use super::Subject;
use crate::answer::{Answer, Note, Role, Weight};
use crate::finding::Finding;
use crate::matcher::{Hits, Layout, Matcher, Often, Rule, Samples, Scratch, Tokens};
use crate::packs::{Issue, Located, Phrase, Scored};
use crate::text::Folded;
use crate::ticket::Ticket;

/// A phrase with more spellings is not judged: nothing is said of what was not looked at.
const MAX_SPELLINGS: usize = 20_000;

/// So many spellings of a phrase are tried as tickets, each alternative once.
const MAX_TICKETS: usize = 48;

pub(super) fn lint(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for issue in &subject.pack.issues {
        let Some(mut against) = Against::of(issue, &subject.pack.lang) else { continue };
        findings.extend(blocked(subject, issue, &mut against));
        findings.extend(shadowed(subject, issue, &mut against));
    }
    findings.extend(conflicts(subject));
}

/// The phrases and nots of an issue, compiled: first the ones, then the others.
struct Against<'p> {
    lang: &'p str,
    matcher: Matcher,
    scratch: Scratch,
    phrases: usize,
    folded: Folded,
    tokens: Tokens,
    found: Hits,
}

impl<'p> Against<'p> {
    fn of(issue: &Issue, lang: &'p str) -> Option<Self> {
        let phrases = issue.phrases.iter().map(|scored| &scored.what);
        let rules: Vec<Rule<'_>> = phrases
            .chain(&issue.not)
            .map(|at| Rule::Phrase(&at.value, lang, Often::Once))
            .collect();
        let matcher = Matcher::new(&rules).ok()?;
        let scratch = matcher.scratch();
        Some(Self {
            lang,
            matcher,
            scratch,
            phrases: issue.phrases.len(),
            folded: Folded::default(),
            tokens: Tokens::default(),
            found: Hits::default(),
        })
    }

    /// What hits in a text.
    fn hits(&mut self, text: &str) -> IndexSet<usize> {
        self.folded.refold(text);
        self.matcher.read(&self.folded, &mut self.tokens);
        self.matcher.find(&self.folded, &self.tokens, &mut self.scratch, &mut self.found);
        self.found.all.iter().map(|hit| hit.rule).collect()
    }

    /// Which of some rules hit in every spelling of a phrase.
    fn always(&mut self, phrase: &Phrase, mut rules: Vec<usize>) -> Vec<usize> {
        let samples = Samples::of(phrase, self.lang);
        let Some(count) = samples.count().filter(|count| *count <= MAX_SPELLINGS) else {
            return Vec::new();
        };
        // Spellings that differ in every word first: most rules are out after two of them.
        for number in 0..samples.widest() + count {
            if rules.is_empty() {
                break;
            }
            let text = match number.checked_sub(samples.widest()) {
                None => samples.typical(number, Layout::Wide),
                Some(number) => samples.text(number, Layout::Wide),
            };
            let hits = self.hits(&text);
            rules.retain(|rule| hits.contains(rule));
        }
        rules
    }
}

/// Needs and phrases that cannot be had without a `not`.
fn blocked(subject: &Subject<'_>, issue: &Issue, against: &mut Against<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if issue.not.is_empty() {
        return findings;
    }
    let first = against.phrases;
    for (need, is_need) in issue
        .needs
        .iter()
        .map(|need| (need, true))
        .chain(issue.phrases.iter().map(|scored| (&scored.what, false)))
        .filter(|(at, _)| subject.is_own(&at.source))
    {
        let always = against.always(&need.value, (first..first + issue.not.len()).collect());
        let Some(not) = always.first().and_then(|rule| issue.not.get(rule - first)) else {
            continue;
        };
        let (written, not) = (&need.value.written, &not.value.written);
        let help = format!("make `not` \"{not}\" longer, or take one of the two out");
        findings.push(if is_need {
            let message = format!(
                "whatever hits \"{written}\" hits \"{not}\" too, so \"{}\" never answers",
                issue.id
            );
            need.lint("needs-contradict-not", message, help)
        } else {
            let message =
                format!("wherever \"{written}\" hits, the `not` \"{not}\" keeps the issue back");
            need.lint("blocked-phrase", message, help)
        });
    }
    findings
}

/// Phrases that say nothing which another does not say wherever they hit.
///
/// Points add up, so two phrases that hit together are of use as long as
/// neither proves the issue: a phrase is shadowed by one that does, or by one
/// that says the very same.
fn shadowed(subject: &Subject<'_>, issue: &Issue, against: &mut Against<'_>) -> Vec<Finding> {
    let count = issue.phrases.len();
    let firsts: Vec<IndexSet<usize>> = issue
        .phrases
        .iter()
        .map(|scored| {
            against
                .hits(&Samples::of(&scored.what.value, &subject.pack.lang).typical(0, Layout::Wide))
        })
        .collect();
    let all: Vec<Vec<usize>> = (0..count)
        .map(|this| {
            let phrase = &issue.phrases[this];
            // A rule that this one does not hit back cannot say the same.
            let worth = |that: &usize| {
                let other = &issue.phrases[*that];
                *that != this && (proves(issue, other, phrase) || firsts[*that].contains(&this))
            };
            against.always(&phrase.what.value, (0..count).filter(worth).collect())
        })
        .collect();
    let mut findings = Vec::new();
    for (this, always) in all.iter().enumerate() {
        let phrase: &Scored<Phrase> = &issue.phrases[this];
        if !subject.is_own(&phrase.what.source) {
            continue;
        }
        let by = always.iter().copied().find(|&that| {
            let other = &issue.phrases[that];
            let same = all[that].contains(&this);
            // Of two that say the same, the weaker is too many, or the later.
            let first = (other.points, this) > (phrase.points, that);
            if same { first } else { proves(issue, other, phrase) }
        });
        let Some(by) = by else { continue };
        if !all[by].contains(&this) && claims(subject, issue, &phrase.what.value) {
            continue;
        }
        let other = &issue.phrases[by];
        let (written, its) = (&phrase.what.value.written, &other.what.value.written);
        let place = other.what.place();
        let line = place.line.unwrap_or_default();
        let place = if subject.is_own(&other.what.source) {
            format!("on line {line}")
        } else {
            format!("at {}:{line}", place.file)
        };
        let message = if all[by].contains(&this) {
            format!("\"{written}\" says the same as \"{its}\" {place}, and their points add up")
        } else {
            format!("wherever \"{written}\" hits, \"{its}\" {place} has proved the issue")
        };
        let help = if all[by].contains(&this) {
            "take one of them out".to_owned()
        } else {
            "take it out, or give the other fewer points".to_owned()
        };
        findings.push(phrase.what.lint("shadowed-phrase", message, help));
    }
    findings
}

/// Whether a phrase keeps words from another issue, by holding a shorter phrase of it: that is of use.
fn claims(subject: &Subject<'_>, issue: &Issue, phrase: &Phrase) -> bool {
    let mut worker = subject.triage.worker();
    let samples = Samples::of(phrase, &subject.pack.lang);
    (0..samples.widest().min(MAX_TICKETS)).any(|number| {
        let text = samples.typical(number, Layout::Close);
        let answer = worker.answer(&Ticket { body: &text, ..Ticket::default() });
        answer.hits.iter().any(|hit| match hit.weight {
            Weight::Claimed { by } => answer.hits.get(by).is_some_and(|by| {
                matches!(by.role, Role::Issue(of) if of.id == issue.id)
                    && by.phrase == phrase.written
            }),
            _ => false,
        })
    })
}

/// Whether a phrase proves the issue by itself, and no less than another.
fn proves(issue: &Issue, by: &Scored<Phrase>, other: &Scored<Phrase>) -> bool {
    by.points >= issue.threshold && by.points >= other.points
}

/// Phrases that answer their issue by themselves, and mostly another issue as well.
///
/// One odd spelling of many proves nothing: words that two issues share are to
/// be in a customer's text now and then, and a person is asked.
fn conflicts(subject: &Subject<'_>) -> Vec<Finding> {
    let mut worker = subject.triage.worker();
    let mut seen: IndexSet<[&str; 2]> = IndexSet::new();
    let mut findings = Vec::new();
    for issue in &subject.pack.issues {
        for scored in issue.phrases.iter().filter(|scored| scored.points >= issue.threshold) {
            let at: &Located<Phrase> = &scored.what;
            let others = subject.pack.issues.iter().filter(|other| other.id != issue.id);
            let shared = others.flat_map(|other| {
                other.phrases.iter().filter(|scored| scored.points >= other.threshold)
            });
            // The same phrase in both has a finding of its own.
            if !subject.is_own(&at.source)
                || shared.into_iter().any(|other| other.what.value.parts == at.value.parts)
            {
                continue;
            }
            let mut answered = 0;
            // The first text for each other issue, and how many there are.
            let mut others: IndexMap<&str, (String, usize)> = IndexMap::new();
            let samples = Samples::of(&at.value, &subject.pack.lang);
            for number in 0..samples.widest().min(MAX_TICKETS) {
                let text = samples.typical(number, Layout::Close);
                let answer = worker.answer(&Ticket { body: &text, ..Ticket::default() });
                let own = answer.issue.into_iter().chain(answer.others.iter().copied());
                answered += usize::from(own.into_iter().any(|of| of.id == issue.id));
                if let Some(other) = rival(&answer, issue) {
                    others.entry(other).or_insert((text, 0)).1 += 1;
                }
            }
            for (other, (text, count)) in others {
                // One finding for each pair: who mends the first sees the next.
                let mut pair = [issue.id.as_str(), other];
                pair.sort_unstable();
                if count * 2 < answered || !seen.insert(pair) {
                    continue;
                }
                let message = format!("\"{text}\" answers \"{}\" and \"{other}\" alike", issue.id);
                let help = format!(
                    "add words that tell them apart, give it fewer points, or \"{other}\" a `not`"
                );
                findings.push(at.lint("conflicting-issues", message, help));
            }
        }
    }
    findings
}

/// The issue that an answer cannot tell from this one.
fn rival<'t>(answer: &Answer<'t>, issue: &Issue) -> Option<&'t str> {
    let close = answer.notes.iter().find_map(|note| match note {
        Note::TooClose { rival, .. } => Some(rival.id.as_str()),
        _ => None,
    })?;
    let best = answer.issue?.id.as_str();
    match (best == issue.id, close == issue.id) {
        (true, _) => Some(close),
        (_, true) => Some(best),
        _ => None,
    }
}

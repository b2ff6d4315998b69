//! A pack's own examples, through the real engine.

use super::Subject;
use crate::answer::{Answer, Gate, Note, Role, Status};
use crate::finding::Finding;
use crate::packs::{Guard, Issue, Located};
use crate::ticket::Ticket;

pub(super) const FAILS: &str = "example-fails";
pub(super) const MATCHES: &str = "counter-example-matches";

/// So many of the phrases that hit stand beside an example.
const MAX_SHOWN: usize = 3;

/// Tries all examples; says how many there were.
pub(super) fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> usize {
    let mut worker = subject.triage.worker();
    let mut count = 0;
    let mut answer = |text: &Located<String>| {
        count += 1;
        worker.answer(&Ticket { body: &text.value, ..Ticket::default() })
    };
    for issue in &subject.pack.issues {
        for text in &issue.tests.accept {
            findings.extend(fails(issue, text, &answer(text)));
        }
        for text in &issue.tests.reject {
            findings.extend(matches(issue, text, &answer(text)));
        }
    }
    for guard in &subject.pack.guards {
        for (texts, want) in [(&guard.tests.accept, true), (&guard.tests.reject, false)] {
            for text in texts {
                findings.extend(guarded(guard, text, &answer(text), want));
            }
        }
    }
    count
}

/// What an issue's example came out as, if not as the issue.
fn fails(issue: &Issue, text: &Located<String>, answer: &Answer<'_>) -> Option<Finding> {
    let found = answer.issue.map(|issue| issue.id.as_str());
    if answer.status == Status::Matched && found == Some(&issue.id) {
        return None;
    }
    let own = answer.candidates.iter().find(|candidate| candidate.issue.id == issue.id);
    let guard = answer.guards().next();
    let close = answer.notes.iter().find_map(|note| match note {
        Note::TooClose { rival, .. } => Some(*rival),
        _ => None,
    });
    let points = own.map_or(0, |own| own.points);
    let (came, help) = match (found, own.map(|own| own.gate), guard, close) {
        (_, _, Some(guard), _) => (
            format!("raises the guard \"{}\"", guard.id),
            "take the guard's words out of the example, or make its phrase longer".to_owned(),
        ),
        (_, Some(Gate::NotHit), ..) => (
            format!(
                "hits a `not` of the issue: {}",
                words(answer, issue, |role| matches!(role, Role::Not(_)))
            ),
            "make that `not` longer, or take it out".to_owned(),
        ),
        (_, Some(Gate::NeedMissing), ..) => (
            "lacks something that the issue needs".to_owned(),
            format!("add its words to one of: {}", written(&issue.needs)),
        ),
        (Some(found), _, _, Some(rival)) => {
            let other = if found == issue.id { &rival.id } else { found };
            (
                format!("is as likely \"{other}\""),
                format!("give \"{}\" a phrase of its own, or \"{other}\" a `not`", issue.id),
            )
        }
        (Some(found), ..) if found != issue.id => (
            format!("comes out as \"{found}\""),
            format!("give \"{}\" a phrase that is in it, or \"{found}\" a `not`", issue.id),
        ),
        (None, ..) if points < issue.threshold => (
            format!("has {points} of {} points", issue.threshold),
            "add a phrase that is in it to [issue.phrases]".to_owned(),
        ),
        _ => (
            format!("comes out as {}", answer.status),
            answer.notes.first().map_or_else(
                || "make it plainer".to_owned(),
                |note| format!("take out what says \"{note}\""),
            ),
        ),
    };
    let message = format!("an example of \"{}\" {came}", issue.id);
    Some(Finding { label: hits(answer, issue), ..text.lint(FAILS, message, help) })
}

/// That a counter-example comes out as the issue.
fn matches(issue: &Issue, text: &Located<String>, answer: &Answer<'_>) -> Option<Finding> {
    let own = answer.candidates.iter().find(|candidate| candidate.issue.id == issue.id)?;
    if own.gate != Gate::Open || own.points < issue.threshold {
        return None;
    }
    let message = format!(
        "a counter-example of \"{}\" has {} of {} points",
        issue.id, own.points, issue.threshold
    );
    let help = "give its phrases fewer points, or add what is different here to `not`";
    Some(Finding { label: hits(answer, issue), ..text.lint(MATCHES, message, help) })
}

fn guarded(
    guard: &Guard,
    text: &Located<String>,
    answer: &Answer<'_>,
    want: bool,
) -> Option<Finding> {
    let raised = answer.guards().any(|raised| raised.id == guard.id);
    let id = &guard.id;
    match (want, raised) {
        (true, false) => {
            let help = "add a phrase that is in it to the guard's `phrases`";
            Some(text.lint(
                FAILS,
                format!("an example of the guard \"{id}\" does not raise it"),
                help,
            ))
        }
        (false, true) => {
            let by =
                answer.hits.iter().find(|hit| matches!(hit.role, Role::Guard(by) if by.id == *id));
            let label = by.map(|hit| format!("\"{}\" hits", hit.phrase)).unwrap_or_default();
            let help = "make that phrase longer, or take it out";
            let message = format!("a counter-example of the guard \"{id}\" raises it");
            Some(Finding { label, ..text.lint(MATCHES, message, help) })
        }
        _ => None,
    }
}

/// The issue's phrases that hit, for the label beside an example.
fn hits(answer: &Answer<'_>, issue: &Issue) -> String {
    let mut phrases: Vec<String> = Vec::new();
    for hit in &answer.hits {
        if let Role::Issue(of) = hit.role {
            let phrase = format!("\"{}\" = {}", hit.phrase, hit.points);
            if of.id == issue.id && !phrases.contains(&phrase) {
                phrases.push(phrase);
            }
        }
    }
    if phrases.is_empty() {
        return "none of its phrases hit".to_owned();
    }
    let more = phrases.len().saturating_sub(MAX_SHOWN);
    phrases.truncate(MAX_SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    phrases.join(", ") + &more
}

fn words(answer: &Answer<'_>, issue: &Issue, is: impl Fn(&Role<'_>) -> bool) -> String {
    let of = |role: &Role<'_>| matches!(role, Role::Not(of) | Role::Need(of) if of.id == issue.id);
    let hit = answer.hits.iter().find(|hit| is(&hit.role) && of(&hit.role));
    hit.map(|hit| format!("\"{}\"", hit.phrase)).unwrap_or_default()
}

fn written(phrases: &[Located<crate::packs::Phrase>]) -> String {
    let phrases: Vec<String> =
        phrases.iter().map(|phrase| format!("\"{}\"", phrase.value.written)).collect();
    phrases.join(", ")
}

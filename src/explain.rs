//! Why a ticket got its answer, and why not another: the record of the engine,
//! put into the order in which a person asks.
//!
//! Nothing is judged here. What was masked is asked of the cleaner, everything
//! else is read off the [`Answer`].

use std::fmt;

use serde::Serialize;

use crate::answer::{Answer, Candidate, Gate, Hit, Note, Role, Weight};
use crate::packs::Issue;
use crate::span::Span;
use crate::text::{Part, parts, shown_line};
use crate::ticket::{Field, Ticket};
use crate::triage::Triage;

/// Everything about the answer to one ticket.
///
/// ```
/// use triage::explain::Explanation;
/// use triage::{Packs, Ticket, Triage};
///
/// let triage = Triage::new(Packs::builtin()?)?;
/// let ticket = Ticket { body: "iMessage does not activate", ..Ticket::default() };
/// let why = Explanation::of(&triage, &ticket);
/// assert_eq!(why.issue.as_deref(), Some("waiting-for-activation"));
/// let rival = why.candidates.iter().find(|other| other.issue == "activation-sms");
/// assert!(rival.is_some_and(|other| other.why_not[0].to_string().ends_with("points short")));
/// # Ok::<(), triage::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The ticket's id.
    pub ticket_id: String,
    /// `matched`, `review` or `unmatched`.
    pub status: String,
    /// The issue it is about.
    pub issue: Option<String>,
    /// How sure that is; `None` without an issue.
    pub confidence: Option<f64>,
    /// What the agent should know.
    pub notes: Vec<String>,
    /// The fields as they were read.
    pub read: Vec<FieldRead>,
    /// The customer's words that hit anything, in order.
    pub words: Vec<Words>,
    /// Issues that had points, the strongest first.
    pub candidates: Vec<CandidateRead>,
    /// What the ticket states.
    pub facts: Vec<FactRead>,
    /// What the reply asks for.
    pub asks: Vec<Named>,
    /// What the reply advises, in order.
    pub fixes: Vec<Named>,
    /// What it leaves out, as the customer has tried it.
    pub tried: Vec<Named>,
    /// What it leaves out, as it does not help by what the ticket says.
    pub not_needed: Vec<Named>,
}

/// A field as it was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FieldRead {
    /// `subject` or `body`.
    pub field: &'static str,
    /// The text, evidence marked and masks named.
    pub text: Vec<Stretch>,
    /// What was masked, in order.
    pub masked: Vec<Masked>,
}

/// A stretch of a text as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stretch {
    /// Words.
    Read(String),
    /// Words that are evidence.
    Evidence(String),
    /// Something that was not read: what it is.
    Masked(&'static str),
}

/// Something that was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Masked {
    /// What it is: `quoted history`.
    pub why: &'static str,
    /// Its first byte in the field.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
    /// How it begins.
    pub text: String,
}

/// Words of the customer that hit something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Words {
    /// The words.
    pub text: String,
    /// What they were read as, where there is a typing mistake in them.
    pub read_as: Option<String>,
    /// `subject` or `body`.
    pub field: &'static str,
    /// Their first byte in the field.
    pub start: usize,
    /// The byte after their last one.
    pub end: usize,
    /// What they are to the packs.
    pub uses: Vec<Use>,
}

/// What words are to a phrase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Use {
    /// `points`, `need`, `not`, `guard`, `tried` or `fact`.
    pub role: &'static str,
    /// The id of the issue, guard, fix or fact.
    pub of: String,
    /// The phrase or regex as the pack has it.
    pub phrase: String,
    /// What it is worth; 0 for what gives no points.
    pub points: u32,
    /// What kept the points from counting.
    pub blocked: Option<Blocked>,
}

/// Why the points of a hit did not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Blocked {
    /// The phrase had counted before.
    Repeated,
    /// The words are part of a longer phrase of another issue, or tell of a step that was taken.
    Claimed {
        /// The words of that phrase.
        by: String,
        /// The issue, or the fix that the step is of.
        issue: String,
    },
    /// The sentence says that it is not so: `denied`, `supposed`, `over` or `not done`.
    Meant(&'static str),
}

/// An issue that had points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CandidateRead {
    /// Its id.
    pub issue: String,
    /// Its points.
    pub points: u32,
    /// How many it takes.
    pub threshold: u32,
    /// By how many it must lead a rival on the same words.
    pub margin: u32,
    /// Whether the reply answers it.
    pub answered: bool,
    /// What keeps it back; nothing where it is the answer.
    pub why_not: Vec<WhyNot>,
}

/// What keeps an issue back. `Display` is a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WhyNot {
    /// Something that it needs is not there: the phrase.
    Needs(String),
    /// Something that it must not have is there.
    Excluded {
        /// The customer's words.
        text: String,
        /// The phrase.
        phrase: String,
    },
    /// So many points are missing.
    Short(u32),
    /// Another issue has more.
    Behind {
        /// The issue.
        issue: String,
        /// By how many points.
        points: u32,
    },
    /// It leads, but not by its margin.
    TooClose {
        /// The rival.
        issue: String,
        /// By how many points it leads.
        lead: u32,
    },
}

/// A fact that the ticket states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FactRead {
    /// The fact's id.
    pub id: String,
    /// What it is in the customer's words.
    pub value: String,
    /// `subject` or `body`.
    pub field: &'static str,
    /// Its first byte in the field.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
}

/// Something of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its title, or the question that it is.
    pub title: String,
}

impl Explanation {
    /// Answers a ticket and says why.
    pub fn of(triage: &Triage, ticket: &Ticket<'_>) -> Self {
        let answer = triage.worker().answer(ticket);
        let fix = |fix: &&crate::packs::Fix| named(&fix.id, &fix.title);
        Self {
            ticket_id: ticket.id.to_owned(),
            status: answer.status.to_string(),
            issue: answer.issue.map(|issue| issue.id.clone()),
            confidence: answer.issue.map(|_| answer.confidence),
            notes: answer.notes.iter().map(Note::to_string).collect(),
            read: Field::ALL
                .into_iter()
                .filter(|field| !ticket.field(*field).trim().is_empty())
                .map(|field| field_read(triage, ticket, field, &answer))
                .collect(),
            words: words(ticket, &answer),
            candidates: answer
                .candidates
                .iter()
                .map(|candidate| candidate_read(triage, ticket, &answer, candidate))
                .collect(),
            facts: answer
                .facts
                .iter()
                .map(|found| FactRead {
                    id: found.fact.id.clone(),
                    value: found.value(ticket).to_owned(),
                    field: found.field.name(),
                    start: found.span.start,
                    end: found.span.end,
                })
                .collect(),
            asks: answer
                .asks
                .iter()
                .map(|fact| named(&fact.id, fact.ask.as_deref().unwrap_or_default()))
                .collect(),
            fixes: answer.fixes.iter().map(fix).collect(),
            tried: answer.tried.iter().map(fix).collect(),
            not_needed: answer.unneeded.iter().map(fix).collect(),
        }
    }
}

fn named(id: &str, title: &str) -> Named {
    Named { id: id.to_owned(), title: title.to_owned() }
}

fn field_read(
    triage: &Triage,
    ticket: &Ticket<'_>,
    field: Field,
    answer: &Answer<'_>,
) -> FieldRead {
    let (text, edits) = triage.edits(ticket, field);
    let mut marks: Vec<Span> =
        answer.evidence().filter(|hit| hit.field == field).map(|hit| hit.span).collect();
    marks.sort_unstable();
    // Joined where they overlap, so that one place is one mark.
    marks.dedup_by(|next, last| {
        let joined = next.start <= last.end;
        if joined {
            last.end = last.end.max(next.end);
        }
        joined
    });
    let stretches = parts(text, &edits, &marks).into_iter().map(|part| match part {
        Part::Read(text) => Stretch::Read(text),
        Part::Marked(text) => Stretch::Evidence(text),
        Part::Masked(why) => Stretch::Masked(why.name()),
    });
    let masked = edits.iter().filter(|edit| edit.why.is_noise()).map(|edit| Masked {
        why: edit.why.name(),
        start: edit.span.start,
        end: edit.span.end,
        text: beginning(text.get(edit.span.range()).unwrap_or_default()),
    });
    FieldRead { field: field.name(), text: stretches.collect(), masked: masked.collect() }
}

/// How a text begins, on one line.
fn beginning(text: &str) -> String {
    const MOST: usize = 60;
    let line = shown_line(crate::span::head(text, MOST * 8));
    match line.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.into_owned(),
    }
}

/// Hits by their places; what a phrase says twice of one place is said once.
fn words(ticket: &Ticket<'_>, answer: &Answer<'_>) -> Vec<Words> {
    let mut words: Vec<Words> = Vec::new();
    for hit in &answer.hits {
        let (field, Span { start, end }) = (hit.field.name(), hit.span);
        let used = read_use(ticket, answer, hit);
        let known = words
            .iter_mut()
            .rev()
            .find(|known| (known.field, known.start, known.end) == (field, start, end));
        match known {
            Some(known) if known.uses.contains(&used) => {}
            Some(known) => known.uses.push(used),
            None => words.push(Words {
                text: shown_line(hit.text(ticket)).into_owned(),
                read_as: answer.read_as(hit, ticket).map(|read| shown_line(&read).into_owned()),
                field,
                start,
                end,
                uses: vec![used],
            }),
        }
    }
    words
}

fn read_use(ticket: &Ticket<'_>, answer: &Answer<'_>, hit: &Hit<'_>) -> Use {
    let (role, of) = match hit.role {
        Role::Issue(issue) => ("points", &issue.id),
        Role::Need(issue) => ("need", &issue.id),
        Role::Not(issue) => ("not", &issue.id),
        Role::Guard(guard) => ("guard", &guard.id),
        Role::Tried(fix) => ("tried", &fix.id),
        Role::Fact(fact) => ("fact", &fact.id),
    };
    let blocked = match hit.weight {
        Weight::Counted | Weight::None => None,
        Weight::NotMeant(state) => Some(Blocked::Meant(state.name())),
        Weight::Repeated => Some(Blocked::Repeated),
        Weight::Claimed { by } => answer.hits.get(by).map(|by| Blocked::Claimed {
            by: shown_line(by.text(ticket)).into_owned(),
            issue: match by.role {
                Role::Issue(issue) => issue.id.clone(),
                Role::Tried(fix) => fix.id.clone(),
                _ => String::new(),
            },
        }),
    };
    Use { role, of: of.clone(), phrase: hit.phrase.to_owned(), points: hit.points, blocked }
}

fn candidate_read(
    triage: &Triage,
    ticket: &Ticket<'_>,
    answer: &Answer<'_>,
    candidate: &Candidate<'_>,
) -> CandidateRead {
    let Candidate { issue, points, gate } = *candidate;
    let is = |other: &Issue| other.id == issue.id;
    let also = answer.notes.iter().any(|note| matches!(note, Note::Also(other) if is(other)));
    let mut why_not = Vec::new();
    match gate {
        Gate::Open => {}
        Gate::NeedMissing => {
            let met = |phrase: &str| {
                answer
                    .hits
                    .iter()
                    .any(|hit| matches!(hit.role, Role::Need(of) if is(of)) && hit.phrase == phrase)
            };
            let needs = issue.needs.iter().map(|need| need.value.written.as_str());
            why_not
                .extend(needs.filter(|need| !met(need)).map(|need| WhyNot::Needs(need.to_owned())));
        }
        Gate::NotHit => {
            let nots = answer.hits.iter().filter(|hit| matches!(hit.role, Role::Not(of) if is(of)));
            for hit in nots {
                let known = |not: &WhyNot| matches!(not, WhyNot::Excluded { phrase, .. } if phrase == hit.phrase);
                if !why_not.iter().any(known) {
                    let text = shown_line(hit.text(ticket)).into_owned();
                    why_not.push(WhyNot::Excluded { text, phrase: hit.phrase.to_owned() });
                }
            }
        }
    }
    if points < issue.threshold {
        why_not.push(WhyNot::Short(issue.threshold - points));
    }
    let best = answer.candidates.first().filter(|best| best.gate == Gate::Open);
    if let Some(best) = best
        && why_not.is_empty()
        && !is(best.issue)
        && !also
    {
        let points = best.points.saturating_sub(points);
        why_not.push(WhyNot::Behind { issue: best.issue.id.clone(), points });
    }
    for note in &answer.notes {
        if let Note::TooClose { rival, lead } = note
            && best.is_some_and(|best| is(best.issue))
        {
            why_not.push(WhyNot::TooClose { issue: rival.id.clone(), lead: *lead });
        }
    }
    CandidateRead {
        issue: issue.id.clone(),
        points,
        threshold: issue.threshold,
        margin: triage.margin(issue),
        answered: also || answer.issue.is_some_and(is),
        why_not,
    }
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = |points: u32| if points == 1 { "" } else { "s" };
        match self {
            Self::Needs(phrase) => write!(f, "needs {phrase}"),
            Self::Excluded { text, phrase } => write!(f, "excluded by “{text}” ({phrase})"),
            Self::Short(points) => write!(f, "{points} point{} short", s(*points)),
            Self::Behind { issue, points: 0 } => write!(f, "no more points than {issue}"),
            Self::Behind { issue, points } => {
                write!(f, "{points} point{} behind {issue}", s(*points))
            }
            Self::TooClose { issue, lead } => {
                write!(f, "leads {issue} by {lead} point{} only", s(*lead))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::Packs;

    const DESK: &str = r#"
format = 1
[pack]
id = "desk"
[[issue]]
id = "printer"
title = "Printer"
reply = "It is the printer."
needs = ["printer", "jam* | stuck"]
not = ["3d"]
phrases = { "paper jam" = 4, "printer" = 1 }
[[issue]]
id = "scanner"
title = "Scanner"
reply = "It is the scanner."
phrases = { "scanner paper jam" = 5, "scanner" = 1 }
"#;

    fn explain(body: &str) -> Explanation {
        let triage = Triage::new(Packs::parse("desk.toml", DESK).unwrap()).unwrap();
        Explanation::of(&triage, &Ticket { body, ..Ticket::default() })
    }

    fn why_not(why: &Explanation, issue: &str) -> String {
        let candidate = why.candidates.iter().find(|candidate| candidate.issue == issue).unwrap();
        candidate.why_not.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn what_keeps_an_issue_back_is_named() {
        for (body, issue, want) in [
            ("The printer has a paper jam", "printer", ""),
            ("The printer is slow", "printer", "needs jam* | stuck, 3 points short"),
            ("A paper jam!", "printer", "needs printer"),
            ("The 3D printer (3d!) has a paper jam", "printer", "excluded by “3D” (3d)"),
            ("The scanner is slow", "scanner", "3 points short"),
            ("Printer: a scanner paper jam", "printer", "3 points short"),
        ] {
            assert_eq!(why_not(&explain(body), issue), want, "{body}");
        }
    }

    #[test]
    fn words_of_a_longer_phrase_say_whose_they_are() {
        let why = explain("Printer: a scanner paper jam");
        let words = why.words.iter().find(|words| words.text == "paper jam").unwrap();
        let by = Blocked::Claimed { by: "scanner paper jam".into(), issue: "scanner".into() };
        assert_eq!(words.uses[0].blocked, Some(by));
        assert_eq!(why.issue.as_deref(), Some("scanner"));
    }

    #[test]
    fn evidence_is_marked_in_the_text_as_it_was_read() {
        let why = explain("The <b>scanner</b> paper&nbsp;jam\n\n> old");
        assert_eq!(
            why.read[0].text,
            [
                Stretch::Read("The ".into()),
                Stretch::Evidence("scanner paper jam".into()),
                Stretch::Read("\n\n".into()),
                Stretch::Masked("quoted history"),
            ]
        );
        assert_eq!(why.read[0].masked[0].text, "> old");
    }
}

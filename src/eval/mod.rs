//! How good the answers are on tickets whose issue is known.
//!
//! The engine that answers is the one of the main job; here its answers are held
//! against labels and counted. Not here: how a page of it looks (`page`), and what
//! the command does about it.
//!
//! What counts:
//!
//! - An issue is *answered* when the ticket is [`Status::Matched`]: the issue, and a
//!   second one that the same reply answers. A ticket in review is answered by a
//!   person, so it is neither right nor wrong; its best guess counts as *found*.
//! - A ticket may have several labels. A label `none`, or one that the map takes to
//!   nothing, is no issue: any answer to such a ticket is wrong.
//! - A label that is neither an issue nor in the map is an issue that nobody answers.
//! - A ticket without a label is left out.

mod calibrate;
mod figures;
mod labels;
mod page;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

pub use calibrate::LEAST_FOR_CALIBRATION;
pub use figures::{Figure, Interval, Score};
pub use labels::LabelMap;

use self::calibrate::Sureness;
use self::figures::{rounded, sign_test};
use self::labels::{Label, Labels};
use crate::answer::{Answer, Note, Role, Status};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{Columns, Input, Row};
use crate::packs::Calibration;
use crate::place::Place;
use crate::text::{one_line, shown_line};
use crate::ticket::Ticket;
use crate::triage::{Triage, Worker};

/// Tickets of each list that are kept; the rest is counted.
const MAX_LISTED: usize = 1000;

/// Unknown labels that are kept apart; beyond, the column holds no labels, and they are one.
const MAX_UNKNOWN: usize = 1000;

/// What these are together.
const OTHER_LABELS: &str = "(other labels)";

/// Characters of a ticket's text, and of a piece of evidence, that are kept.
const MAX_TEXT: usize = 240;
const MAX_WORDS: usize = 120;

/// Pieces of evidence that are kept for a ticket.
const MAX_EVIDENCE: usize = 8;

/// Where bands of confidence begin.
const BANDS: [f64; 6] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9];

/// What to hold the answers against.
#[derive(Clone, Copy, Debug)]
pub struct EvalOptions<'o> {
    /// The column with the labels.
    pub label: &'o str,
    /// What the labels mean that are no issue ids.
    pub map: Option<&'o LabelMap>,
    /// Other packs to compare with, and what to call them.
    pub against: Option<(&'o str, &'o Triage)>,
}

/// How good the answers to labelled tickets are. As JSON, its keys are the fields here.
///
/// ```
/// use triage::eval::{EvalOptions, Evaluation};
/// use triage::input::{Input, ReadOptions};
/// use triage::{Packs, Triage};
///
/// let export = "id,description,tag\n\
///     1,FaceTime says waiting for activation,waiting-for-activation\n\
///     2,Where is my parcel?,none\n";
/// let mut input = Input::read("export.csv", export.as_bytes(), &ReadOptions::default())?;
/// let triage = Triage::new(Packs::builtin()?)?;
/// let options = EvalOptions { label: "tag", map: None, against: None };
/// let evaluation = Evaluation::of(std::slice::from_mut(&mut input), &triage, options, |_| {})?;
/// assert_eq!((evaluation.tickets.right, evaluation.tickets.left_alone), (1, 1));
/// assert_eq!(evaluation.all.precision().map(|precision| precision.value), Some(1.0));
/// # Ok::<(), triage::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Evaluation {
    /// What became of the tickets.
    pub tickets: Tickets,
    /// All issues together: each answer and each label counts the same.
    #[serde(serialize_with = "with_figures")]
    pub all: Score,
    /// The means of the issues' figures: each issue counts the same.
    pub mean: Means,
    /// Each issue that was labelled or answered, the most labelled first.
    pub issues: Vec<IssueScore>,
    /// What was taken for what: first what was answered, then what was not, the most frequent first.
    pub confusions: Vec<Confusion>,
    /// Answers that would go out, by confidence.
    pub bands: Vec<Band>,
    /// Labels that are no issue, the most frequent first.
    pub unknown_labels: Vec<UnknownLabel>,
    /// Tickets with an answer that would go out and is wrong, the surest first.
    pub wrong: Listed,
    /// Tickets with an issue that no answer would go out to, in order.
    pub missed: Listed,
    /// What changes from other packs to these.
    pub against: Option<Comparison>,
    #[serde(skip)]
    sureness: Sureness,
}

/// What became of the tickets. `right`, `wrong`, `review`, `missed` and `left_alone` are all that have a label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tickets {
    /// Those with a label.
    pub labelled: u64,
    /// Of these, those that are about an issue.
    pub with_issue: u64,
    /// A reply would go out, and every issue it answers is right.
    pub right: u64,
    /// A reply would go out, and answers something that is not asked.
    pub wrong: u64,
    /// A person would look.
    pub review: u64,
    /// Of these, those that are about an issue.
    pub review_with_issue: u64,
    /// About an issue, and unmatched.
    pub missed: u64,
    /// About nothing that the packs know, and unmatched.
    pub left_alone: u64,
    /// Those without a label, which count nowhere else.
    pub unlabelled: u64,
}

/// An issue's figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IssueScore {
    /// The issue's id, or a label that is no issue.
    pub id: String,
    /// Its counts.
    #[serde(flatten, serialize_with = "with_figures")]
    pub score: Score,
}

/// Means over issues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Means {
    /// Over the issues that were answered.
    pub precision: Option<Figure>,
    /// Over the issues that were labelled.
    pub recall: Option<Figure>,
    /// Over the issues that were labelled.
    pub found_recall: Option<Figure>,
    /// Over all.
    pub f1: Option<Figure>,
}

/// Tickets of one label that came out as something else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Confusion {
    /// The label; `None` where the ticket is about no issue, or about others that were answered.
    pub label: Option<String>,
    /// The issue that was answered instead; `None` where no reply would go out.
    pub answer: Option<String>,
    /// What became of the tickets; `matched` without an answer: the reply answers another issue of theirs.
    #[serde(serialize_with = "as_word")]
    pub status: Status,
    /// How many.
    pub tickets: u64,
}

/// Answers of about the same confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Band {
    /// From this confidence.
    pub from: f64,
    /// To below this one, but 1 is in the last.
    pub to: f64,
    /// How many tickets would get a reply.
    pub answers: u64,
    /// Of how many of them the first issue is right.
    pub right: u64,
    /// What their confidence is on average.
    #[serde(serialize_with = "rounded")]
    pub confidence: f64,
    /// The share that is right.
    pub precision: Option<Figure>,
}

/// A label that is neither an issue nor in the map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownLabel {
    /// The label as it stands in the file.
    pub label: String,
    /// How many tickets have it.
    pub tickets: u64,
    /// The issue that it may have meant.
    pub near: Option<String>,
}

/// Tickets of a kind: so many, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Listed {
    /// How many there are.
    pub count: u64,
    /// At most 1000 of them.
    pub tickets: Vec<Listing>,
}

/// A ticket that came out otherwise than its label says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listing {
    /// File and line.
    #[serde(serialize_with = "as_word")]
    pub place: Place,
    /// Its id.
    pub ticket_id: String,
    /// How its text begins, as it was read.
    pub text: String,
    /// Its labels; empty where it is about no issue.
    pub labels: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// How sure the answer is.
    #[serde(serialize_with = "maybe_rounded")]
    pub confidence: Option<f64>,
    /// The customer's words that led to it.
    pub evidence: Vec<Evidence>,
    /// What the agent would be told.
    pub notes: Vec<String>,
}

/// Words that speak for an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The issue, or the guard.
    pub issue: String,
    /// The customer's words.
    pub text: String,
    /// The phrase as the pack has it.
    pub phrase: String,
    /// What it is worth.
    pub points: u32,
}

/// What a ticket came out as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Whether a reply would go out.
    #[serde(serialize_with = "as_word")]
    pub status: Status,
    /// The issues that it answers; in review, the best guess.
    pub issues: Vec<String>,
}

/// What changes from other packs to these.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// What the others are called.
    pub name: String,
    /// What becomes of the tickets with the others.
    pub tickets: Tickets,
    /// All issues together with the others.
    #[serde(serialize_with = "with_figures")]
    pub all: Score,
    /// Tickets that come out better now.
    pub better: u64,
    /// Tickets that come out worse now.
    pub worse: u64,
    /// Tickets that come out otherwise, neither better nor worse.
    pub other: u64,
    /// How likely so uneven a split of better and worse is by chance (sign test).
    #[serde(serialize_with = "rounded")]
    pub chance: f64,
    /// The first 1000 of those that change, the worse ones first.
    pub changes: Vec<Change>,
}

/// A ticket that comes out otherwise than with other packs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Whether that is for the better.
    pub turn: Turn,
    /// File and line.
    #[serde(serialize_with = "as_word")]
    pub place: Place,
    /// Its id.
    pub ticket_id: String,
    /// How its text begins, as it is read now.
    pub text: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// What the other packs make of it.
    pub before: Outcome,
    /// What these make of it.
    pub after: Outcome,
    /// The customer's words that led to that; where no issue was found, those that had led the other packs.
    pub evidence: Vec<Evidence>,
}

impl Change {
    /// The words with their points, in one line.
    pub fn words(&self) -> String {
        said(&self.evidence)
    }
}

/// Which way a change goes: fewer wrong answers first, then more right ones, then better guesses for the person
/// who reviews, then less to review where nothing was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// For the worse.
    Worse,
    /// For the better.
    Better,
    /// Neither.
    Other,
}

impl Evaluation {
    /// Answers every ticket of the inputs and holds the answers against their labels.
    ///
    /// `progress` is told now and then how many tickets are done. Texts are not kept,
    /// but for the tickets that are listed.
    ///
    /// # Errors
    ///
    /// An input that cannot be read on or has no such column, a map that leads to no
    /// issue, no labelled ticket at all, or none whose label means anything.
    pub fn of(
        inputs: &mut [Input],
        triage: &Triage,
        options: EvalOptions<'_>,
        mut progress: impl FnMut(u64),
    ) -> Result<Self> {
        let other = options.against.map(|(_, other)| other);
        let none = LabelMap::default();
        let map = options.map.unwrap_or(&none);
        let labels = Labels::new(std::iter::once(triage).chain(other), map)?;
        let mut run = Run {
            triage,
            labels,
            worker: triage.worker(),
            other: other.map(|other| (other.worker(), Tally::default(), Changes::default())),
            tally: Tally::default(),
            unknown: BTreeMap::new(),
            means_something: false,
            wrong: Listed::default(),
            missed: Listed::default(),
            bands: [Pool::default(); BANDS.len()],
            sureness: Sureness::default(),
        };
        // Of all inputs, before the first ticket is read.
        let named = |input: &Input| {
            let column = input.columns().named(options.label, "--label");
            column.map_err(|error| error.at(Place::file(input.name())))
        };
        let label_columns = inputs.iter().map(named).collect::<Result<Vec<usize>>>()?;
        let mut done = 0;
        for (input, column) in inputs.iter_mut().zip(label_columns) {
            let name = input.name().to_owned();
            let (columns, rows) = input.parts();
            let mut row = Row::default();
            while rows.read(&mut row)? {
                run.ticket(&name, columns, &row, column);
                done += 1;
                if done % 256 == 0 {
                    progress(done);
                }
            }
        }
        progress(done);
        run.finish(options)
    }

    /// Tickets that would get a reply, of those with a label.
    pub fn coverage(&self) -> Option<Figure> {
        self.tickets.coverage()
    }

    /// Tickets that a person would see, of those with a label.
    pub fn review_share(&self) -> Option<Figure> {
        Figure::share(self.tickets.review, self.tickets.labelled)
    }

    /// A table from raw confidence to the share that was right, which packs may have as `[calibration]`.
    ///
    /// It is of all packs together: to calibrate one of several, evaluate it alone.
    ///
    /// # Errors
    ///
    /// Fewer than [`LEAST_FOR_CALIBRATION`] labelled tickets would get a reply.
    pub fn calibration(&self) -> Result<Calibration> {
        let answers = self.sureness.answers();
        if answers < LEAST_FOR_CALIBRATION {
            let s = if answers == 1 { "" } else { "s" };
            let message = format!(
                "\"{answers}\" labelled ticket{s} with a reply are too few to calibrate; it takes {LEAST_FOR_CALIBRATION}"
            );
            return Err(Error::new(ErrorKind::Usage, message)
                .help("label more tickets, or leave --calibrate out"));
        }
        Ok(self.sureness.fit())
    }

    /// The evaluation as Markdown, for a wiki or an issue.
    pub fn to_markdown(&self) -> String {
        page::markdown(self)
    }

    /// The evaluation as one HTML page that needs nothing but itself.
    pub fn to_html(&self) -> String {
        page::html(self)
    }
}

impl Tickets {
    /// Those that would get a reply.
    pub fn answered(&self) -> u64 {
        self.right + self.wrong
    }

    /// Tickets that would get a reply, of those with a label.
    pub fn coverage(&self) -> Option<Figure> {
        Figure::share(self.answered(), self.labelled)
    }
}

impl Outcome {
    fn of(answer: &Answer<'_>) -> Self {
        let mut issues: Vec<String> = Vec::new();
        if answer.status != Status::Unmatched {
            issues.extend(answer.answered().map(|issue| issue.id.clone()));
        }
        if issues.is_empty() && answer.status == Status::Review {
            issues.extend(answer.notes.iter().find_map(|note| match note {
                Note::TooLittle { issue, .. } => Some(issue.id.clone()),
                _ => None,
            }));
        }
        Self { status: answer.status, issues }
    }

    /// The issues that a reply would answer.
    fn sent(&self) -> &[String] {
        if self.status == Status::Matched { &self.issues } else { &[] }
    }

    /// How good it is; more is better.
    fn worth(&self, labels: &[String]) -> impl Ord + use<> {
        let right = |issues: &[String]| issues.iter().filter(|id| labels.contains(id)).count();
        let sent = right(self.sent());
        let wrong = self.sent().len() - sent;
        let idle = labels.is_empty() && self.status == Status::Review;
        (std::cmp::Reverse(wrong), sent, right(&self.issues), std::cmp::Reverse(idle))
    }
}

impl fmt::Display for Outcome {
    /// `review: green-bubbles`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.issues.is_empty() {
            return self.status.fmt(f);
        }
        write!(f, "{}: {}", self.status, self.issues.join(", "))
    }
}

impl Listing {
    /// The evidence in a line: the customer's words and what they are worth together, and for
    /// which issue where there are several.
    pub fn words(&self) -> String {
        said(&self.evidence)
    }
}

impl fmt::Display for Confusion {
    /// `billing answered as late-parcel`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = self.label.as_deref().unwrap_or("no issue");
        match (&self.answer, self.status) {
            (Some(answer), _) => write!(f, "{label} answered as {answer}"),
            (None, Status::Matched) => write!(f, "{label} overlooked beside another issue"),
            (None, Status::Review) => write!(f, "{label} left for review"),
            (None, Status::Unmatched) => write!(f, "{label} left unmatched"),
        }
    }
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Worse => "worse",
            Self::Better => "better",
            Self::Other => "other",
        })
    }
}

/// What answers came to with one set of packs.
#[derive(Clone, Debug, Default)]
struct Tally {
    tickets: Tickets,
    scores: BTreeMap<String, Score>,
    confusions: BTreeMap<(Option<String>, Option<String>, Status), u64>,
}

impl Tally {
    fn note(&mut self, labels: &[String], outcome: &Outcome) {
        let sent = outcome.sent();
        let wrong: Vec<&String> = sent.iter().filter(|id| !labels.contains(id)).collect();
        let missed: Vec<&String> = labels.iter().filter(|id| !sent.contains(id)).collect();
        for id in labels {
            let score = self.scores.entry(id.clone()).or_default();
            let (right, found) = (sent.contains(id), outcome.issues.contains(id));
            score.right += u64::from(right);
            score.missed += u64::from(!right);
            score.found += u64::from(found);
        }
        for &id in &wrong {
            self.scores.entry(id.clone()).or_default().wrong += 1;
        }
        let tickets = &mut self.tickets;
        tickets.labelled += 1;
        tickets.with_issue += u64::from(!labels.is_empty());
        let review = outcome.status == Status::Review;
        tickets.review_with_issue += u64::from(review && !labels.is_empty());
        *match outcome.status {
            Status::Matched if wrong.is_empty() => &mut tickets.right,
            Status::Matched => &mut tickets.wrong,
            Status::Review => &mut tickets.review,
            Status::Unmatched if labels.is_empty() => &mut tickets.left_alone,
            Status::Unmatched => &mut tickets.missed,
        } += 1;
        let mut pair = |label: Option<&String>, answer: Option<&String>| {
            let key = (label.cloned(), answer.cloned(), outcome.status);
            *self.confusions.entry(key).or_default() += 1;
        };
        match (missed.is_empty(), wrong.is_empty()) {
            (false, false) => {
                for &label in &missed {
                    for &answer in &wrong {
                        pair(Some(label), Some(answer));
                    }
                }
            }
            (true, false) => {
                for &answer in &wrong {
                    pair(None, Some(answer));
                }
            }
            (false, true) => {
                for &label in &missed {
                    pair(Some(label), None);
                }
            }
            (true, true) => {}
        }
    }

    fn all(&self) -> Score {
        let mut all = Score::default();
        for score in self.scores.values() {
            all.add(*score);
        }
        all
    }
}

/// Tickets that change from other packs to these.
#[derive(Default)]
struct Changes {
    counts: [u64; 3],
    kept: Vec<Change>,
}

/// Answers that are taken together.
#[derive(Clone, Copy, Default)]
struct Pool {
    answers: u64,
    right: u64,
    sum: f64,
}

/// An evaluation under way.
struct Run<'t> {
    triage: &'t Triage,
    labels: Labels,
    worker: Worker<'t>,
    other: Option<(Worker<'t>, Tally, Changes)>,
    tally: Tally,
    unknown: BTreeMap<String, u64>,
    /// Whether any label was an issue, or known to be none.
    means_something: bool,
    wrong: Listed,
    missed: Listed,
    bands: [Pool; BANDS.len()],
    sureness: Sureness,
}

impl Run<'_> {
    fn ticket(&mut self, file: &str, columns: &Columns, row: &Row, column: usize) {
        let Some(read) = self.labels.read(row.cell(column)) else {
            self.tally.tickets.unlabelled += 1;
            if let Some((_, tally, _)) = &mut self.other {
                tally.tickets.unlabelled += 1;
            }
            return;
        };
        let labels = self.meant(read);
        let assembled = columns.read(row);
        let ticket = assembled.ticket();
        let answer = self.worker.answer(&ticket);
        let outcome = Outcome::of(&answer);
        self.tally.note(&labels, &outcome);
        if answer.status == Status::Matched
            && let Some(issue) = answer.issue
        {
            self.sure(&answer, labels.contains(&issue.id));
        }
        let place = || Place::file(file).line(row.line);
        if let Some((worker, tally, changes)) = &mut self.other {
            let other = worker.answer(&ticket);
            let before = Outcome::of(&other);
            tally.note(&labels, &before);
            if before != outcome {
                let turn = match outcome.worth(&labels).cmp(&before.worth(&labels)) {
                    std::cmp::Ordering::Less => Turn::Worse,
                    std::cmp::Ordering::Greater => Turn::Better,
                    std::cmp::Ordering::Equal => Turn::Other,
                };
                changes.counts[turn as usize] += 1;
                if changes.kept.len() < MAX_LISTED {
                    changes.kept.push(Change {
                        turn,
                        place: place(),
                        ticket_id: ticket.id.to_owned(),
                        text: beginning(self.triage, &ticket),
                        labels: labels.clone(),
                        before,
                        after: outcome.clone(),
                        evidence: evidence(
                            if answer.issue.is_some() { &answer } else { &other },
                            &ticket,
                        ),
                    });
                }
            }
        }
        let wrong = outcome.sent().iter().any(|id| !labels.contains(id));
        let missed = !labels.is_empty() && outcome.status == Status::Unmatched;
        let listed = match (wrong, missed) {
            (true, _) => &mut self.wrong,
            (_, true) => &mut self.missed,
            _ => return,
        };
        listed.count += 1;
        if listed.tickets.len() < MAX_LISTED {
            listed.tickets.push(Listing {
                place: place(),
                ticket_id: ticket.id.to_owned(),
                text: beginning(self.triage, &ticket),
                labels,
                confidence: answer.issue.map(|_| answer.confidence),
                evidence: evidence(&answer, &ticket),
                notes: answer.notes.iter().map(Note::to_string).collect(),
                outcome,
            });
        }
    }

    /// The issues that labels stand for, those that nobody answers among them.
    fn meant(&mut self, read: Vec<Label>) -> Vec<String> {
        let mut labels = Vec::new();
        for label in read {
            match label {
                Label::Issue(id) => {
                    self.means_something = true;
                    labels.push(id);
                }
                Label::Nothing => self.means_something = true,
                Label::Unknown(label) => {
                    let mut label = shortened(&one_line(&label), MAX_WORDS);
                    if self.unknown.len() >= MAX_UNKNOWN && !self.unknown.contains_key(&label) {
                        OTHER_LABELS.clone_into(&mut label);
                    }
                    *self.unknown.entry(label.clone()).or_default() += 1;
                    labels.push(label);
                }
            }
        }
        labels.sort();
        labels.dedup();
        labels
    }

    fn sure(&mut self, answer: &Answer<'_>, right: bool) {
        self.sureness.note(answer.raw_confidence, right);
        let confidence = answer.confidence;
        // What is written as 0.90 belongs to the band that begins there.
        let above = BANDS.partition_point(|from| *from <= confidence + 1e-9);
        let pool = &mut self.bands[above.saturating_sub(1)];
        pool.answers += 1;
        pool.right += u64::from(right);
        pool.sum += confidence;
    }

    fn finish(mut self, options: EvalOptions<'_>) -> Result<Evaluation> {
        let mut unknown_labels: Vec<UnknownLabel> = self
            .unknown
            .iter()
            .map(|(label, &tickets)| UnknownLabel {
                label: label.clone(),
                tickets,
                near: self.labels.near(label).filter(|_| label != OTHER_LABELS).map(str::to_owned),
            })
            .collect();
        unknown_labels
            .sort_by(|a, b| b.tickets.cmp(&a.tickets).then_with(|| a.label.cmp(&b.label)));
        if !self.means_something {
            return Err(no_labels(options.label, &unknown_labels));
        }
        self.wrong
            .tickets
            .sort_by(|a, b| b.confidence.unwrap_or(0.0).total_cmp(&a.confidence.unwrap_or(0.0)));
        let mut issues: Vec<IssueScore> = self
            .tally
            .scores
            .iter()
            .map(|(id, score)| IssueScore { id: id.clone(), score: *score })
            .collect();
        issues
            .sort_by(|a, b| b.score.labels().cmp(&a.score.labels()).then_with(|| a.id.cmp(&b.id)));
        let mut confusions: Vec<Confusion> = self
            .tally
            .confusions
            .iter()
            .map(|((label, answer, status), &tickets)| Confusion {
                label: label.clone(),
                answer: answer.clone(),
                status: *status,
                tickets,
            })
            .collect();
        confusions.sort_by(|a, b| {
            let answered = b.answer.is_some().cmp(&a.answer.is_some());
            answered.then(b.tickets.cmp(&a.tickets)).then_with(|| a.cmp(b))
        });
        let mean = |figure: fn(&Score) -> Option<Figure>| {
            let figures: Vec<Figure> =
                issues.iter().filter_map(|issue| figure(&issue.score)).collect();
            Figure::mean(&figures)
        };
        Ok(Evaluation {
            tickets: self.tally.tickets,
            all: self.tally.all(),
            mean: Means {
                precision: mean(Score::precision),
                recall: mean(Score::recall),
                found_recall: mean(Score::found_recall),
                f1: mean(Score::f1),
            },
            issues,
            confusions,
            bands: bands(&self.bands),
            unknown_labels,
            wrong: self.wrong,
            missed: self.missed,
            against: self.other.and_then(|(_, tally, mut changes)| {
                let (name, _) = options.against?;
                changes.kept.sort_by_key(|change| change.turn);
                let [worse, better, other] = changes.counts;
                Some(Comparison {
                    name: name.to_owned(),
                    tickets: tally.tickets,
                    all: tally.all(),
                    better,
                    worse,
                    other,
                    chance: sign_test(better, worse),
                    changes: changes.kept,
                })
            }),
            sureness: self.sureness,
        })
    }
}

fn bands(pools: &[Pool; BANDS.len()]) -> Vec<Band> {
    let ends = BANDS.iter().skip(1).copied().chain([1.0]);
    let bands = BANDS.iter().zip(ends).zip(pools).filter(|(_, pool)| pool.answers > 0);
    bands
        .map(|((&from, to), pool)| Band {
            from,
            to,
            answers: pool.answers,
            right: pool.right,
            confidence: pool.sum / figures::float(pool.answers),
            precision: Figure::share(pool.right, pool.answers),
        })
        .collect()
}

fn no_labels(column: &str, unknown: &[UnknownLabel]) -> Error {
    let column = one_line(column);
    let Some(first) = unknown.first() else {
        let message = format!("no ticket has a label in \"{column}\"");
        return Error::new(ErrorKind::Columns, message).help("name another column with --label");
    };
    let have: Vec<String> =
        unknown.iter().take(5).map(|label| format!("\"{}\"", label.label)).collect();
    let more = if unknown.len() > 5 { ", ..." } else { "" };
    let message = format!(
        "no label in \"{column}\" is an issue of the packs (have: {}{more})",
        have.join(", ")
    );
    let near = first.near.as_deref().unwrap_or("issue-id");
    Error::new(ErrorKind::Columns, message).help(format!(
        "say what they mean in a file: \"{}\" = \"{near}\", or = \"\" for no issue; and add --map FILE",
        first.label
    ))
}

/// How a text begins, on one line.
fn beginning(triage: &Triage, ticket: &Ticket<'_>) -> String {
    shortened(&one_line(&triage.text_read(ticket)), MAX_TEXT)
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

/// Words with their points, each once.
fn said(evidence: &[Evidence]) -> String {
    let mut words: Vec<(&str, &str, u32)> = Vec::new();
    for hit in evidence {
        let same = |one: &&mut (&str, &str, u32)| one.0 == hit.text && one.1 == hit.issue;
        match words.iter_mut().find(same) {
            Some(known) => known.2 += hit.points,
            None => words.push((&hit.text, &hit.issue, hit.points)),
        }
    }
    let several = words.windows(2).any(|pair| pair[0].1 != pair[1].1);
    let words = words.iter().map(|(text, issue, points)| {
        let issue = if several { format!(" {issue}") } else { String::new() };
        format!("“{text}” +{points}{issue}")
    });
    words.collect::<Vec<_>>().join(", ")
}

fn evidence(answer: &Answer<'_>, ticket: &Ticket<'_>) -> Vec<Evidence> {
    answer
        .evidence()
        .filter_map(|hit| {
            let issue = match hit.role {
                Role::Issue(issue) => &issue.id,
                Role::Guard(guard) => &guard.id,
                _ => return None,
            };
            Some(Evidence {
                issue: issue.clone(),
                text: shortened(&shown_line(hit.text(ticket)), MAX_WORDS),
                phrase: shortened(hit.phrase, MAX_WORDS),
                points: hit.points,
            })
        })
        .take(MAX_EVIDENCE)
        .collect()
}

/// A number as `rounded` has it, if there is one.
#[allow(clippy::ref_option, reason = "what serde gives")]
fn maybe_rounded<S: Serializer>(value: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => rounded(value, to),
        None => to.serialize_none(),
    }
}

/// A value as its `Display` has it.
fn as_word<S: Serializer>(value: &impl std::fmt::Display, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

/// The counts and what is made of them.
fn with_figures<S: Serializer>(score: &Score, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Whole {
        right: u64,
        wrong: u64,
        missed: u64,
        found: u64,
        precision: Option<Figure>,
        recall: Option<Figure>,
        found_recall: Option<Figure>,
        f1: Option<Figure>,
    }
    let Score { right, wrong, missed, found } = *score;
    Whole {
        right,
        wrong,
        missed,
        found,
        precision: score.precision(),
        recall: score.recall(),
        found_recall: score.found_recall(),
        f1: score.f1(),
    }
    .serialize(to)
}

//! The packs, compiled, and a worker for each thread.

use crate::answer::{Answer, Candidate, FoundFact, Hit, Note, Role, Status, Weight};
use crate::decide::{Mark, Verdict, decide};
use crate::error::Result;
use crate::matcher::{self, Matcher, Scratch};
use crate::packs::{Fact, Fix, Guard, Issue, Pack, Packs};
use crate::reply::{Replies, Subject};
use crate::rules::Rules;
use crate::span::{Span, head};
use crate::text::{Cleaner, Edit, Folded, Kept, as_read, auto_reply};
use crate::ticket::{Field, Ticket};

/// A reply asks at most this many questions.
const MAX_ASKS: usize = 2;

/// Only so much of a field is searched: what a person writes is shorter, and a pasted log is no symptom.
const MAX_SEARCHED: usize = 1 << 20;

/// A reply answers at most this many issues; the others are listed.
const MAX_ANSWERED: usize = 2;

/// Compiled packs: `Send` and `Sync`, made once and shared by all threads.
///
/// ```
/// use triage::{Packs, Status, Ticket, Triage};
///
/// let triage = Triage::new(Packs::builtin()?)?.set("agent", "Noor")?;
/// let mut worker = triage.worker();
/// let ticket = Ticket { subject: "Printer", body: "It is out of paper.", ..Ticket::default() };
/// assert_eq!(worker.answer(&ticket).status, Status::Unmatched);
/// # Ok::<(), triage::Error>(())
/// ```
#[derive(Debug)]
pub struct Triage {
    packs: Packs,
    matcher: Matcher,
    rules: Rules,
    replies: Replies,
    cleaner: Cleaner,
}

/// What one thread needs to answer tickets; keeps its buffers from ticket to ticket.
#[derive(Debug)]
pub struct Worker<'t> {
    triage: &'t Triage,
    edits: Vec<Edit>,
    folded: Folded,
    scratch: Scratch,
    found: Vec<matcher::Hit>,
}

impl Triage {
    /// Compiles packs.
    ///
    /// # Errors
    ///
    /// Packs too large for the automaton.
    pub fn new(packs: Packs) -> Result<Self> {
        let (rules, patterns) = Rules::of(&packs);
        let matcher = Matcher::new(&patterns)?;
        let replies = Replies::new(&packs)?;
        Ok(Self { packs, matcher, rules, replies, cleaner: Cleaner::new() })
    }

    /// Sets a value that replies may use: `agent`, `company`, or one of a pack's `[reply.values]`.
    ///
    /// # Errors
    ///
    /// A name that no pack knows.
    pub fn set(mut self, key: &str, value: &str) -> Result<Self> {
        self.replies.set(key, value)?;
        Ok(self)
    }

    /// Reads texts in another way, such as with the quoted history.
    #[must_use]
    pub fn cleaner(self, cleaner: Cleaner) -> Self {
        Self { cleaner, ..self }
    }

    /// A ticket's text as it is read: what is masked is named in brackets.
    pub fn text_read(&self, ticket: &Ticket<'_>) -> String {
        let fields = Field::ALL.map(|field| {
            let (text, edits) = self.edits(ticket, field);
            as_read(text, &edits)
        });
        fields
            .iter()
            .filter(|text| !text.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    /// What is searched of a field, and how it is read.
    pub(crate) fn edits<'a>(&self, ticket: &Ticket<'a>, field: Field) -> (&'a str, Vec<Edit>) {
        let text = head(ticket.field(field), MAX_SEARCHED);
        let mut edits = Vec::new();
        self.cleaner.clean(text, &mut edits);
        (text, edits)
    }

    /// By how many points an issue must lead a rival on the same words.
    pub(crate) fn margin(&self, issue: &Issue) -> u32 {
        self.issue_number(issue).map_or(0, |number| self.rules.terms[number].margin)
    }

    /// A worker; each thread has its own.
    pub fn worker(&self) -> Worker<'_> {
        Worker {
            triage: self,
            edits: Vec::new(),
            folded: Folded::default(),
            scratch: self.matcher.scratch(),
            found: Vec::new(),
        }
    }

    /// The packs that it was made from.
    pub fn packs(&self) -> &Packs {
        &self.packs
    }

    /// How many issues there are in all packs.
    pub(crate) fn issue_count(&self) -> usize {
        self.rules.terms.len()
    }

    /// Their ids, by number.
    pub(crate) fn issue_ids(&self) -> impl Iterator<Item = &str> {
        self.rules.terms.iter().map(|terms| terms.id.as_str())
    }

    /// The number of an issue of these packs.
    pub(crate) fn issue_number(&self, issue: &Issue) -> Option<usize> {
        self.rules.terms.iter().position(|terms| terms.id == issue.id)
    }

    /// The longest reply to one issue: every fix still to be tried, everything still to be asked.
    pub(crate) fn longest_reply(&self, issue: &Issue) -> Option<String> {
        let number = self.issue_number(issue)?;
        let issue = self.issue(number);
        let mut answer = set_aside(Vec::new());
        answer.fixes = self.fixes(&[number], &[]).0;
        answer.asks = self.asks(&[number], &[]);
        let ticket = &Ticket::default();
        let subject =
            Subject { ticket, pack: self.pack(number), issues: &[issue], answer: &answer };
        self.replies.write(&subject).ok()
    }

    fn issue(&self, number: usize) -> &Issue {
        self.rules.issue(&self.packs, number)
    }

    /// What the confidence in an issue came to, where its pack knows.
    fn calibrated(&self, issue: usize, raw: f64) -> f64 {
        self.pack(issue).calibration.as_ref().map_or(raw, |calibration| calibration.apply(raw))
    }

    fn pack(&self, issue: usize) -> &Pack {
        self.rules.pack(&self.packs, issue)
    }

    /// Fixes of the issues in their order, each once: those to advise, and those that were tried.
    fn fixes<'t>(&'t self, issues: &[usize], hits: &[Hit<'t>]) -> (Vec<&'t Fix>, Vec<&'t Fix>) {
        let mut all: Vec<&Fix> = Vec::new();
        for &number in issues {
            for &fix in &self.issue(number).fixes {
                let fix = &self.pack(number).fixes[fix];
                if !all.iter().any(|known| std::ptr::eq(*known, fix)) {
                    all.push(fix);
                }
            }
        }
        let was_tried = |fix: &&Fix| {
            hits.iter()
                .any(|hit| matches!(hit.role, Role::Tried(tried) if std::ptr::eq(tried, *fix)))
        };
        let (tried, advised): (Vec<&Fix>, Vec<&Fix>) = all.into_iter().partition(was_tried);
        (advised, tried)
    }

    /// What to ask: facts that the issues want and the ticket does not state.
    fn asks<'t>(&'t self, issues: &[usize], facts: &[FoundFact<'t>]) -> Vec<&'t Fact> {
        let mut asks: Vec<&Fact> = Vec::new();
        for &number in issues {
            for &fact in &self.issue(number).asks {
                let fact = &self.pack(number).facts[fact];
                let known = facts.iter().any(|found| std::ptr::eq(found.fact, fact));
                if fact.ask.is_some() && !known && !asks.iter().any(|ask| std::ptr::eq(*ask, fact))
                {
                    asks.push(fact);
                }
            }
        }
        asks.truncate(MAX_ASKS);
        asks
    }
}

impl<'t> Worker<'t> {
    /// Answers a ticket. The same ticket always gets the same answer.
    pub fn answer(&mut self, ticket: &Ticket<'_>) -> Answer<'t> {
        if let Some(kind) = auto_reply(ticket.subject, ticket.body) {
            return set_aside(vec![Note::Automatic(kind)]);
        }
        let Reading { mut marks, values, doubts } = self.read(ticket);
        let verdict = decide(&self.triage.rules.terms, &mut marks);
        // The seam for a second pass: where the verdict is not a confident
        // answer, a corrected `Folded` of the same fields would be read here
        // and judged again.
        let hits = marks
            .iter()
            .zip(values)
            .map(|(mark, value)| self.triage.rules.hit(&self.triage.packs, mark, value))
            .collect();
        self.write(ticket, &verdict, hits, doubts)
    }

    /// Everything that hits in a ticket, in its order, with what facts read.
    fn read(&mut self, ticket: &Ticket<'_>) -> Reading<'t> {
        let mut reading = Reading::default();
        if ticket.cut_off {
            reading.doubts.push(Note::CutOff);
        }
        for field in Field::ALL {
            let whole = ticket.field(field);
            let text = head(whole, MAX_SEARCHED);
            if text.len() < whole.len() && !ticket.cut_off {
                reading.doubts.push(Note::CutOff);
            }
            if self.triage.cleaner.clean(text, &mut self.edits) == Kept::All {
                reading.doubts.push(Note::NothingElse);
            }
            self.folded.refold_edited(text, &self.edits);
            self.found.clear();
            self.triage.matcher.find(&self.folded, &mut self.scratch, &mut self.found);
            for hit in &self.found {
                // A hit that cuts a character in two is none.
                let Some(span) = self.folded.original(hit.at.clone()) else {
                    continue;
                };
                let kind = self.triage.rules.kind(hit.rule);
                reading.marks.push(Mark {
                    rule: hit.rule,
                    field,
                    span,
                    whole: hit.whole,
                    kind,
                    weight: Weight::None,
                });
                let value = hit.value.clone().and_then(|value| self.folded.original(value));
                reading.values.push(value);
            }
        }
        reading
    }

    fn write(
        &self,
        ticket: &Ticket<'_>,
        verdict: &Verdict,
        hits: Vec<Hit<'t>>,
        doubts: Vec<Note<'t>>,
    ) -> Answer<'t> {
        let triage = self.triage;
        let facts = facts(&hits);
        let best = verdict.best.filter(|_| verdict.reached);
        let companions = best.iter().flat_map(|_| &verdict.companions).take(MAX_ANSWERED - 1);
        let answered: Vec<usize> = best.iter().chain(companions).copied().collect();
        let (fixes, tried) = triage.fixes(&answered, &hits);
        let mut answer = Answer {
            status: Status::Unmatched,
            issue: best.map(|issue| triage.issue(issue)),
            confidence: best.map_or(0.0, |issue| triage.calibrated(issue, verdict.confidence)),
            raw_confidence: verdict.confidence,
            others: verdict.others.iter().map(|&issue| triage.issue(issue)).collect(),
            asks: triage.asks(&answered, &facts),
            facts,
            fixes,
            tried,
            reply: String::new(),
            notes: Vec::new(),
            candidates: verdict
                .standings
                .iter()
                .map(|s| Candidate { issue: triage.issue(s.issue), points: s.points, gate: s.gate })
                .collect(),
            hits,
        };
        self.judge(verdict, &answered, doubts, &mut answer);
        if answer.status == Status::Matched {
            self.reply(ticket, &answered, &mut answer);
        }
        answer
    }

    /// Sets the status and the notes.
    fn judge(
        &self,
        verdict: &Verdict,
        answered: &[usize],
        of_reading: Vec<Note<'t>>,
        answer: &mut Answer<'t>,
    ) {
        let triage = self.triage;
        let mut guards: Vec<&Guard> = Vec::new();
        for hit in &answer.hits {
            if let Role::Guard(guard) = hit.role
                && !guards.iter().any(|known| std::ptr::eq(*known, guard))
            {
                guards.push(guard);
            }
        }
        let mut doubts: Vec<Note<'t>> = guards.into_iter().map(Note::Guarded).collect();
        if let Some((rival, lead)) = verdict.too_close {
            doubts.push(Note::TooClose { rival: triage.issue(rival), lead });
        }
        if let (Some(best), false) = (verdict.best, verdict.reached) {
            let points = verdict.standings.first().map_or(0, |standing| standing.points);
            doubts.push(Note::TooLittle { issue: triage.issue(best), points });
        }
        if verdict.reached && answer.fixes.is_empty() && !answer.tried.is_empty() {
            doubts.push(Note::AllTried);
        }
        // How a text was read matters where something was read in it.
        if verdict.reached || !doubts.is_empty() {
            doubts.extend(of_reading);
        }
        answer.status = match (doubts.is_empty(), verdict.reached) {
            (false, _) => Status::Review,
            (true, true) => Status::Matched,
            (true, false) => Status::Unmatched,
        };
        answer.notes = doubts;
        answer.notes.extend(answered.iter().skip(1).map(|&issue| Note::Also(triage.issue(issue))));
        if !answer.tried.is_empty() {
            answer.notes.push(Note::Tried(answer.tried.clone()));
        }
    }

    fn reply(&self, ticket: &Ticket<'_>, answered: &[usize], answer: &mut Answer<'t>) {
        let triage = self.triage;
        let Some(&first) = answered.first() else { return };
        let issues: Vec<&Issue> = answered.iter().map(|&issue| triage.issue(issue)).collect();
        let subject = Subject { ticket, pack: triage.pack(first), issues: &issues, answer };
        match triage.replies.write(&subject) {
            Ok(reply) => answer.reply = reply,
            Err(why) => {
                answer.status = Status::Review;
                answer.notes.push(Note::ReplyFailed(why));
            }
        }
    }
}

/// What came of reading a ticket.
#[derive(Default)]
struct Reading<'t> {
    marks: Vec<Mark>,
    /// What facts read, beside each mark.
    values: Vec<Option<Span>>,
    /// Why what was read may not be what the customer means.
    doubts: Vec<Note<'t>>,
}

/// An answer in which nothing was found: to a message that no customer wrote, for one.
fn set_aside(notes: Vec<Note<'_>>) -> Answer<'_> {
    Answer {
        status: Status::Unmatched,
        issue: None,
        confidence: 0.0,
        raw_confidence: 0.0,
        others: Vec::new(),
        fixes: Vec::new(),
        tried: Vec::new(),
        asks: Vec::new(),
        facts: Vec::new(),
        reply: String::new(),
        notes,
        candidates: Vec::new(),
        hits: Vec::new(),
    }
}

/// The first value of each fact.
fn facts<'t>(hits: &[Hit<'t>]) -> Vec<FoundFact<'t>> {
    let mut facts: Vec<FoundFact<'t>> = Vec::new();
    for hit in hits {
        if let (Role::Fact(fact), Some(span)) = (hit.role, hit.value)
            && !facts.iter().any(|found| std::ptr::eq(found.fact, fact))
        {
            facts.push(FoundFact { fact, field: hit.field, span });
        }
    }
    facts
}

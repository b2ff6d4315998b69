//! The packs, compiled, and a worker for each thread.

use crate::answer::{Answer, Candidate, FoundFact, Hit, Note, Role, Status, Weight};
use crate::decide::{Kind, Mark, Terms, Verdict, decide};
use crate::error::Result;
use crate::matcher::{self, Matcher, Rule, Scratch};
use crate::packs::{Fact, Fix, Guard, Issue, Pack, Packs};
use crate::reply::{Replies, Subject};
use crate::span::Span;
use crate::text::Folded;
use crate::ticket::{Field, Ticket};

/// A reply asks at most this many questions.
const MAX_ASKS: usize = 2;

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
    rules: Vec<RuleInfo>,
    /// Each issue's pack and its place in it.
    issues: Vec<(usize, usize)>,
    terms: Vec<Terms>,
    replies: Replies,
}

/// What one thread needs to answer tickets; keeps its buffers from ticket to ticket.
#[derive(Debug)]
pub struct Worker<'t> {
    triage: &'t Triage,
    folded: Folded,
    scratch: Scratch,
    found: Vec<matcher::Hit>,
}

/// What a rule of the matcher is for.
#[derive(Clone, Copy, Debug)]
struct RuleInfo {
    purpose: Purpose,
    points: u32,
}

/// Places in the packs: the first number is always the pack, or for issues the issue in [`Triage::issues`].
#[derive(Clone, Copy, Debug)]
enum Purpose {
    Phrase(usize, usize),
    Pattern(usize, usize),
    Need(usize, usize),
    Not(usize, usize),
    GuardPhrase(usize, usize, usize),
    GuardPattern(usize, usize, usize),
    Tried(usize, usize, usize),
    Fact(usize, usize, usize),
}

impl Triage {
    /// Compiles packs.
    ///
    /// # Errors
    ///
    /// Packs too large for the automaton.
    pub fn new(packs: Packs) -> Result<Self> {
        let mut compiler = Compiler::default();
        for (number, pack) in packs.iter().enumerate() {
            compiler.add(number, pack);
        }
        let Compiler { rules, infos, issues, terms } = compiler;
        let matcher = Matcher::new(&rules)?;
        let replies = Replies::new(&packs)?;
        Ok(Self { matcher, rules: infos, issues, terms, replies, packs })
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

    /// A worker; each thread has its own.
    pub fn worker(&self) -> Worker<'_> {
        Worker {
            triage: self,
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
        self.issues.len()
    }

    /// Their ids, by number.
    pub(crate) fn issue_ids(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(|terms| terms.id.as_str())
    }

    /// The number of an issue of these packs.
    pub(crate) fn issue_number(&self, issue: &Issue) -> Option<usize> {
        self.terms.iter().position(|terms| terms.id == issue.id)
    }

    fn pack(&self, number: usize) -> &Pack {
        self.packs.get(number)
    }

    fn issue(&self, number: usize) -> &Issue {
        let (pack, issue) = self.issues[number];
        &self.pack(pack).issues[issue]
    }

    /// A hit as the answer has it: roles instead of numbers.
    fn hit<'t>(&'t self, mark: &Mark, value: Option<Span>) -> Hit<'t> {
        let RuleInfo { purpose, points } = self.rules[mark.rule];
        let (role, phrase) = match purpose {
            Purpose::Phrase(issue, n) => {
                let issue = self.issue(issue);
                (Role::Issue(issue), &issue.phrases[n].what.value.written)
            }
            Purpose::Pattern(issue, n) => {
                let issue = self.issue(issue);
                (Role::Issue(issue), &issue.patterns[n].what.value.written)
            }
            Purpose::Need(issue, n) => {
                (Role::Need(self.issue(issue)), &self.issue(issue).needs[n].value.written)
            }
            Purpose::Not(issue, n) => {
                (Role::Not(self.issue(issue)), &self.issue(issue).not[n].value.written)
            }
            Purpose::GuardPhrase(pack, guard, n) => {
                let guard: &Guard = &self.pack(pack).guards[guard];
                (Role::Guard(guard), &guard.phrases[n].value.written)
            }
            Purpose::GuardPattern(pack, guard, n) => {
                let guard: &Guard = &self.pack(pack).guards[guard];
                (Role::Guard(guard), &guard.patterns[n].value.written)
            }
            Purpose::Tried(pack, fix, n) => {
                let fix: &Fix = &self.pack(pack).fixes[fix];
                (Role::Tried(fix), &fix.tried[n].value.written)
            }
            Purpose::Fact(pack, fact, n) => {
                let fact: &Fact = &self.pack(pack).facts[fact];
                (Role::Fact(fact), &fact.patterns[n].value.written)
            }
        };
        Hit { role, phrase, points, field: mark.field, span: mark.span, value, weight: mark.weight }
    }

    /// Fixes of the issues in their order, each once: those to advise, and those that were tried.
    fn fixes<'t>(&'t self, issues: &[usize], hits: &[Hit<'t>]) -> (Vec<&'t Fix>, Vec<&'t Fix>) {
        let mut all: Vec<&Fix> = Vec::new();
        for &number in issues {
            let (pack, _) = self.issues[number];
            for &fix in &self.issue(number).fixes {
                let fix = &self.pack(pack).fixes[fix];
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
            let (pack, _) = self.issues[number];
            for &fact in &self.issue(number).asks {
                let fact = &self.pack(pack).facts[fact];
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
        let (mut marks, values) = self.read(ticket);
        let verdict = decide(&self.triage.terms, &mut marks);
        // The seam for a second pass: where the verdict is not a confident
        // answer, a corrected `Folded` of the same fields would be read here
        // and judged again.
        let hits =
            marks.iter().zip(values).map(|(mark, value)| self.triage.hit(mark, value)).collect();
        self.write(ticket, &verdict, hits)
    }

    /// Everything that hits in a ticket, in its order, with what facts read.
    fn read(&mut self, ticket: &Ticket<'_>) -> (Vec<Mark>, Vec<Option<Span>>) {
        let (mut marks, mut values) = (Vec::new(), Vec::new());
        for field in Field::ALL {
            self.folded.refold(ticket.field(field));
            self.found.clear();
            self.triage.matcher.find(&self.folded, &mut self.scratch, &mut self.found);
            for hit in &self.found {
                // A hit that cuts a character in two is none.
                let Some(span) = self.folded.original(hit.at.clone()) else {
                    continue;
                };
                let kind = self.triage.kind(hit.rule);
                marks.push(Mark {
                    rule: hit.rule,
                    field,
                    span,
                    whole: hit.whole,
                    kind,
                    weight: Weight::None,
                });
                values.push(hit.value.clone().and_then(|value| self.folded.original(value)));
            }
        }
        (marks, values)
    }

    fn write(&self, ticket: &Ticket<'_>, verdict: &Verdict, hits: Vec<Hit<'t>>) -> Answer<'t> {
        let triage = self.triage;
        let facts = facts(&hits);
        let best = verdict.best.filter(|_| verdict.reached);
        let companions = best.iter().flat_map(|_| &verdict.companions).take(MAX_ANSWERED - 1);
        let answered: Vec<usize> = best.iter().chain(companions).copied().collect();
        let (fixes, tried) = triage.fixes(&answered, &hits);
        let mut answer = Answer {
            status: Status::Unmatched,
            issue: best.map(|issue| triage.issue(issue)),
            confidence: verdict.confidence,
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
        self.judge(verdict, &answered, &mut answer);
        if answer.status == Status::Matched {
            self.reply(ticket, &answered, &mut answer);
        }
        answer
    }

    /// Sets the status and the notes.
    fn judge(&self, verdict: &Verdict, answered: &[usize], answer: &mut Answer<'t>) {
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
        let Some(&(pack, _)) = answered.first().map(|&issue| &triage.issues[issue]) else {
            return;
        };
        let issues: Vec<&Issue> = answered.iter().map(|&issue| triage.issue(issue)).collect();
        let subject = Subject { ticket, pack: triage.pack(pack), issues: &issues, answer };
        match triage.replies.write(&subject) {
            Ok(reply) => answer.reply = reply,
            Err(why) => {
                answer.status = Status::Review;
                answer.notes.push(Note::ReplyFailed(why));
            }
        }
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

impl Triage {
    fn kind(&self, rule: usize) -> Kind {
        let RuleInfo { purpose, points } = self.rules[rule];
        match purpose {
            Purpose::Phrase(issue, _) | Purpose::Pattern(issue, _) => {
                Kind::Points { issue, points }
            }
            Purpose::Need(issue, need) => Kind::Need { issue, need },
            Purpose::Not(issue, _) => Kind::Not { issue },
            _ => Kind::Other,
        }
    }
}

/// Collects the rules of all packs, and what each is for.
#[derive(Default)]
struct Compiler<'p> {
    rules: Vec<Rule<'p>>,
    infos: Vec<RuleInfo>,
    issues: Vec<(usize, usize)>,
    terms: Vec<Terms>,
}

impl<'p> Compiler<'p> {
    fn rule(&mut self, rule: Rule<'p>, purpose: Purpose, points: u32) {
        self.rules.push(rule);
        self.infos.push(RuleInfo { purpose, points });
    }

    fn add(&mut self, number: usize, pack: &'p Pack) {
        for (place, issue) in pack.issues.iter().enumerate() {
            let global = self.issues.len();
            self.issues.push((number, place));
            self.terms.push(Terms {
                id: issue.id.clone(),
                threshold: issue.threshold,
                margin: pack.margin,
                needs: issue.needs.len(),
            });
            for (n, scored) in issue.phrases.iter().enumerate() {
                self.rule(
                    Rule::Phrase(&scored.what.value),
                    Purpose::Phrase(global, n),
                    scored.points,
                );
            }
            for (n, scored) in issue.patterns.iter().enumerate() {
                self.rule(
                    Rule::Pattern(&scored.what.value),
                    Purpose::Pattern(global, n),
                    scored.points,
                );
            }
            for (n, phrase) in issue.needs.iter().enumerate() {
                self.rule(Rule::Phrase(&phrase.value), Purpose::Need(global, n), 0);
            }
            for (n, phrase) in issue.not.iter().enumerate() {
                self.rule(Rule::Phrase(&phrase.value), Purpose::Not(global, n), 0);
            }
        }
        for (place, guard) in pack.guards.iter().enumerate() {
            for (n, phrase) in guard.phrases.iter().enumerate() {
                self.rule(Rule::Phrase(&phrase.value), Purpose::GuardPhrase(number, place, n), 0);
            }
            for (n, pattern) in guard.patterns.iter().enumerate() {
                self.rule(
                    Rule::Pattern(&pattern.value),
                    Purpose::GuardPattern(number, place, n),
                    0,
                );
            }
        }
        for (place, fix) in pack.fixes.iter().enumerate() {
            for (n, phrase) in fix.tried.iter().enumerate() {
                self.rule(Rule::Phrase(&phrase.value), Purpose::Tried(number, place, n), 0);
            }
        }
        for (place, fact) in pack.facts.iter().enumerate() {
            for (n, pattern) in fact.patterns.iter().enumerate() {
                self.rule(Rule::Pattern(&pattern.value), Purpose::Fact(number, place, n), 0);
            }
        }
    }
}

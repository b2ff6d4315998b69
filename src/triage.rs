//! The packs, compiled, and a worker for each thread.

use crate::answer::{Answer, Candidate, FoundFact, Hit, Note, Role, Slip, Status, Weight};
use crate::clause::{self, Language, Relief, Sentence, Sign, State};
use crate::decide::{Judge, Kind, Mark, Verdict};
use crate::error::Result;
use crate::matcher::{self, Matcher, Scratch, Tokens};
use crate::packs::{Fact, Fix, Guard, Issue, Pack, Packs};
use crate::reply::{Replies, Subject, Written};
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
    /// For each field, how it is read.
    texts: [Text; Field::ALL.len()],
    scratch: Scratch,
    found: matcher::Hits,
    /// What was found in tickets before, for its memory.
    spare: Option<[Box<Found>; 2]>,
    judge: Judge,
    written: Written,
}

/// A field of a ticket as it is read; buffers that are used again.
#[derive(Debug, Default)]
struct Text {
    edits: Vec<Edit>,
    folded: Folded,
    tokens: Tokens,
    /// Regexes of facts that may hit.
    facts: Vec<usize>,
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
            texts: std::array::from_fn(|_| Text::default()),
            scratch: self.matcher.scratch(),
            found: matcher::Hits::default(),
            spare: None,
            judge: Judge::default(),
            written: Written::default(),
        }
    }

    /// The packs that it was made from.
    pub fn packs(&self) -> &Packs {
        &self.packs
    }

    /// The ids of issues, each once.
    pub(crate) fn topics(&self) -> &[String] {
        &self.rules.topics
    }

    /// Where an issue's id stands among them.
    pub(crate) fn topic(&self, issue: &Issue) -> Option<usize> {
        self.rules.topics.iter().position(|id| *id == issue.id)
    }

    /// The number of an issue of these packs.
    fn issue_number(&self, issue: &Issue) -> Option<usize> {
        (0..self.rules.terms.len()).find(|number| std::ptr::eq(self.issue(*number), issue))
    }

    /// The longest reply to one issue: every fix still to be tried, everything still to be asked.
    pub(crate) fn longest_reply(&self, issue: &Issue) -> Option<String> {
        let number = self.issue_number(issue)?;
        let issue = self.issue(number);
        let mut answer = set_aside(Vec::new());
        answer.fixes = self.fixes(&[number], &[], &Ticket::default()).advised;
        answer.asks = self.asks(&[number], &[]);
        let ticket = &Ticket::default();
        let subject = Subject { ticket, issues: &[(self.pack(number), issue)], answer: &answer };
        self.replies.write(&subject, &mut Written::default()).ok()
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

    /// What to do about the issues, in their order, each once.
    fn fixes<'t>(&'t self, issues: &[usize], hits: &[Hit<'t>], ticket: &Ticket<'_>) -> Fixes<'t> {
        let mut fixes = Fixes::default();
        let mut tried: Vec<&Fix> = Vec::new();
        for hit in hits.iter().filter(|hit| hit.weight != Weight::NotMeant(State::NotDone)) {
            if let Role::Tried(fix) = hit.role
                && !tried.iter().any(|known| known.is(fix))
            {
                tried.push(fix);
            }
        }
        for &number in issues {
            let pack = self.pack(number);
            for &fix in &self.issue(number).fixes {
                let fix = &pack.fixes[fix];
                let known = [&fixes.advised, &fixes.tried, &fixes.unneeded];
                if known.into_iter().flatten().any(|known| known.is(fix)) {
                    continue;
                }
                let was_tried = tried.iter().any(|tried| tried.is(fix));
                let is_needed = fix.only.as_ref().is_none_or(|only| {
                    let fact = &pack.facts[only.fact];
                    hits.iter().filter(|hit| matches!(hit.role, Role::Fact(f) if f.is(fact))).all(
                        |hit| {
                            let said =
                                hit.value.and_then(|at| ticket.field(hit.field).get(at.range()));
                            said.is_none_or(|said| only.below.may_be_above(said))
                        },
                    )
                });
                let into = match (was_tried, is_needed) {
                    (true, _) => &mut fixes.tried,
                    (false, true) => &mut fixes.advised,
                    (false, false) => &mut fixes.unneeded,
                };
                into.push(fix);
            }
        }
        // Whoever takes the ticket on should know of the others too.
        tried.retain(|fix| !fixes.tried.iter().any(|known| known.is(fix)));
        fixes.tried.extend(tried);
        fixes
    }

    /// What to ask: facts that the issues want and the ticket does not state.
    fn asks<'t>(&'t self, issues: &[usize], facts: &[FoundFact<'t>]) -> Vec<&'t Fact> {
        let mut asks: Vec<&Fact> = Vec::new();
        for &number in issues {
            for &fact in &self.issue(number).asks {
                let fact = &self.pack(number).facts[fact];
                let known = facts.iter().any(|found| found.fact.is(fact));
                if fact.ask.is_some() && !known && !asks.iter().any(|ask| ask.is(fact)) {
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
        let doubts = self.read(ticket);
        let [first, second] = self.spare.take().unwrap_or_default();
        let (mut found, mut other) = (self.find(ticket, first), second);
        let mut slips = Vec::new();
        // A reply that stands without guessing stays, unless a person must look.
        let is_clear = found.verdict.is_clear();
        if !is_clear || self.triage.rules.have_guards() {
            self.correct(&mut slips);
        }
        if !slips.is_empty() {
            other = self.find(ticket, other);
            if !is_clear || other.guards(self.triage) > found.guards(self.triage) {
                std::mem::swap(&mut found, &mut other);
            } else {
                slips.clear();
            }
        }
        let answer = self.write(ticket, &found, slips, doubts);
        self.spare = Some([found, other]);
        answer
    }

    /// Reads the fields of a ticket: cleaned, folded, as words. Says why what is read may not be what the customer means.
    fn read(&mut self, ticket: &Ticket<'_>) -> Vec<Note<'t>> {
        let mut doubts = Vec::new();
        if ticket.cut_off {
            doubts.push(Note::CutOff);
        }
        for (field, read) in Field::ALL.into_iter().zip(&mut self.texts) {
            let whole = ticket.field(field);
            let text = head(whole, MAX_SEARCHED);
            if text.len() < whole.len() && !ticket.cut_off {
                doubts.push(Note::CutOff);
            }
            if self.triage.cleaner.clean(text, &mut read.edits) == Kept::All {
                doubts.push(Note::NothingElse);
            }
            read.folded.refold_edited(text, &read.edits);
            self.triage.matcher.read(&read.folded, &mut read.tokens);
        }
        doubts
    }

    /// Reads typing mistakes as what was meant, and says which.
    fn correct(&mut self, slips: &mut Vec<Slip>) {
        let mut found = Vec::new();
        for (field, read) in Field::ALL.into_iter().zip(&mut self.texts) {
            found.clear();
            self.triage.matcher.correct(&read.folded, &mut read.tokens, &mut found);
            slips.extend(found.drain(..).filter_map(|slip| {
                let span = read.folded.original(slip.at)?;
                Some(Slip { field, span, read: slip.read })
            }));
        }
    }

    /// Everything that hits in what was read, in its order, and what comes of it.
    fn find(&mut self, ticket: &Ticket<'_>, mut found: Box<Found>) -> Box<Found> {
        found.clear();
        let rules = &self.triage.rules;
        for (field, read) in Field::ALL.into_iter().zip(&mut self.texts) {
            let Text { folded, tokens, facts, .. } = read;
            self.triage.matcher.find(folded, tokens, &mut self.scratch, &mut self.found);
            std::mem::swap(facts, &mut self.found.more);
            let mut last = (0..0, None);
            for hit in &self.found.all {
                if let Some((language, closes)) = rules.sign(hit.rule) {
                    found.signs.push((field, language, Sign { at: hit.at.clone(), closes }));
                    continue;
                }
                // Many hits are the same words, for many rules.
                if last.0 != hit.at {
                    last = (hit.at.clone(), folded.original(hit.at.clone()));
                }
                // A hit that cuts a character in two is none.
                let Some(span) = last.1 else { continue };
                let parts = found.parts(folded, &self.found.parts[hit.parts.clone()]);
                let kind = rules.kind(hit.rule);
                // Whether a step was taken is for the clause to say.
                let state = if kind == Kind::Step { State::NotDone } else { State::Said };
                let (rule, whole, weight) = (hit.rule, hit.whole, Weight::None);
                found.marks.push(Mark { rule, field, span, whole, parts, kind, state, weight });
                let runs = &self.found.runs[hit.runs.clone()];
                let first = found.runs.len();
                found.runs.extend_from_slice(runs);
                found.places.push((hit.at.clone(), first..found.runs.len()));
            }
        }
        found.judge(&mut self.judge, rules);
        // What nothing comes of need not be understood.
        if let Some(best) = found.verdict.best {
            let is_news = self.understand(ticket, &mut found);
            self.read_facts(rules.issue_language(best), &mut found);
            if is_news {
                found.judge(&mut self.judge, rules);
            }
        }
        found
    }

    /// Asks the clauses around what hit whether it is meant; says whether any is meant otherwise
    /// than it was taken so far.
    fn understand(&self, ticket: &Ticket<'_>, found: &mut Found) -> bool {
        let rules = &self.triage.rules;
        let clauses = Field::ALL.map(|field| {
            clause::Text::new(ticket.field(field), &self.texts[field as usize].folded)
        });
        let reliefs = reliefs(&clauses, found, rules);
        let mut sentence: Option<(Field, Sentence<'_>)> = None;
        let mut is_news = false;
        for (mark, (at, runs)) in found.marks.iter_mut().zip(&found.places) {
            let language = rules.language(mark.rule);
            let is_symptom = mark.kind.is_symptom();
            if !is_symptom && mark.kind != Kind::Step {
                continue;
            }
            let (_, sentence) = match sentence.take() {
                Some(known) if known.0 == mark.field && known.1.holds(at.start) => {
                    sentence.insert(known)
                }
                _ => {
                    let text = clauses[mark.field as usize];
                    sentence.insert((mark.field, text.sentence(at.start)))
                }
            };
            let state = if is_symptom {
                let runs = &found.runs[runs.clone()];
                sentence.of_symptom(at, runs, &reliefs[mark.field as usize], language)
            } else {
                sentence.of_step(at, language)
            };
            is_news |= std::mem::replace(&mut mark.state, state) != state;
        }
        if is_news {
            found.let_bodies_deny_subjects();
        }
        is_news
    }

    /// Reads the facts of a ticket that something comes of, in its language.
    fn read_facts(&mut self, language: Language, found: &mut Found) {
        for (field, read) in Field::ALL.into_iter().zip(&self.texts) {
            let Text { folded, facts, .. } = read;
            let is_ours = |rule: usize| self.triage.rules.language(rule).is(language);
            self.triage.matcher.read_more(folded, facts, is_ours, &mut self.found.all);
            for hit in &self.found.all {
                let value = hit.value.clone().and_then(|value| folded.original(value));
                if let Some(span) = folded.original(hit.at.clone()) {
                    found.facts.push(FactHit { rule: hit.rule, field, span, value });
                }
            }
        }
    }

    fn write(
        &mut self,
        ticket: &Ticket<'_>,
        found: &Found,
        slips: Vec<Slip>,
        doubts: Vec<Note<'t>>,
    ) -> Answer<'t> {
        if found.marks.is_empty() {
            return Answer { slips, ..set_aside(Vec::new()) };
        }
        let triage = self.triage;
        let verdict = &found.verdict;
        let hits = found.hits(triage);
        let facts = facts(&hits);
        let best = verdict.best.filter(|_| verdict.reached);
        let companions = best.iter().flat_map(|_| &verdict.companions).take(MAX_ANSWERED - 1);
        // A reply is in one language.
        let in_its_language = |issue: &usize| {
            let pack = best.map_or(0, |best| triage.rules.pack_number(best));
            triage.rules.edition(*issue, pack)
        };
        let answered: Vec<usize> = best.iter().chain(companions).map(in_its_language).collect();
        let Fixes { advised, mut tried, unneeded } = triage.fixes(&answered, &hits, ticket);
        if verdict.best.is_none() {
            tried.clear();
        }
        let mut answer = Answer {
            status: Status::Unmatched,
            issue: best.map(|issue| triage.issue(issue)),
            confidence: best.map_or(0.0, |issue| triage.calibrated(issue, verdict.confidence)),
            raw_confidence: verdict.confidence,
            others: verdict.others.iter().map(|&issue| triage.issue(issue)).collect(),
            asks: triage.asks(&answered, &facts),
            facts,
            fixes: advised,
            tried,
            unneeded,
            reply: String::new(),
            notes: Vec::new(),
            candidates: verdict
                .standings
                .iter()
                .map(|s| Candidate { issue: triage.issue(s.issue), points: s.points, gate: s.gate })
                .collect(),
            hits,
            slips,
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
                && !guards.iter().any(|known| known.is(guard))
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
        let has_fixes = |issue: &usize| !triage.issue(*issue).fixes.is_empty();
        if answer.fixes.is_empty() && answered.iter().any(has_fixes) {
            doubts.push(Note::NothingLeft);
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
        if !answer.unneeded.is_empty() {
            answer.notes.push(Note::Unneeded(answer.unneeded.clone()));
        }
    }

    fn reply(&mut self, ticket: &Ticket<'_>, answered: &[usize], answer: &mut Answer<'t>) {
        let triage = self.triage;
        let of = |&issue: &usize| (triage.pack(issue), triage.issue(issue));
        let issues: Vec<(&Pack, &Issue)> = answered.iter().map(of).collect();
        let subject = Subject { ticket, issues: &issues, answer };
        match triage.replies.write(&subject, &mut self.written) {
            Ok(reply) => answer.reply = reply,
            Err(why) => {
                answer.status = Status::Review;
                answer.notes.push(Note::ReplyFailed(why));
            }
        }
    }
}

/// What becomes of the fixes of some issues.
#[derive(Debug, Default)]
struct Fixes<'t> {
    advised: Vec<&'t Fix>,
    tried: Vec<&'t Fix>,
    unneeded: Vec<&'t Fix>,
}

/// What hit in a ticket.
#[derive(Debug, Default)]
struct Found {
    marks: Vec<Mark>,
    /// Where in the folded text each mark is, and which of `runs` are its words.
    places: Vec<(std::ops::Range<usize>, std::ops::Range<usize>)>,
    /// The words of phrases with gaps, without what stands between.
    runs: Vec<std::ops::Range<usize>>,
    /// What marks of phrases with `&` are made of.
    parts: Vec<Span>,
    facts: Vec<FactHit>,
    /// What may say that the trouble is over.
    signs: Vec<(Field, Language, Sign)>,
    /// What comes of it.
    verdict: Verdict,
}

/// Where a fact was read.
#[derive(Clone, Copy, Debug)]
struct FactHit {
    rule: usize,
    field: Field,
    span: Span,
    value: Option<Span>,
}

impl Found {
    fn clear(&mut self) {
        let Self { marks, places, runs, parts, facts, signs, .. } = self;
        marks.clear();
        places.clear();
        runs.clear();
        parts.clear();
        facts.clear();
        signs.clear();
    }

    fn judge(&mut self, judge: &mut Judge, rules: &Rules) {
        judge.decide(&rules.terms, &mut self.marks, &self.parts, &mut self.verdict);
    }

    /// All of it as the answer has it, in the order of the ticket.
    fn hits<'t>(&self, triage: &'t Triage) -> Vec<Hit<'t>> {
        let hit = |mark: &Mark, value| triage.rules.hit(&triage.packs, mark, value);
        let mut hits: Vec<Hit<'t>> = self.marks.iter().map(|mark| hit(mark, None)).collect();
        for fact in &self.facts {
            let place = |hit: &Hit<'_>| (hit.field, hit.span) <= (fact.field, fact.span);
            let at = hits.partition_point(place);
            let mark = Mark::of_fact(fact.rule, fact.field, fact.span);
            hits.insert(at, hit(&mark, fact.value));
            // A hit is claimed by one with a number, which may have moved on.
            for hit in &mut hits {
                if let Weight::Claimed { by } = &mut hit.weight
                    && *by >= at
                {
                    *by += 1;
                }
            }
        }
        hits
    }

    /// A subject only names what the body speaks of: what the body denies is not so for the subject either.
    fn let_bodies_deny_subjects(&mut self) {
        let symptom = |mark: &Mark| match mark.kind {
            Kind::Points { issue, .. } if mark.kind.is_symptom() => Some(issue),
            _ => None,
        };
        for n in 0..self.marks.len() {
            let mark = self.marks[n];
            let Some(issue) = symptom(&mark).filter(|_| mark.field == Field::Subject) else {
                continue;
            };
            let in_body =
                |other: &&Mark| other.field == Field::Body && symptom(other) == Some(issue);
            let mut states = self.marks.iter().filter(in_body).map(|other| other.state);
            if let Some(first) = states.next()
                && first != State::Said
                && states.all(|state| state != State::Said)
            {
                self.marks[n].state = first;
            }
        }
    }

    /// Adds the parts of a mark; says where they are.
    fn parts(&mut self, folded: &Folded, parts: &[std::ops::Range<usize>]) -> (usize, usize) {
        let first = self.parts.len();
        self.parts.extend(parts.iter().filter_map(|part| folded.original(part.clone())));
        (first, self.parts.len())
    }

    fn guards(&self, triage: &Triage) -> usize {
        self.marks.iter().filter(|mark| triage.rules.is_guard(mark.rule)).count()
    }
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
        unneeded: Vec::new(),
        asks: Vec::new(),
        facts: Vec::new(),
        reply: String::new(),
        notes,
        candidates: Vec::new(),
        hits: Vec::new(),
        slips: Vec::new(),
    }
}

/// Where each field says that the trouble is over, in any language that a symptom is told in.
///
/// Whoever tells a trouble in two languages and ends with "problem solved" means all of it, so
/// what one language says counts for symptoms in the other. Of a language that no symptom is in,
/// a word is borrowed, and what takes it back is not read: "noch ist nichts solved".
fn reliefs<'a>(
    clauses: &[clause::Text<'a>; Field::ALL.len()],
    found: &Found,
    rules: &Rules,
) -> [Vec<Relief<'a>>; Field::ALL.len()] {
    let mut languages: Vec<Language> = Vec::new();
    for &(_, language, _) in &found.signs {
        let tells = |mark: &Mark| mark.kind.is_symptom() && rules.language(mark.rule).is(language);
        if !languages.iter().any(|known| known.is(language)) && found.marks.iter().any(tells) {
            languages.push(language);
        }
    }
    let mut reliefs = Field::ALL.map(|_| Vec::new());
    for language in languages {
        let [subject, body] = Field::ALL.map(|field| {
            let own = found.signs.iter().filter(|(of, lang, _)| *of == field && lang.is(language));
            let signs: Vec<Sign> = own.map(|(_, _, sign)| sign.clone()).collect();
            clauses[field as usize].relief(&signs, language)
        });
        let of_subject = body.clone().map(Relief::of_all_before).or(subject.clone());
        let of_body = body.or(subject.map(Relief::of_all_before));
        for (reliefs, relief) in reliefs.iter_mut().zip([of_subject, of_body]) {
            reliefs.extend(relief);
        }
    }
    reliefs
}

/// The first value of each fact.
fn facts<'t>(hits: &[Hit<'t>]) -> Vec<FoundFact<'t>> {
    let mut facts: Vec<FoundFact<'t>> = Vec::new();
    for hit in hits {
        if let (Role::Fact(fact), Some(span)) = (hit.role, hit.value)
            && !facts.iter().any(|found| found.fact.is(fact))
        {
            facts.push(FoundFact { fact, field: hit.field, span });
        }
    }
    facts
}

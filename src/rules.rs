//! What each rule of the matcher is for: the bridge between packs, which have
//! names, and matcher and decision, which have numbers.

use crate::answer::{HINT, Hit, Role};
use crate::clause::Language;
use crate::decide::{Kind, Mark, Terms};
use crate::matcher::{Often, Rule, When};
use crate::packs::{Fact, Fix, Guard, Issue, Pack, Packs};
use crate::span::Span;

/// All rules of some packs, by number, and the packs' issues, by number too.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    infos: Vec<RuleInfo>,
    /// Behind these, the signs of each language that a trouble is over, and whether they close the ticket.
    signs: Vec<(Language, bool)>,
    guarded: bool,
    /// Each issue's pack and its place in it.
    issues: Vec<(usize, usize)>,
    /// Each pack's.
    languages: Vec<Language>,
    pub(crate) terms: Vec<Terms>,
    /// Ids of issues, each once: in other languages an issue is the same.
    pub(crate) topics: Vec<String>,
}

/// What a rule of the matcher is for.
#[derive(Clone, Copy, Debug)]
struct RuleInfo {
    purpose: Purpose,
    points: u32,
    language: Language,
}

/// Places in the packs: the first number is always the pack, or for issues the issue in [`Rules`].
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

impl Rules {
    /// Numbers everything in the packs; returns what to look for, in the order of the numbers.
    pub(crate) fn of(packs: &Packs) -> (Self, Vec<Rule<'_>>) {
        let mut compiler = Compiler::default();
        for (number, pack) in packs.iter().enumerate() {
            compiler.add(number, pack);
        }
        compiler.add_signs(packs);
        (compiler.rules, compiler.patterns)
    }

    /// An issue by its number.
    pub(crate) fn issue<'p>(&self, packs: &'p Packs, number: usize) -> &'p Issue {
        let (pack, issue) = self.issues[number];
        &packs.get(pack).issues[issue]
    }

    /// The pack of an issue.
    pub(crate) fn pack<'p>(&self, packs: &'p Packs, number: usize) -> &'p Pack {
        packs.get(self.issues[number].0)
    }

    /// The issue in the language of a pack, if it has it; else as it is.
    pub(crate) fn edition(&self, issue: usize, pack: usize) -> usize {
        let topic = self.terms[issue].topic;
        let is_edition =
            |other: &usize| self.terms[*other].topic == topic && self.issues[*other].0 == pack;
        (0..self.terms.len()).find(is_edition).unwrap_or(issue)
    }

    /// The number of an issue's pack.
    pub(crate) fn pack_number(&self, issue: usize) -> usize {
        self.issues[issue].0
    }

    /// What a rule's hit means for the decision.
    pub(crate) fn kind(&self, rule: usize) -> Kind {
        let RuleInfo { purpose, points, .. } = self.infos[rule];
        match purpose {
            Purpose::Phrase(issue, _) | Purpose::Pattern(issue, _) => {
                Kind::Points { issue, points }
            }
            Purpose::Need(issue, need) => Kind::Need { issue, need },
            Purpose::Not(issue, _) => Kind::Not { issue },
            Purpose::Tried(..) => Kind::Step,
            Purpose::GuardPhrase(..) | Purpose::GuardPattern(..) | Purpose::Fact(..) => Kind::Other,
        }
    }

    /// Whether a rule is a sign that the trouble is over, and if so, whether it closes the ticket.
    pub(crate) fn sign(&self, rule: usize) -> Option<(Language, bool)> {
        self.signs.get(rule.checked_sub(self.infos.len())?).copied()
    }

    /// The language of a rule's pack.
    pub(crate) fn language(&self, rule: usize) -> Language {
        self.infos[rule].language
    }

    /// The language of an issue's pack.
    pub(crate) fn issue_language(&self, issue: usize) -> Language {
        self.languages[self.issues[issue].0]
    }

    /// Whether any rule sends tickets to a person.
    pub(crate) fn have_guards(&self) -> bool {
        self.guarded
    }

    /// Whether a rule sends tickets to a person.
    pub(crate) fn is_guard(&self, rule: usize) -> bool {
        matches!(self.infos[rule].purpose, Purpose::GuardPhrase(..) | Purpose::GuardPattern(..))
    }

    /// A hit as the answer has it: roles instead of numbers.
    pub(crate) fn hit<'p>(&self, packs: &'p Packs, mark: &Mark, value: Option<Span>) -> Hit<'p> {
        let RuleInfo { purpose, points, .. } = self.infos[mark.rule];
        let (role, phrase) = match purpose {
            Purpose::Phrase(issue, n) => {
                let issue = self.issue(packs, issue);
                (Role::Issue(issue), &issue.phrases[n].what.value.written)
            }
            Purpose::Pattern(issue, n) => {
                let issue = self.issue(packs, issue);
                (Role::Issue(issue), &issue.patterns[n].what.value.written)
            }
            Purpose::Need(issue, n) => (
                Role::Need(self.issue(packs, issue)),
                &self.issue(packs, issue).needs[n].value.written,
            ),
            Purpose::Not(issue, n) => (
                Role::Not(self.issue(packs, issue)),
                &self.issue(packs, issue).not[n].value.written,
            ),
            Purpose::GuardPhrase(pack, guard, n) => {
                let guard: &Guard = &packs.get(pack).guards[guard];
                (Role::Guard(guard), &guard.phrases[n].value.written)
            }
            Purpose::GuardPattern(pack, guard, n) => {
                let guard: &Guard = &packs.get(pack).guards[guard];
                (Role::Guard(guard), &guard.patterns[n].value.written)
            }
            Purpose::Tried(pack, fix, n) => {
                let fix: &Fix = &packs.get(pack).fixes[fix];
                (Role::Tried(fix), &fix.tried[n].value.written)
            }
            Purpose::Fact(pack, fact, n) => {
                let fact: &Fact = &packs.get(pack).facts[fact];
                (Role::Fact(fact), &fact.patterns[n].value.written)
            }
        };
        Hit { role, phrase, points, field: mark.field, span: mark.span, value, weight: mark.weight }
    }
}

/// Collects the rules of all packs, and what each is for.
#[derive(Default)]
struct Compiler<'p> {
    rules: Rules,
    patterns: Vec<Rule<'p>>,
    /// That of the pack that is being added.
    language: Language,
}

impl<'p> Compiler<'p> {
    fn rule(&mut self, rule: Rule<'p>, purpose: Purpose, points: u32) {
        self.patterns.push(rule);
        self.rules.infos.push(RuleInfo { purpose, points, language: self.language });
    }

    /// What the languages of the packs say when a trouble is over.
    fn add_signs(&mut self, packs: &Packs) {
        let mut languages: Vec<Language> = Vec::new();
        for pack in packs.iter() {
            let language = Language::of(&pack.lang);
            if !languages.iter().any(|known| known.is(language)) {
                languages.push(language);
            }
        }
        for language in languages {
            for (phrase, closes) in language.signs() {
                self.patterns.push(Rule::Phrase(phrase, "", Often::Each));
                self.rules.signs.push((language, *closes));
            }
        }
    }

    fn add(&mut self, number: usize, pack: &'p Pack) {
        self.language = Language::of(&pack.lang);
        self.rules.languages.push(self.language);
        for (place, issue) in pack.issues.iter().enumerate() {
            let global = self.rules.issues.len();
            self.rules.issues.push((number, place));
            let topics = &mut self.rules.topics;
            let topic = topics.iter().position(|id| *id == issue.id).unwrap_or_else(|| {
                topics.push(issue.id.clone());
                topics.len() - 1
            });
            self.rules.terms.push(Terms {
                id: issue.id.clone(),
                topic,
                threshold: issue.threshold,
                margin: pack.margin,
                needs: issue.needs.len(),
            });
            for (n, scored) in issue.phrases.iter().enumerate() {
                // A hint fits, whatever is said of it.
                let often = if scored.points > HINT { Often::Each } else { Often::Once };
                self.rule(
                    Rule::Phrase(&scored.what.value, &pack.lang, often),
                    Purpose::Phrase(global, n),
                    scored.points,
                );
            }
            for (n, scored) in issue.patterns.iter().enumerate() {
                self.rule(
                    Rule::Pattern(&scored.what.value, When::Always),
                    Purpose::Pattern(global, n),
                    scored.points,
                );
            }
            for (n, phrase) in issue.needs.iter().enumerate() {
                self.rule(
                    Rule::Phrase(&phrase.value, &pack.lang, Often::Once),
                    Purpose::Need(global, n),
                    0,
                );
            }
            for (n, phrase) in issue.not.iter().enumerate() {
                self.rule(
                    Rule::Phrase(&phrase.value, &pack.lang, Often::Once),
                    Purpose::Not(global, n),
                    0,
                );
            }
        }
        self.rules.guarded |= !pack.guards.is_empty();
        for (place, guard) in pack.guards.iter().enumerate() {
            for (n, phrase) in guard.phrases.iter().enumerate() {
                self.rule(
                    Rule::Phrase(&phrase.value, &pack.lang, Often::Each),
                    Purpose::GuardPhrase(number, place, n),
                    0,
                );
            }
            for (n, pattern) in guard.patterns.iter().enumerate() {
                self.rule(
                    Rule::Pattern(&pattern.value, When::Always),
                    Purpose::GuardPattern(number, place, n),
                    0,
                );
            }
        }
        for (place, fix) in pack.fixes.iter().enumerate() {
            for (n, phrase) in fix.tried.iter().enumerate() {
                self.rule(
                    Rule::Phrase(&phrase.value, &pack.lang, Often::Each),
                    Purpose::Tried(number, place, n),
                    0,
                );
            }
        }
        for (place, fact) in pack.facts.iter().enumerate() {
            for (n, pattern) in fact.patterns.iter().enumerate() {
                self.rule(
                    Rule::Pattern(&pattern.value, When::Asked),
                    Purpose::Fact(number, place, n),
                    0,
                );
            }
        }
    }
}

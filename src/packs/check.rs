//! From the draft to the checked pack: every phrase, regex, template and name.

use std::sync::Arc;

use super::builtin::builtin_packs;
use super::draft::{
    Amended, CalibrationDraft, Draft, FactDraft, FixDraft, GuardDraft, IssueDraft, OnlyDraft,
};
use super::pattern::Trust;
use super::phrase::{PhraseError, PhraseReader, WordSets, parse_entry};
use super::template::{DEFAULT_FRAME, Names};
use super::{
    Calibration, Fact, Fix, Guard, Issue, Located, Only, Pack, Pattern, Phrase, Priority, Scored,
    Template, Version, variable,
};
use crate::finding::{Finding, Level, SourceFile};
use crate::nearest::nearest;

/// Points an issue needs, and the lead it needs, where the pack does not say.
const THRESHOLD: u32 = 4;
const MARGIN: u32 = 2;

/// More than this many points or as a threshold is a typing mistake.
const MAX_POINTS: i64 = 1000;

impl Draft {
    /// Makes the checked pack; what is wrong goes into `findings`, and the rest is checked all the same.
    pub(super) fn check(&self, findings: &mut Vec<Finding>) -> Option<Pack> {
        let before = findings.len();
        let sets = self.word_sets(findings);
        let names = self.names();
        let mut checker = Checker {
            phrases: PhraseReader::new(&sets),
            names,
            findings,
            facts: self.facts.keys().cloned().collect(),
            fixes: self.fixes.keys().cloned().collect(),
            family: self.family.as_str().into(),
            trusted: Vec::new(),
            what: format!("pack \"{}\"", self.id),
        };
        let threshold =
            checker.number("threshold", self.threshold.as_ref(), 1).unwrap_or(THRESHOLD);
        let pack = Pack {
            id: self.id.clone(),
            family: self.family.clone(),
            title: value(self.title.as_ref()).unwrap_or_else(|| self.id.clone()),
            version: value(self.version.as_ref()).unwrap_or_default(),
            lang: self.lang(),
            margin: checker.number("margin", self.margin.as_ref(), 0).unwrap_or(MARGIN),
            facts: self.facts.iter().map(|(id, fact)| checker.fact(id, fact)).collect(),
            fixes: self.fixes.iter().map(|(id, fix)| checker.fix(id, fix)).collect(),
            guards: self.guards.iter().map(|(id, guard)| checker.guard(id, guard)).collect(),
            issues: self
                .issues
                .iter()
                .filter_map(|(id, issue)| checker.issue(id, issue, threshold))
                .collect(),
            frame: checker.frame(&self.head, self.frame.as_ref())?,
            values: self
                .values
                .iter()
                .map(|(name, value)| (name.clone(), value.value.clone()))
                .collect(),
            calibration: self.calibration.as_ref().and_then(|table| checker.calibration(table)),
        };
        if self.issues.is_empty() {
            let help = "add an [[issue]] with an id, a title, a reply and [issue.phrases]";
            findings.push(self.head.error(
                "no-issues",
                "the pack has no issue, so nothing could match",
                Some(help.to_owned()),
            ));
        }
        findings[before..].iter().all(|finding| finding.level == Level::Warning).then_some(pack)
    }

    /// The language of its phrases.
    pub(super) fn lang(&self) -> String {
        value(self.lang.as_ref()).unwrap_or_else(|| "en".to_owned())
    }

    /// What templates may name.
    pub(super) fn names(&self) -> Names {
        Names {
            values: self.values.keys().cloned().collect(),
            facts: self.facts.keys().map(|id| variable(id)).collect(),
        }
    }

    /// The word sets as phrases have them, without what is wrong in them.
    pub(super) fn parsed_sets(&self) -> WordSets {
        self.word_sets(&mut Vec::new())
    }

    fn word_sets(&self, findings: &mut Vec<Finding>) -> WordSets {
        let mut sets = WordSets::new();
        for (name, entries) in &self.words {
            let mut words = Vec::new();
            for entry in entries {
                match parse_entry(&entry.value) {
                    Ok(parsed) => words.push(parsed),
                    Err(cause) => findings.push(phrase_error(entry, cause)),
                }
            }
            sets.insert(name.clone(), words.into());
        }
        sets
    }
}

fn value(text: Option<&Located<String>>) -> Option<String> {
    text.map(|text| text.value.clone())
}

fn phrase_error(at: &Located<String>, cause: PhraseError) -> Finding {
    Finding { span: at.part(Some(cause.span)), ..at.error(cause.name, cause.message, cause.help) }
}

/// Turns drafts into checked values.
struct Checker<'a> {
    phrases: PhraseReader<'a>,
    names: Names,
    facts: Vec<String>,
    fixes: Vec<String>,
    family: Arc<str>,
    findings: &'a mut Vec<Finding>,
    /// Which files are ours, as far as that was asked.
    trusted: Vec<(Arc<SourceFile>, Trust)>,
    /// What is being checked, for people: `issue "green-bubbles"`.
    what: String,
}

impl Checker<'_> {
    fn number(&mut self, what: &str, number: Option<&Located<i64>>, least: i64) -> Option<u32> {
        let number = number?;
        match u32::try_from(number.value) {
            Ok(good) if (least..=MAX_POINTS).contains(&number.value) => Some(good),
            _ => {
                let message =
                    format!("{what} \"{}\" is not between {least} and {MAX_POINTS}", number.value);
                self.report(number.error(
                    "bad-number",
                    message,
                    Some(format!("write `{what} = 4`")),
                ));
                None
            }
        }
    }

    fn phrase(&mut self, at: &Located<String>) -> Option<Located<Phrase>> {
        match self.phrases.read(&at.value) {
            Ok(phrase) => {
                if phrase.is_short() {
                    let message = format!("\"{}\" is so short that it hits by chance", at.value);
                    let help = "add a word that stands beside it";
                    self.report(at.lint("too-short", message, help));
                }
                Some(at.map(phrase))
            }
            Err(cause) => {
                self.report(phrase_error(at, cause));
                None
            }
        }
    }

    fn phrases(&mut self, texts: &[Located<String>]) -> Vec<Located<Phrase>> {
        texts.iter().filter_map(|text| self.phrase(text)).collect()
    }

    /// Whose a file is: ours is what stands in the binary, whatever it is called.
    fn trust(&mut self, file: &Arc<SourceFile>) -> Trust {
        let known = self.trusted.iter().find(|(known, _)| Arc::ptr_eq(known, file));
        if let Some((_, trust)) = known {
            return *trust;
        }
        let is_ours = builtin_packs().iter().any(|pack| pack.text == file.text);
        let trust = if is_ours { Trust::Ours } else { Trust::Stranger };
        self.trusted.push((Arc::clone(file), trust));
        trust
    }

    fn pattern(&mut self, at: &Located<String>) -> Option<Located<Pattern>> {
        let trust = self.trust(&at.source);
        match Pattern::parse(&at.value, trust) {
            Ok(pattern) => Some(at.map(pattern)),
            Err(cause) => {
                let finding = at.error(cause.name, cause.message, cause.help);
                self.report(Finding { span: at.part(cause.span), ..finding });
                None
            }
        }
    }

    fn patterns(&mut self, texts: &[Located<String>]) -> Vec<Located<Pattern>> {
        texts.iter().filter_map(|text| self.pattern(text)).collect()
    }

    fn template(&mut self, at: &Located<String>) -> Option<Template> {
        match Template::check(&at.value, &self.names) {
            Ok(template) => Some(template),
            Err(cause) => {
                let finding = at.error(cause.name, cause.message, cause.help);
                self.report(Finding { span: at.part(cause.span), ..finding });
                None
            }
        }
    }

    fn frame(&mut self, head: &Located<()>, frame: Option<&Located<String>>) -> Option<Template> {
        "the frame of the reply".clone_into(&mut self.what);
        match frame {
            Some(frame) => self.template(frame),
            None => self.template(&head.map(DEFAULT_FRAME.to_owned())),
        }
    }

    fn calibration(&mut self, written: &CalibrationDraft) -> Option<Calibration> {
        "[calibration]".clone_into(&mut self.what);
        let mut calibration = Calibration::default();
        let mut wrong = Vec::new();
        if let Some(tickets) = &written.tickets {
            match u64::try_from(tickets.value) {
                Ok(tickets) => calibration.tickets = tickets,
                Err(_) => wrong.push((tickets.map(()), format!("\"{}\" tickets", tickets.value))),
            }
        }
        if written.points.is_empty() {
            wrong.push((written.at.clone(), "the table has no points".to_owned()));
        }
        for at in &written.points {
            let &[confidence, right] = at.value.as_slice() else {
                let numbers = at.value.len();
                let message =
                    format!("a point is [confidence, share right], not \"{numbers}\" numbers");
                wrong.push((at.map(()), message));
                continue;
            };
            if let Some(bad) = at.value.iter().find(|value| !(0.0..=1.0).contains(*value)) {
                wrong.push((at.map(()), format!("\"{bad}\" is not between 0 and 1")));
            }
            if let Some(&(last, last_right)) = calibration.table.last() {
                let message = if confidence <= last {
                    Some(format!("the confidence \"{confidence}\" does not ascend from {last}"))
                } else if right < last_right {
                    Some(format!("the share right \"{right}\" falls from {last_right}"))
                } else {
                    None
                };
                wrong.extend(message.map(|message| (at.map(()), message)));
            }
            calibration.table.push((confidence, right));
        }
        let good = wrong.is_empty();
        for (at, message) in wrong {
            let help = "have it measured: triage eval LABELLED.csv --label COLUMN --pack PACK.toml --calibrate";
            self.report(at.error("bad-calibration", message, Some(help.to_owned())));
        }
        good.then_some(calibration)
    }

    /// A value that must be there.
    fn required<T>(&mut self, at: &Located<()>, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            let message = format!("{} has no \"{key}\"", self.what);
            self.report(at.error("missing-key", message, Some(format!("add `{key} = \"...\"`"))));
        }
        value
    }

    fn fact(&mut self, id: &str, fact: &FactDraft) -> Fact {
        self.what = format!("fact \"{id}\"");
        if fact.regexes.is_empty() {
            self.required::<()>(&fact.at, "regex", None);
        }
        let patterns = self.patterns(&fact.regexes);
        for pattern in &patterns {
            if !pattern.value.has_value {
                let message = format!("the regex of fact \"{id}\" has no group \"value\"");
                let help = r"mark what to read: \bios (?<value>\d+)".to_owned();
                self.report(pattern.error("no-value-group", message, Some(help)));
            }
        }
        Fact {
            id: id.to_owned(),
            family: Arc::clone(&self.family),
            title: value(fact.title.as_ref()).unwrap_or_else(|| id.replace('-', " ")),
            patterns,
            ask: value(fact.ask.as_ref()),
        }
    }

    fn fix(&mut self, id: &str, fix: &FixDraft) -> Fix {
        self.what = format!("fix \"{id}\"");
        Fix {
            id: id.to_owned(),
            family: Arc::clone(&self.family),
            title: self.required(&fix.at, "title", value(fix.title.as_ref())).unwrap_or_default(),
            steps: fix.steps.iter().flatten().map(|step| step.value.clone()).collect(),
            tried: self
                .phrases(&fix.tried)
                .into_iter()
                .map(|at| Located { value: at.value.without_inflections(), ..at })
                .collect(),
            only: fix.only.as_ref().and_then(|only| self.only(only)),
            source: fix.source.clone(),
        }
    }

    fn only(&mut self, only: &OnlyDraft) -> Option<Only> {
        let fact = self.known(std::slice::from_ref(&only.fact), "fact").first().copied();
        let below = Version::parse(&only.below.value);
        if below.is_none() {
            let message = format!("\"{}\" is no number or version", only.below.value);
            let help = "write numbers joined by dots: below = \"26.0.1\"".to_owned();
            self.report(only.below.error("bad-version", message, Some(help)));
        }
        Some(Only { fact: fact?, below: below? })
    }

    fn guard(&mut self, id: &str, guard: &GuardDraft) -> Guard {
        self.what = format!("guard \"{id}\"");
        if guard.phrases.is_empty() && guard.regexes.is_empty() {
            let message = format!("guard \"{id}\" has nothing to go by");
            let help = "add `phrases = [\"...\"]`".to_owned();
            self.report(guard.at.error("no-phrases", message, Some(help)));
        }
        Guard {
            id: id.to_owned(),
            family: Arc::clone(&self.family),
            title: self
                .required(&guard.at, "title", value(guard.title.as_ref()))
                .unwrap_or_default(),
            phrases: self.phrases(&guard.phrases),
            patterns: self.patterns(&guard.regexes),
            tests: guard.tests.clone(),
        }
    }

    fn issue(&mut self, id: &str, issue: &IssueDraft, threshold: u32) -> Option<Issue> {
        self.what = format!("issue \"{id}\"");
        let title = self.required(&issue.at, "title", value(issue.title.as_ref()));
        let reply = self.required(&issue.at, "reply", issue.reply.as_ref());
        let threshold = self.number("threshold", issue.threshold.as_ref(), 1).unwrap_or(threshold);
        let (needs, not) = (self.phrases(&issue.needs), self.phrases(&issue.not));
        let phrases = self.scored(&issue.phrases, Self::phrase);
        let patterns = self.scored(&issue.regexes, Self::pattern);
        if issue.phrases.is_empty() && issue.regexes.is_empty() {
            let message = format!("{} has nothing to go by", self.what);
            let help =
                "add [issue.phrases] with lines like \"waiting for activation\" = 4".to_owned();
            self.report(issue.at.error("no-phrases", message, Some(help)));
        }
        let priority = self.priority(issue.priority.as_ref());
        let fixes = self.known(&issue.fixes, "fix");
        let asks = self.known(&issue.asks, "fact");
        Some(Issue {
            id: id.to_owned(),
            title: title?,
            priority,
            threshold,
            needs,
            not,
            phrases,
            patterns,
            fixes,
            asks,
            reply: self.template(reply?)?,
            tests: issue.tests.clone(),
            source: issue.source.clone(),
        })
    }

    fn scored<T>(
        &mut self,
        map: &Amended,
        check: impl Fn(&mut Self, &Located<String>) -> Option<Located<T>>,
    ) -> Vec<Scored<T>> {
        let mut scored = Vec::new();
        for (text, points) in map.values() {
            let checked = check(self, text);
            match (
                checked,
                u32::try_from(points.value)
                    .ok()
                    .filter(|_| (1..=MAX_POINTS).contains(&points.value)),
            ) {
                (Some(what), Some(points)) => scored.push(Scored { what, points }),
                (_, None) => {
                    let message = format!("\"{}\" points for \"{}\"", points.value, text.value);
                    let help = "write 4 for a phrase that is proof by itself, 1 for a hint";
                    self.report(points.error("bad-points", message, Some(help.to_owned())));
                }
                (None, Some(_)) => {}
            }
        }
        scored
    }

    fn priority(&mut self, priority: Option<&Located<String>>) -> Priority {
        let Some(at) = priority else {
            return Priority::default();
        };
        if let Some(known) = Priority::ALL.into_iter().find(|known| known.name() == at.value) {
            return known;
        }
        let names = Priority::ALL.map(Priority::name);
        let help = match nearest(&at.value, names.into_iter()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("write one of {}", names.join(", ")),
        };
        self.report(at.error(
            "unknown-priority",
            format!("unknown priority \"{}\"", at.value),
            Some(help),
        ));
        Priority::default()
    }

    /// The indices of names in the list of what there is.
    fn known(&mut self, texts: &[Located<String>], what: &'static str) -> Vec<usize> {
        let (name, known) = match what {
            "fix" => ("unknown-fix", &self.fixes),
            _ => ("unknown-fact", &self.facts),
        };
        let mut indices = Vec::new();
        let mut unknown = Vec::new();
        for text in texts {
            match known.iter().position(|id| *id == text.value) {
                Some(index) if !indices.contains(&index) => indices.push(index),
                Some(_) => {}
                None => {
                    let help = match nearest(&text.value, known.iter().map(String::as_str)) {
                        Some(near) => format!("did you mean \"{near}\"?"),
                        None => format!("add a [[{what}]] with this id"),
                    };
                    unknown.push(text.error(
                        name,
                        format!("unknown {what} \"{}\"", text.value),
                        Some(help),
                    ));
                }
            }
        }
        for finding in unknown {
            self.report(finding);
        }
        indices
    }

    /// Adds a finding, and says what it is in.
    fn report(&mut self, finding: Finding) {
        self.findings.push(Finding { label: format!("in {}", self.what), ..finding });
    }
}

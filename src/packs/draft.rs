//! Packs as written, joined: a pack's values and those of all that it extends.
//!
//! Not here: whether the values make sense together (`check`).

use std::sync::Arc;

use indexmap::IndexMap;
use indexmap::map::Entry;
use rustc_hash::FxBuildHasher;
use toml::Spanned;

use super::syntax::{
    FORMAT, FactSyntax, FixSyntax, GuardSyntax, IssueSyntax, OneOrMany, PackSyntax, ReplySyntax,
    SourceSyntax, Table, TestsSyntax, Text,
};
use super::template::VARIABLES;
use super::{Located, Reference, Tests};
use crate::finding::{Finding, SourceFile};
use crate::nearest::nearest;

/// A pack and all that it extends, as written, values merged.
pub(super) struct Draft {
    pub(super) head: Located<()>,
    pub(super) id: String,
    pub(super) title: Option<Located<String>>,
    pub(super) version: Option<Located<String>>,
    pub(super) lang: Option<Located<String>>,
    /// The pack that it is, under whatever id: what it extends, or translates.
    pub(super) family: String,
    pub(super) threshold: Option<Located<i64>>,
    pub(super) margin: Option<Located<i64>>,
    pub(super) words: IndexMap<String, Vec<Located<String>>>,
    pub(super) facts: IndexMap<String, FactDraft>,
    pub(super) fixes: IndexMap<String, FixDraft>,
    pub(super) guards: IndexMap<String, GuardDraft>,
    pub(super) issues: IndexMap<String, IssueDraft>,
    pub(super) frame: Option<Located<String>>,
    pub(super) values: IndexMap<String, Located<String>>,
    pub(super) calibration: Option<CalibrationDraft>,
}

/// Phrases or regexes with their points, by what makes two of them the same.
pub(super) type Amended = IndexMap<String, (Located<String>, Located<i64>), FxBuildHasher>;

/// A table belongs to the answers that it was measured on, so it is never mixed with another.
pub(super) struct CalibrationDraft {
    pub(super) at: Located<()>,
    pub(super) tickets: Option<Located<i64>>,
    pub(super) points: Vec<Located<Vec<f64>>>,
}

pub(super) struct FactDraft {
    pub(super) at: Located<()>,
    pub(super) title: Option<Located<String>>,
    pub(super) regexes: Vec<Located<String>>,
    pub(super) ask: Option<Located<String>>,
}

pub(super) struct FixDraft {
    pub(super) at: Located<()>,
    pub(super) title: Option<Located<String>>,
    pub(super) steps: Option<Vec<Located<String>>>,
    pub(super) tried: Vec<Located<String>>,
    pub(super) only: Option<OnlyDraft>,
    pub(super) source: Option<Reference>,
}

pub(super) struct OnlyDraft {
    pub(super) fact: Located<String>,
    pub(super) below: Located<String>,
}

pub(super) struct GuardDraft {
    pub(super) at: Located<()>,
    pub(super) title: Option<Located<String>>,
    pub(super) phrases: Vec<Located<String>>,
    pub(super) regexes: Vec<Located<String>>,
    pub(super) tests: Tests,
}

pub(super) struct IssueDraft {
    pub(super) at: Located<()>,
    pub(super) title: Option<Located<String>>,
    pub(super) priority: Option<Located<String>>,
    pub(super) threshold: Option<Located<i64>>,
    pub(super) needs: Vec<Located<String>>,
    pub(super) not: Vec<Located<String>>,
    pub(super) fixes: Vec<Located<String>>,
    pub(super) asks: Vec<Located<String>>,
    pub(super) reply: Option<Located<String>>,
    pub(super) source: Option<Reference>,
    pub(super) phrases: Amended,
    pub(super) regexes: Amended,
    pub(super) tests: Tests,
}

/// Reads the values of one file, remembering where they stood.
pub(super) struct Reader<'a> {
    pub(super) file: &'a Arc<SourceFile>,
    pub(super) findings: &'a mut Vec<Finding>,
}

/// A value at the place of what it was read from.
pub(super) fn located<T, U>(file: &Arc<SourceFile>, spanned: &Spanned<T>, value: U) -> Located<U> {
    Located { value, source: Arc::clone(file), span: spanned.span().into() }
}

impl Reader<'_> {
    fn text(&mut self, text: &Text) -> Located<String> {
        let value = text.get_ref();
        let at = located(self.file, text, value.clone());
        if let Some(c) = control_character(value) {
            let message =
                format!("the text holds the control character \"{}\"", c.escape_default());
            self.findings.push(at.error(
                "control-character",
                message,
                Some("take it out".to_owned()),
            ));
        }
        at
    }

    fn maybe(&mut self, text: Option<&Text>) -> Option<Located<String>> {
        text.map(|text| self.text(text))
    }

    fn texts(&mut self, texts: &[Text]) -> Vec<Located<String>> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    fn tests(&mut self, tests: &TestsSyntax) -> Tests {
        Tests { accept: self.texts(&tests.accept), reject: self.texts(&tests.reject) }
    }

    fn number(&self, number: &Spanned<i64>) -> Located<i64> {
        located(self.file, number, *number.get_ref())
    }

    fn points(&mut self, map: &Table<Spanned<i64>>) -> Vec<(Located<String>, Located<i64>)> {
        map.iter().map(|(text, points)| (self.text(text), self.number(points))).collect()
    }

    fn id(&mut self, kind: &str, id: &Text) -> String {
        let at = self.text(id);
        let good = |id: &str| {
            id.starts_with(|c: char| c.is_ascii_lowercase())
                && id.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        if !good(&at.value) {
            let words: Vec<&str> = at
                .value
                .split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|w| !w.is_empty())
                .collect();
            let better = words.join("-").to_ascii_lowercase();
            let help = if good(&better) {
                format!("write `{better}`")
            } else {
                "write something like `green-bubbles`".to_owned()
            };
            let message =
                format!("{kind} id \"{}\" is not lower-case words joined by hyphens", at.value);
            self.findings.push(at.error("bad-id", message, Some(help)));
        }
        at.value
    }

    /// Ids that one file gives twice; the same id in the pack it extends is an amendment.
    fn duplicates<'s>(&mut self, kind: &str, ids: impl Iterator<Item = &'s Text>) {
        let mut seen: IndexMap<&str, &Text> = IndexMap::new();
        for id in ids {
            match seen.entry(id.get_ref()) {
                Entry::Vacant(entry) => {
                    entry.insert(id);
                }
                Entry::Occupied(entry) => {
                    let (line, _) = self.file.line_column(entry.get().span().start);
                    let at = located(self.file, id, ());
                    let message = format!("{kind} \"{}\" is already on line {line}", id.get_ref());
                    self.findings.push(at.error(
                        "duplicate-id",
                        message,
                        Some("give it another id".to_owned()),
                    ));
                }
            }
        }
    }

    /// Adds a file to the draft of what it extends.
    pub(super) fn add(&mut self, base: Option<Draft>, syntax: &PackSyntax) -> Draft {
        if *syntax.format.get_ref() != FORMAT {
            let at = located(self.file, &syntax.format, ());
            let message = format!("pack format {} is not known", syntax.format.get_ref());
            self.findings.push(at.error(
                "unknown-format",
                message,
                Some(format!("write `format = {FORMAT}`")),
            ));
        }
        let head = &syntax.pack;
        let amends = base.is_some();
        let id = self.id("pack", &head.id);
        let at = located(self.file, &head.id, ());
        let mut draft = base.unwrap_or_else(|| Draft::new(at.clone()));
        draft.head = at;
        draft.id = id;
        draft.title = self.maybe(head.title.as_ref()).or(draft.title);
        draft.version = self.maybe(head.version.as_ref()).or(draft.version);
        draft.lang = self.maybe(head.lang.as_ref()).or(draft.lang);
        if let Some(translates) = &head.translates {
            draft.family = self.id("pack", translates);
        } else if !amends {
            draft.family.clone_from(&draft.id);
        }
        draft.threshold =
            head.threshold.as_ref().map(|number| self.number(number)).or(draft.threshold);
        draft.margin = head.margin.as_ref().map(|number| self.number(number)).or(draft.margin);
        for id in &head.disable {
            let issue = draft.issues.shift_remove(id.get_ref()).is_some();
            let guard = draft.guards.shift_remove(id.get_ref()).is_some();
            if !issue && !guard {
                let known = draft.issues.keys().chain(draft.guards.keys()).map(String::as_str);
                let help = match nearest(id.get_ref(), known) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None if amends => {
                        "name an issue or a guard of the pack that this one extends".to_owned()
                    }
                    None => {
                        "add `extends = \"...\"` to [pack]: there is nothing to disable without it"
                            .to_owned()
                    }
                };
                let message = format!("there is no issue or guard \"{}\" to disable", id.get_ref());
                self.findings.push(located(self.file, id, ()).error(
                    "unknown-disable",
                    message,
                    Some(help),
                ));
            }
        }
        for (name, entries) in &syntax.words {
            let entries = self.texts(entries);
            let at = located(self.file, name, ());
            if entries.is_empty() {
                let message = format!("the word set \"{}\" is empty", name.get_ref());
                self.findings.push(at.error(
                    "empty-word-set",
                    message,
                    Some("add words, or take it out".to_owned()),
                ));
            }
            let name = self.id("word set", name);
            draft.words.entry(name).or_default().extend(entries);
        }
        self.duplicates("fact", syntax.facts.iter().map(|fact| &fact.id));
        self.duplicates("fix", syntax.fixes.iter().map(|fix| &fix.id));
        self.duplicates("guard", syntax.guards.iter().map(|guard| &guard.id));
        self.duplicates("issue", syntax.issues.iter().map(|issue| &issue.id));
        for fact in &syntax.facts {
            self.add_fact(&mut draft, fact);
        }
        for fix in &syntax.fixes {
            self.add_fix(&mut draft, fix);
        }
        for guard in &syntax.guards {
            self.add_guard(&mut draft, guard);
        }
        for issue in &syntax.issues {
            self.add_issue(&mut draft, issue);
        }
        if let Some(reply) = &syntax.reply {
            self.add_reply(&mut draft, reply);
        }
        if let Some(calibration) = &syntax.calibration {
            draft.calibration = Some(CalibrationDraft {
                at: located(self.file, &calibration.table, ()),
                tickets: calibration.tickets.as_ref().map(|tickets| self.number(tickets)),
                points: calibration
                    .table
                    .get_ref()
                    .iter()
                    .map(|point| located(self.file, point, point.get_ref().clone()))
                    .collect(),
            });
        }
        draft
    }

    fn add_fact(&mut self, draft: &mut Draft, fact: &FactSyntax) {
        let (id, at) = (self.id("fact", &fact.id), located(self.file, &fact.id, ()));
        let entry = draft.facts.entry(id);
        let into =
            entry.or_insert_with(|| FactDraft { at, title: None, regexes: Vec::new(), ask: None });
        into.title = self.maybe(fact.title.as_ref()).or(into.title.take());
        into.ask = self.maybe(fact.ask.as_ref()).or(into.ask.take());
        if let Some(regex) = &fact.regex {
            let texts = match regex.get_ref() {
                OneOrMany::One(one) => std::slice::from_ref(one),
                OneOrMany::Many(many) => many,
            };
            into.regexes =
                texts.iter().map(|text| located(self.file, regex, text.clone())).collect();
        }
    }

    fn add_fix(&mut self, draft: &mut Draft, fix: &FixSyntax) {
        let (id, at) = (self.id("fix", &fix.id), located(self.file, &fix.id, ()));
        let entry = draft.fixes.entry(id);
        let into = entry.or_insert_with(|| FixDraft {
            at,
            title: None,
            steps: None,
            tried: Vec::new(),
            only: None,
            source: None,
        });
        into.title = self.maybe(fix.title.as_ref()).or(into.title.take());
        into.steps = fix.steps.as_ref().map(|steps| self.texts(steps)).or(into.steps.take());
        into.tried.extend(self.texts(fix.tried.as_deref().unwrap_or_default()));
        if let Some(only) = &fix.only {
            let (fact, below) = (self.text(&only.fact), self.text(&only.below));
            into.only = Some(OnlyDraft { fact, below });
        }
        into.source = fix.source.as_ref().map(reference).or(into.source.take());
    }

    fn add_guard(&mut self, draft: &mut Draft, guard: &GuardSyntax) {
        let (id, at) = (self.id("guard", &guard.id), located(self.file, &guard.id, ()));
        let into = draft.guards.entry(id).or_insert_with(|| GuardDraft {
            at,
            title: None,
            phrases: Vec::new(),
            regexes: Vec::new(),
            tests: Tests::default(),
        });
        into.title = self.maybe(guard.title.as_ref()).or(into.title.take());
        into.phrases.extend(self.texts(guard.phrases.as_deref().unwrap_or_default()));
        into.regexes.extend(self.texts(guard.regex.as_deref().unwrap_or_default()));
        into.tests.extend(self.tests(&guard.tests));
    }

    fn add_issue(&mut self, draft: &mut Draft, issue: &IssueSyntax) {
        let (id, at) = (self.id("issue", &issue.id), located(self.file, &issue.id, ()));
        let into = draft.issues.entry(id).or_insert_with(|| IssueDraft::new(at));
        into.title = self.maybe(issue.title.as_ref()).or(into.title.take());
        into.priority = self.maybe(issue.priority.as_ref()).or(into.priority.take());
        into.threshold =
            issue.threshold.as_ref().map(|number| self.number(number)).or(into.threshold.take());
        into.reply = self.maybe(issue.reply.as_ref()).or(into.reply.take());
        into.source = issue.source.as_ref().map(reference).or(into.source.take());
        for (new, old) in [
            (&issue.needs, &mut into.needs),
            (&issue.not, &mut into.not),
            (&issue.fixes, &mut into.fixes),
            (&issue.ask, &mut into.asks),
        ] {
            if let Some(new) = new {
                *old = self.texts(new);
            }
        }
        for (text, points) in self.points(&issue.phrases) {
            self.amend(&mut into.phrases, spelling(&text.value), text, points);
        }
        for (text, points) in self.points(&issue.regex) {
            self.amend(&mut into.regexes, text.value.clone(), text, points);
        }
        into.tests.extend(self.tests(&issue.tests));
    }

    /// Puts a phrase in. The same words in the pack that this one extends are replaced; no points take them out.
    fn amend(
        &mut self,
        map: &mut Amended,
        key: String,
        text: Located<String>,
        points: Located<i64>,
    ) {
        match map.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert((text, points));
            }
            Entry::Occupied(entry)
                if points.value == 0 && !Arc::ptr_eq(&entry.get().0.source, &text.source) =>
            {
                entry.shift_remove();
            }
            Entry::Occupied(mut entry) => {
                if Arc::ptr_eq(&entry.get().0.source, &text.source) {
                    let message = format!(
                        "\"{}\" stands here twice, as {} too",
                        text.value,
                        entry.get().0.place()
                    );
                    self.findings.push(text.error(
                        "duplicate-phrase",
                        message,
                        Some("take one of them out".to_owned()),
                    ));
                }
                entry.insert((text, points));
            }
        }
    }

    fn add_reply(&mut self, draft: &mut Draft, reply: &ReplySyntax) {
        draft.frame = self.maybe(reply.text.as_ref()).or(draft.frame.take());
        for (name, value) in &reply.values {
            let at = self.text(name);
            let variable = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if !at.value.chars().all(variable)
                || !at.value.starts_with(|c: char| c.is_ascii_lowercase())
            {
                let message = format!("\"{}\" cannot be the name of a variable", at.value);
                let help = "write lower-case words joined by underscores: opening_hours";
                self.findings.push(at.error("bad-value-name", message, Some(help.to_owned())));
            } else if VARIABLES.iter().any(|known| known.split('.').next() == Some(&at.value))
                && !matches!(at.value.as_str(), "agent" | "company")
            {
                let message = format!("\"{}\" is the name of a built-in variable", at.value);
                self.findings.push(at.error(
                    "bad-value-name",
                    message,
                    Some("choose another name".to_owned()),
                ));
            }
            let value = self.text(value);
            draft.values.insert(at.value, value);
        }
    }
}

/// What makes two written phrases the same: everything but capitals and spacing.
fn spelling(phrase: &str) -> String {
    let mut spelling = String::with_capacity(phrase.len());
    for word in phrase.split_whitespace() {
        if !spelling.is_empty() {
            spelling.push(' ');
        }
        spelling.push_str(word);
    }
    spelling.make_ascii_lowercase();
    spelling
}

/// A character that no text of a pack should hold.
fn control_character(text: &str) -> Option<char> {
    // Those beyond ASCII begin with the byte C2; most texts have neither it nor one of the others.
    let may_begin_one = |byte: u8| byte.is_ascii_control() && byte != b'\n' || byte == 0xC2;
    if !text.bytes().any(may_begin_one) {
        return None;
    }
    text.chars().find(|&c| c.is_control() && !matches!(c, '\n' | '\t'))
}

fn reference(source: &SourceSyntax) -> Reference {
    Reference {
        title: source.title.get_ref().clone(),
        url: source.url.as_ref().map(|url| url.get_ref().clone()),
        checked: source.checked.as_ref().map(ToString::to_string),
    }
}

impl Tests {
    fn extend(&mut self, more: Self) {
        self.accept.extend(more.accept);
        self.reject.extend(more.reject);
    }
}

impl IssueDraft {
    fn new(at: Located<()>) -> Self {
        Self {
            at,
            title: None,
            priority: None,
            threshold: None,
            needs: Vec::new(),
            not: Vec::new(),
            fixes: Vec::new(),
            asks: Vec::new(),
            reply: None,
            source: None,
            phrases: Amended::default(),
            regexes: Amended::default(),
            tests: Tests::default(),
        }
    }
}

impl Draft {
    fn new(head: Located<()>) -> Self {
        Self {
            head,
            id: String::new(),
            title: None,
            version: None,
            lang: None,
            family: String::new(),
            threshold: None,
            margin: None,
            words: IndexMap::new(),
            facts: IndexMap::new(),
            fixes: IndexMap::new(),
            guards: IndexMap::new(),
            issues: IndexMap::new(),
            frame: None,
            values: IndexMap::new(),
            calibration: None,
        }
    }
}

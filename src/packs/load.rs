//! From the file to the checked pack: every mistake, each with its place.
//!
//! A pack that extends another is read after it into the same [`Draft`], so
//! that what the two say together is checked once.

use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use indexmap::map::Entry;
use toml::Spanned;

use super::phrase::{PhraseError, WordSets, parse_entry};
use super::syntax::{
    FORMAT, FactSyntax, FixSyntax, GuardSyntax, IssueSyntax, OneOrMany, PackSyntax, ReplySyntax, SourceSyntax,
    TestsSyntax, Text,
};
use super::template::{DEFAULT_FRAME, Names, VARIABLES};
use super::{
    Fact, Fix, Guard, Issue, Located, Pack, Packs, Pattern, Phrase, Priority, Reference, Scored, Template, Tests,
    builtin_packs, variable,
};
use crate::error::{Error, ErrorKind, Place, Result};
use crate::finding::{Finding, Level, SourceFile};
use crate::nearest::nearest;
use crate::span::Span;

/// Points an issue needs, and the lead it needs, where the pack does not say.
const THRESHOLD: u32 = 4;
const MARGIN: u32 = 2;

/// More than this many points or as a threshold is a typing mistake.
const MAX_POINTS: i64 = 1000;

/// A chain of packs that extend each other ends here.
const MAX_EXTENDS: usize = 8;

pub(super) fn load(names: &[String]) -> Result<Packs> {
    let mut sources = Vec::new();
    for name in names {
        sources.push(source(name)?);
    }
    finish(sources)
}

pub(super) fn parse(name: &str, text: &str) -> Result<Packs> {
    finish(vec![Arc::new(SourceFile { name: name.to_owned(), text: text.to_owned() })])
}

/// The text of a pack named on the command line: a built-in id, or a file.
fn source(name: &str) -> Result<Arc<SourceFile>> {
    if let Some(pack) = builtin_packs().iter().find(|pack| pack.id == name) {
        let name = format!("<built-in>/{name}.toml");
        return Ok(Arc::new(SourceFile { name, text: pack.text.to_owned() }));
    }
    let path = Path::new(name);
    let bytes = std::fs::read(path).map_err(|error| {
        let ids = builtin_packs().iter().map(|pack| pack.id);
        let help = match nearest(name, ids.clone()) {
            Some(id) => format!("did you mean --pack {id}?"),
            None => format!("name a file, or a built-in pack: {}", ids.collect::<Vec<_>>().join(", ")),
        };
        Error::new(ErrorKind::Pack, "cannot read the pack").at(Place::path(path)).because(error).help(help)
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
        Error::new(ErrorKind::Pack, "the pack is not UTF-8")
            .at(Place::path(path).line(line))
            .help("save it again as UTF-8 (in Notepad: Save as, Encoding: UTF-8)")
    })?;
    Ok(Arc::new(SourceFile { name: path.display().to_string(), text }))
}

fn finish(sources: Vec<Arc<SourceFile>>) -> Result<Packs> {
    let mut findings = Vec::new();
    let mut packs: Vec<Pack> = Vec::new();
    let mut places: IndexMap<String, Located<()>> = IndexMap::new();
    for source in sources {
        let Some(draft) = Draft::read(&source, &mut findings) else { continue };
        for (id, issue) in &draft.issues {
            match places.entry(id.clone()) {
                Entry::Vacant(entry) => {
                    entry.insert(issue.at.clone());
                }
                Entry::Occupied(entry) => findings.push(error(
                    &issue.at,
                    "duplicate-id",
                    format!("issue \"{id}\" is also in {}", entry.get().place()),
                    Some("use one pack, or let one `extends` the other".to_owned()),
                )),
            }
        }
        packs.extend(draft.check(&mut findings));
    }
    same_phrases(&packs, &mut findings);
    if findings.iter().any(|finding| finding.level == Level::Error) {
        return Err(Error::from_findings(findings));
    }
    Ok(Packs { packs, warnings: findings })
}

/// The same words for two issues leave every ticket that uses them undecided.
fn same_phrases(packs: &[Pack], findings: &mut Vec<Finding>) {
    let mut seen: IndexMap<String, &str> = IndexMap::new();
    for issue in packs.iter().flat_map(|pack| &pack.issues) {
        for scored in issue.phrases.iter().filter(|scored| scored.points >= issue.threshold) {
            let other = seen.entry(scored.what.value.written.to_ascii_lowercase()).or_insert(&issue.id);
            if *other != issue.id {
                findings.push(Finding {
                    level: Level::Warning,
                    ..error(
                        &scored.what,
                        "same-phrase",
                        format!("\"{}\" alone answers both \"{other}\" and \"{}\"", scored.what.value.written, issue.id),
                        Some("keep it in one of them, or give it fewer points".to_owned()),
                    )
                });
            }
        }
    }
}

fn error<T>(at: &Located<T>, name: &'static str, message: impl Into<String>, help: Option<String>) -> Finding {
    Finding {
        name,
        level: Level::Error,
        message: message.into(),
        source: Arc::clone(&at.source),
        span: at.span,
        label: String::new(),
        help,
    }
}

/// A pack and all that it extends, as written, values merged.
struct Draft {
    head: Located<()>,
    id: String,
    title: Option<Located<String>>,
    version: Option<Located<String>>,
    lang: Option<Located<String>>,
    threshold: Option<Located<i64>>,
    margin: Option<Located<i64>>,
    words: IndexMap<String, Vec<Located<String>>>,
    facts: IndexMap<String, FactDraft>,
    fixes: IndexMap<String, FixDraft>,
    guards: IndexMap<String, GuardDraft>,
    issues: IndexMap<String, IssueDraft>,
    frame: Option<Located<String>>,
    values: IndexMap<String, Located<String>>,
}

struct FactDraft {
    at: Located<()>,
    title: Option<Located<String>>,
    regexes: Vec<Located<String>>,
    ask: Option<Located<String>>,
}

struct FixDraft {
    at: Located<()>,
    title: Option<Located<String>>,
    steps: Option<Vec<Located<String>>>,
    tried: Vec<Located<String>>,
    source: Option<Reference>,
}

struct GuardDraft {
    at: Located<()>,
    title: Option<Located<String>>,
    phrases: Vec<Located<String>>,
    regexes: Vec<Located<String>>,
    tests: Tests,
}

struct IssueDraft {
    at: Located<()>,
    title: Option<Located<String>>,
    priority: Option<Located<String>>,
    threshold: Option<Located<i64>>,
    needs: Vec<Located<String>>,
    not: Vec<Located<String>>,
    fixes: Vec<Located<String>>,
    asks: Vec<Located<String>>,
    reply: Option<Located<String>>,
    source: Option<Reference>,
    phrases: IndexMap<String, (Located<String>, Located<i64>)>,
    regexes: IndexMap<String, (Located<String>, Located<i64>)>,
    tests: Tests,
}

/// Reads the values of one file, remembering where they stood.
struct Reader<'a> {
    file: &'a Arc<SourceFile>,
    findings: &'a mut Vec<Finding>,
}

impl Draft {
    /// Reads a file and everything that it extends.
    fn read(file: &Arc<SourceFile>, findings: &mut Vec<Finding>) -> Option<Self> {
        let mut chain = vec![(Arc::clone(file), read_syntax(file, findings)?)];
        while let Some((file, syntax)) = chain.last()
            && let Some(base) = &syntax.pack.extends
        {
            let at = located(file, base, ());
            if chain.len() > MAX_EXTENDS {
                findings.push(error(&at, "extends-loop", "packs extend each other in a circle, or too deeply", None));
                return None;
            }
            let named = base_name(file, base.get_ref());
            match source(&named) {
                Ok(base) => {
                    let syntax = read_syntax(&base, findings)?;
                    chain.push((base, syntax));
                }
                Err(cause) => {
                    let message = format!("cannot read the pack \"{}\" that this one extends", base.get_ref());
                    findings.push(error(&at, "unknown-base", message, cause.help_text().map(str::to_owned)));
                    return None;
                }
            }
        }
        let mut draft: Option<Self> = None;
        while let Some((file, syntax)) = chain.pop() {
            let mut reader = Reader { file: &file, findings };
            draft = Some(reader.add(draft, syntax));
        }
        draft
    }
}

/// A base is a built-in id, or a path from the folder of the pack that names it.
fn base_name(file: &SourceFile, base: &str) -> String {
    let builtin = builtin_packs().iter().any(|pack| pack.id == base);
    match Path::new(&file.name).parent() {
        Some(folder) if !builtin => folder.join(base).display().to_string(),
        _ => base.to_owned(),
    }
}

fn read_syntax(file: &Arc<SourceFile>, findings: &mut Vec<Finding>) -> Option<PackSyntax> {
    let at = |span| Located { value: (), source: Arc::clone(file), span };
    if file.text.trim().is_empty() {
        let help = "start it with `format = 1`, a [pack] and an [[issue]]; `triage packs show apple-messaging` prints one";
        findings.push(error(&at(Span::new(0, 0)), "empty-pack", "the pack is empty", Some(help.to_owned())));
        return None;
    }
    match toml::from_str::<PackSyntax>(&file.text) {
        Ok(syntax) => Some(syntax),
        Err(cause) => {
            let span = cause.span().map_or(Span::new(0, 0), Span::from);
            findings.push(toml_error(&at(span), cause.message()));
            None
        }
    }
}

/// Says what the TOML reader found wrong, as one of ours.
fn toml_error(at: &Located<()>, message: &str) -> Finding {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let message = message.lines().next().unwrap_or_default();
    if message.starts_with("unknown field") && let [unknown, known @ ..] = quoted.as_slice() {
        let help = match nearest(unknown, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are: {}", known.join(", ")),
        };
        return error(at, "unknown-key", format!("unknown key \"{unknown}\""), Some(help));
    }
    if message.starts_with("missing field") && let [missing, ..] = quoted.as_slice() {
        let help = match *missing {
            "format" => "start the file with `format = 1`".to_owned(),
            "pack" => "add [pack] with an id; packs are TOML, like `triage packs show apple-messaging`".to_owned(),
            missing => format!("add `{missing} = \"...\"`"),
        };
        return error(at, "missing-key", format!("the key \"{missing}\" is missing"), Some(help));
    }
    if message.starts_with("invalid type") || message.starts_with("invalid value") || message.contains("did not match") {
        let help = "text stands in quotes, points are whole numbers without, lists stand in [ ]";
        return error(at, "wrong-type", message.replace('`', "\""), Some(help.to_owned()));
    }
    let help = "packs are TOML: key = \"value\", lists in [ ], sections in [name] and [[name]]";
    error(at, "toml-syntax", format!("not TOML: {}", message.replace('`', "\"")), Some(help.to_owned()))
}

fn located<T, U>(file: &Arc<SourceFile>, spanned: &Spanned<T>, value: U) -> Located<U> {
    Located { value, source: Arc::clone(file), span: spanned.span().into() }
}

impl Reader<'_> {
    fn text(&mut self, text: &Text) -> Located<String> {
        let value = text.get_ref();
        let at = located(self.file, text, value.clone());
        if let Some(c) = value.chars().find(|&c| c.is_control() && !matches!(c, '\n' | '\t')) {
            let message = format!("the text holds the control character \"{}\"", c.escape_default());
            self.findings.push(error(&at, "control-character", message, Some("take it out".to_owned())));
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

    fn points(&mut self, map: &IndexMap<Text, Spanned<i64>>) -> Vec<(Located<String>, Located<i64>)> {
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
            let words: Vec<&str> = at.value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
            let better = words.join("-").to_ascii_lowercase();
            let help = if good(&better) { format!("write `{better}`") } else { "write something like `green-bubbles`".to_owned() };
            let message = format!("{kind} id \"{}\" is not lower-case words joined by hyphens", at.value);
            self.findings.push(error(&at, "bad-id", message, Some(help)));
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
                    self.findings.push(error(&at, "duplicate-id", message, Some("give it another id".to_owned())));
                }
            }
        }
    }

    /// Adds a file to the draft of what it extends.
    fn add(&mut self, base: Option<Draft>, syntax: PackSyntax) -> Draft {
        if *syntax.format.get_ref() != FORMAT {
            let at = located(self.file, &syntax.format, ());
            let message = format!("pack format {} is not known", syntax.format.get_ref());
            self.findings.push(error(&at, "unknown-format", message, Some(format!("write `format = {FORMAT}`"))));
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
        draft.threshold = head.threshold.as_ref().map(|number| self.number(number)).or(draft.threshold);
        draft.margin = head.margin.as_ref().map(|number| self.number(number)).or(draft.margin);
        for id in &head.disable {
            let issue = draft.issues.shift_remove(id.get_ref()).is_some();
            let guard = draft.guards.shift_remove(id.get_ref()).is_some();
            if !issue && !guard {
                let known = draft.issues.keys().chain(draft.guards.keys()).map(String::as_str);
                let help = match nearest(id.get_ref(), known) {
                    Some(near) => format!("did you mean \"{near}\"?"),
                    None if amends => "name an issue or a guard of the pack that this one extends".to_owned(),
                    None => "add `extends = \"...\"` to [pack]: there is nothing to disable without it".to_owned(),
                };
                let message = format!("there is no issue or guard \"{}\" to disable", id.get_ref());
                self.findings.push(error(&located(self.file, id, ()), "unknown-disable", message, Some(help)));
            }
        }
        for (name, entries) in &syntax.words {
            let entries = self.texts(entries);
            let at = located(self.file, name, ());
            if entries.is_empty() {
                let message = format!("the word set \"{}\" is empty", name.get_ref());
                self.findings.push(error(&at, "empty-word-set", message, Some("add words, or take it out".to_owned())));
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
        draft
    }

    fn add_fact(&mut self, draft: &mut Draft, fact: &FactSyntax) {
        let (id, at) = (self.id("fact", &fact.id), located(self.file, &fact.id, ()));
        let entry = draft.facts.entry(id);
        let into = entry.or_insert_with(|| FactDraft { at, title: None, regexes: Vec::new(), ask: None });
        into.title = self.maybe(fact.title.as_ref()).or(into.title.take());
        into.ask = self.maybe(fact.ask.as_ref()).or(into.ask.take());
        if let Some(regex) = &fact.regex {
            let texts = match regex.get_ref() {
                OneOrMany::One(one) => std::slice::from_ref(one),
                OneOrMany::Many(many) => many,
            };
            into.regexes = texts.iter().map(|text| located(self.file, regex, text.clone())).collect();
        }
    }

    fn add_fix(&mut self, draft: &mut Draft, fix: &FixSyntax) {
        let (id, at) = (self.id("fix", &fix.id), located(self.file, &fix.id, ()));
        let entry = draft.fixes.entry(id);
        let into = entry.or_insert_with(|| FixDraft { at, title: None, steps: None, tried: Vec::new(), source: None });
        into.title = self.maybe(fix.title.as_ref()).or(into.title.take());
        into.steps = fix.steps.as_ref().map(|steps| self.texts(steps)).or(into.steps.take());
        into.tried.extend(self.texts(fix.tried.as_deref().unwrap_or_default()));
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
        into.threshold = issue.threshold.as_ref().map(|number| self.number(number)).or(into.threshold.take());
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
        map: &mut IndexMap<String, (Located<String>, Located<i64>)>,
        key: String,
        text: Located<String>,
        points: Located<i64>,
    ) {
        match map.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert((text, points));
            }
            Entry::Occupied(entry) if points.value == 0 && !Arc::ptr_eq(&entry.get().0.source, &text.source) => {
                entry.shift_remove();
            }
            Entry::Occupied(mut entry) => {
                if Arc::ptr_eq(&entry.get().0.source, &text.source) {
                    let message = format!("\"{}\" stands here twice, as {} too", text.value, entry.get().0.place());
                    self.findings.push(error(&text, "duplicate-phrase", message, Some("take one of them out".to_owned())));
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
            if !at.value.chars().all(variable) || !at.value.starts_with(|c: char| c.is_ascii_lowercase()) {
                let message = format!("\"{}\" cannot be the name of a variable", at.value);
                let help = "write lower-case words joined by underscores: opening_hours";
                self.findings.push(error(&at, "bad-value-name", message, Some(help.to_owned())));
            } else if VARIABLES.iter().any(|known| known.split('.').next() == Some(&at.value))
                && !matches!(at.value.as_str(), "agent" | "company")
            {
                let message = format!("\"{}\" is the name of a built-in variable", at.value);
                self.findings.push(error(&at, "bad-value-name", message, Some("choose another name".to_owned())));
            }
            let value = self.text(value);
            draft.values.insert(at.value, value);
        }
    }
}

/// What makes two written phrases the same: everything but capitals and spacing.
fn spelling(phrase: &str) -> String {
    phrase.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase()
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
            phrases: IndexMap::new(),
            regexes: IndexMap::new(),
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
            threshold: None,
            margin: None,
            words: IndexMap::new(),
            facts: IndexMap::new(),
            fixes: IndexMap::new(),
            guards: IndexMap::new(),
            issues: IndexMap::new(),
            frame: None,
            values: IndexMap::new(),
        }
    }

    /// Makes the checked pack; what is wrong goes into `findings`, and the rest is checked all the same.
    fn check(&self, findings: &mut Vec<Finding>) -> Option<Pack> {
        let before = findings.len();
        let sets = self.word_sets(findings);
        let names = Names {
            values: self.values.keys().cloned().collect(),
            facts: self.facts.keys().map(|id| variable(id)).collect(),
        };
        let mut checker = Checker {
            sets,
            names,
            findings,
            facts: self.facts.keys().cloned().collect(),
            fixes: self.fixes.keys().cloned().collect(),
            what: format!("pack \"{}\"", self.id),
        };
        let threshold = checker.number("threshold", self.threshold.as_ref(), 1).unwrap_or(THRESHOLD);
        let pack = Pack {
            id: self.id.clone(),
            title: value(self.title.as_ref()).unwrap_or_else(|| self.id.clone()),
            version: value(self.version.as_ref()).unwrap_or_default(),
            lang: value(self.lang.as_ref()).unwrap_or_else(|| "en".to_owned()),
            margin: checker.number("margin", self.margin.as_ref(), 0).unwrap_or(MARGIN),
            facts: self.facts.iter().map(|(id, fact)| checker.fact(id, fact)).collect(),
            fixes: self.fixes.iter().map(|(id, fix)| checker.fix(id, fix)).collect(),
            guards: self.guards.iter().map(|(id, guard)| checker.guard(id, guard)).collect(),
            issues: self.issues.iter().filter_map(|(id, issue)| checker.issue(id, issue, threshold)).collect(),
            frame: checker.frame(&self.head, self.frame.as_ref())?,
            values: self.values.iter().map(|(name, value)| (name.clone(), value.value.clone())).collect(),
        };
        if self.issues.is_empty() {
            let help = "add an [[issue]] with an id, a title, a reply and [issue.phrases]";
            findings.push(error(&self.head, "no-issues", "the pack has no issue, so nothing could match", Some(help.to_owned())));
        }
        findings[before..].iter().all(|finding| finding.level == Level::Warning).then_some(pack)
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
            sets.insert(name.clone(), words);
        }
        sets
    }
}

fn value(text: Option<&Located<String>>) -> Option<String> {
    text.map(|text| text.value.clone())
}

fn phrase_error(at: &Located<String>, cause: PhraseError) -> Finding {
    Finding { span: inner(at, Some(cause.span)), ..error(at, cause.name, cause.message, cause.help) }
}

/// The place of some bytes of a string value: exact where the string stands in the file as it is,
/// the whole value where escapes came between.
fn inner(at: &Located<String>, span: Option<Span>) -> Span {
    let written = at.source.text.get(at.span.range());
    let start = written.and_then(|written| written.find(&at.value)).map(|offset| at.span.start + offset);
    match (start, span) {
        (Some(start), Some(span)) if !span.is_empty() => Span::new(start + span.start, start + span.end),
        _ => at.span,
    }
}

/// Turns drafts into checked values.
struct Checker<'a> {
    sets: WordSets,
    names: Names,
    facts: Vec<String>,
    fixes: Vec<String>,
    findings: &'a mut Vec<Finding>,
    /// What is being checked, for people: `issue "green-bubbles"`.
    what: String,
}

impl Checker<'_> {
    fn number(&mut self, what: &str, number: Option<&Located<i64>>, least: i64) -> Option<u32> {
        let number = number?;
        match u32::try_from(number.value) {
            Ok(good) if (least..=MAX_POINTS).contains(&number.value) => Some(good),
            _ => {
                let message = format!("{what} \"{}\" is not between {least} and {MAX_POINTS}", number.value);
                self.report(error(number, "bad-number", message, Some(format!("write `{what} = 4`"))));
                None
            }
        }
    }

    fn phrase(&mut self, at: &Located<String>) -> Option<Located<Phrase>> {
        match Phrase::parse(&at.value, &self.sets) {
            Ok(phrase) => {
                if phrase.is_short() {
                    let message = format!("\"{}\" is so short that it hits by chance", at.value);
                    let help = "add a word that stands beside it".to_owned();
                    self.report(Finding {
                        level: Level::Warning,
                        ..error(at, "short-phrase", message, Some(help))
                    });
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

    fn pattern(&mut self, at: &Located<String>) -> Option<Located<Pattern>> {
        match Pattern::parse(&at.value) {
            Ok(pattern) => Some(at.map(pattern)),
            Err(cause) => {
                let finding = error(at, cause.name, cause.message, cause.help);
                self.report(Finding { span: inner(at, cause.span), ..finding });
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
                let finding = error(at, cause.name, cause.message, cause.help);
                self.report(Finding { span: inner(at, cause.span), ..finding });
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

    /// A value that must be there.
    fn required<T>(&mut self, at: &Located<()>, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            let message = format!("{} has no \"{key}\"", self.what);
            self.report(error(at, "missing-key", message, Some(format!("add `{key} = \"...\"`"))));
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
            if !pattern.value.regex.capture_names().any(|name| name == Some("value")) {
                let message = format!("the regex of fact \"{id}\" has no group \"value\"");
                let help = r"mark what to read: \bios (?<value>\d+)".to_owned();
                self.report(error(pattern, "no-value-group", message, Some(help)));
            }
        }
        Fact {
            id: id.to_owned(),
            title: value(fact.title.as_ref()).unwrap_or_else(|| id.replace('-', " ")),
            patterns,
            ask: value(fact.ask.as_ref()),
        }
    }

    fn fix(&mut self, id: &str, fix: &FixDraft) -> Fix {
        self.what = format!("fix \"{id}\"");
        Fix {
            id: id.to_owned(),
            title: self.required(&fix.at, "title", value(fix.title.as_ref())).unwrap_or_default(),
            steps: fix.steps.iter().flatten().map(|step| step.value.clone()).collect(),
            tried: self.phrases(&fix.tried),
            source: fix.source.clone(),
        }
    }

    fn guard(&mut self, id: &str, guard: &GuardDraft) -> Guard {
        self.what = format!("guard \"{id}\"");
        if guard.phrases.is_empty() && guard.regexes.is_empty() {
            let message = format!("guard \"{id}\" has nothing to go by");
            let help = "add `phrases = [\"...\"]`".to_owned();
            self.report(error(&guard.at, "no-phrases", message, Some(help)));
        }
        Guard {
            id: id.to_owned(),
            title: self.required(&guard.at, "title", value(guard.title.as_ref())).unwrap_or_default(),
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
            let help = "add [issue.phrases] with lines like \"waiting for activation\" = 4".to_owned();
            self.report(error(&issue.at, "no-phrases", message, Some(help)));
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
        map: &IndexMap<String, (Located<String>, Located<i64>)>,
        check: impl Fn(&mut Self, &Located<String>) -> Option<Located<T>>,
    ) -> Vec<Scored<T>> {
        let mut scored = Vec::new();
        for (text, points) in map.values() {
            let checked = check(self, text);
            match (checked, u32::try_from(points.value).ok().filter(|_| (1..=MAX_POINTS).contains(&points.value))) {
                (Some(what), Some(points)) => scored.push(Scored { what, points }),
                (_, None) => {
                    let message = format!("\"{}\" points for \"{}\"", points.value, text.value);
                    let help = "write 4 for a phrase that is proof by itself, 1 for a hint";
                    self.report(error(points, "bad-points", message, Some(help.to_owned())));
                }
                (None, Some(_)) => {}
            }
        }
        scored
    }

    fn priority(&mut self, priority: Option<&Located<String>>) -> Priority {
        let Some(at) = priority else { return Priority::default() };
        if let Some(known) = Priority::ALL.into_iter().find(|known| known.name() == at.value) {
            return known;
        }
        let names = Priority::ALL.map(Priority::name);
        let help = match nearest(&at.value, names.into_iter()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("write one of {}", names.join(", ")),
        };
        self.report(error(at, "unknown-priority", format!("unknown priority \"{}\"", at.value), Some(help)));
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
                    unknown.push(error(text, name, format!("unknown {what} \"{}\"", text.value), Some(help)));
                }
            }
        }
        unknown.into_iter().for_each(|finding| self.report(finding));
        indices
    }

    /// Adds a finding, and says what it is in.
    fn report(&mut self, finding: Finding) {
        self.findings.push(Finding { label: format!("in {}", self.what), ..finding });
    }
}

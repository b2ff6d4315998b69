//! Lints that need only the pack as it is written: no text is matched for them.
//!
//! Only what stands in the file itself is looked at, not what it extends.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use toml::Spanned;

use super::draft::{Draft, located};
use super::lexed::Lexed;
use super::phrase::{Ending, Phrase, parse_entry, sets_in};
use super::syntax::{PackSyntax, TestsSyntax, Text};
use super::template::Names;
use super::{Issue, Located, Pack, Packs, Tests, settings};
use crate::finding::{Finding, Mend, SourceFile};
use crate::span::Span;

/// A pack by itself, as a checker wants it.
pub(crate) struct Examined {
    pub(crate) file: Arc<SourceFile>,
    /// What was found so far; nothing is allowed yet.
    pub(crate) findings: Vec<Finding>,
    /// The pack, and where things stand in it; none if it cannot be loaded.
    pub(crate) written: Option<(Packs, Places)>,
}

/// Where things stand that checked packs know by name only.
#[derive(Debug)]
pub(crate) struct Places {
    /// The pack's id.
    pub(crate) head: Located<()>,
    /// The ids of issues.
    pub(crate) issues: IndexMap<String, Located<()>>,
    /// The openings of issues, by id.
    pub(crate) openings: IndexMap<String, Located<String>>,
    /// What they may name.
    pub(crate) names: Names,
    /// The frame, if the pack brings one.
    pub(crate) frame: Option<Located<String>>,
}

impl Places {
    pub(super) fn of(draft: &Draft) -> Self {
        let issues = draft.issues.iter().map(|(id, issue)| (id.clone(), issue.at.clone()));
        let openings =
            draft.issues.iter().filter_map(|(id, issue)| Some((id.clone(), issue.reply.clone()?)));
        Self {
            head: draft.head.clone(),
            issues: issues.collect(),
            openings: openings.collect(),
            names: draft.names(),
            frame: draft.frame.clone(),
        }
    }
}

/// Words of nearly every ticket, and why they are.
const COMMON: [(&str, &[&str]); 3] = [
    (
        "it stands in nearly every sentence",
        &[
            "a", "an", "the", "and", "or", "but", "if", "so", "as", "at", "by", "for", "from",
            "in", "of", "on", "to", "with", "i", "me", "my", "we", "our", "us", "you", "your",
            "he", "she", "they", "them", "it", "its", "this", "that", "these", "those", "there",
            "here", "is", "are", "was", "were", "be", "been", "am", "do", "does", "did", "have",
            "has", "had", "can", "could", "will", "would", "should", "what", "when", "how", "why",
            "who", "all", "any", "some", "no", "not", "just", "now", "still", "also", "since",
            "after",
        ],
    ),
    (
        "tickets begin and end with it",
        &[
            "hello",
            "hi",
            "hey",
            "dear",
            "sir",
            "madam",
            "team",
            "please",
            "thanks",
            "thank",
            "regards",
            "cheers",
            "sincerely",
            "best",
            "kind",
        ],
    ),
    (
        "whoever writes to a help desk may say it",
        &[
            "help",
            "problem",
            "problems",
            "issue",
            "issues",
            "question",
            "questions",
            "support",
            "ticket",
            "trouble",
            "work",
            "works",
            "working",
            "customer",
            "need",
            "want",
            "try",
            "tried",
        ],
    ),
];

/// Everything that the text of a pack itself shows.
pub(super) fn lint(
    file: &Arc<SourceFile>,
    syntax: &PackSyntax,
    draft: &Draft,
    pack: &Pack,
    findings: &mut Vec<Finding>,
) {
    let mut linter = Linter { file, syntax, draft, pack, lexed: Lexed::new(&file.text), findings };
    linter.unused();
    linter.issues();
    linter.common();
    linter.lists();
    linter.order();
    linter.gates();
    linter.sources();
    linter.paths();
}

struct Linter<'a> {
    file: &'a Arc<SourceFile>,
    syntax: &'a PackSyntax,
    draft: &'a Draft,
    pack: &'a Pack,
    lexed: Lexed<'a>,
    findings: &'a mut Vec<Finding>,
}

impl Linter<'_> {
    fn at<T>(&self, spanned: &Spanned<T>) -> Located<()> {
        located(self.file, spanned, ())
    }

    fn is_own<T>(&self, at: &Located<T>) -> bool {
        Arc::ptr_eq(&at.source, self.file)
    }

    /// The issues of this file, with their ids' places.
    fn own_issues(&self) -> Vec<(Located<()>, &Issue)> {
        self.syntax
            .issues
            .iter()
            .filter_map(|issue| {
                let id = issue.id.get_ref();
                let checked = self.pack.issues.iter().find(|issue| issue.id == *id)?;
                Some((self.at(&issue.id), checked))
            })
            .collect()
    }

    fn unused(&mut self) {
        let draft = self.draft;
        let mut phrases: Vec<&str> = Vec::new();
        for issue in draft.issues.values() {
            phrases.extend(issue.phrases.values().map(|(text, _)| text.value.as_str()));
            phrases.extend(issue.needs.iter().chain(&issue.not).map(|text| text.value.as_str()));
        }
        phrases.extend(draft.fixes.values().flat_map(|fix| &fix.tried).map(|t| t.value.as_str()));
        phrases.extend(draft.guards.values().flat_map(|g| &g.phrases).map(|t| t.value.as_str()));
        let used: IndexSet<String> = phrases.into_iter().flat_map(sets_in).collect();
        for name in self.syntax.words.keys().filter(|name| !used.contains(name.get_ref())) {
            let set = name.get_ref();
            let help = format!("use it in a phrase as {{{set}}}, or take it out");
            let message = format!("no phrase uses the word set \"{set}\"");
            let finding = self.at(name).lint("unused-word-set", message, help);
            self.findings.push(finding);
        }
        let fixes: IndexSet<&str> = draft
            .issues
            .values()
            .flat_map(|issue| &issue.fixes)
            .map(|fix| fix.value.as_str())
            .collect();
        for fix in self.syntax.fixes.iter().filter(|fix| !fixes.contains(fix.id.get_ref().as_str()))
        {
            let id = fix.id.get_ref();
            let help = format!("add it to an issue: fixes = [\"{id}\"], or take it out");
            let message = format!("no issue has the fix \"{id}\"");
            let finding = self.at(&fix.id).lint("unused-fix", message, help);
            self.findings.push(finding);
        }
        let asked: IndexSet<&str> = draft
            .issues
            .values()
            .flat_map(|issue| &issue.asks)
            .map(|fact| fact.value.as_str())
            .collect();
        let templates: Vec<&str> = std::iter::once(self.pack.frame.source())
            .chain(self.pack.issues.iter().map(|issue| issue.reply.source()))
            .collect();
        for fact in &self.syntax.facts {
            let id = fact.id.get_ref();
            let variable = format!("facts.{}", super::variable(id));
            if asked.contains(id.as_str())
                || templates.iter().any(|template| template.contains(&variable))
            {
                continue;
            }
            let help = format!(
                "add it to an issue: ask = [\"{id}\"], or say it in a reply: {{{{ {variable} }}}}"
            );
            let message = format!("no issue asks for the fact \"{id}\", and no reply says it");
            let finding = self.at(&fact.id).lint("unused-fact", message, help);
            self.findings.push(finding);
        }
    }

    /// What can be told of each issue by itself.
    fn issues(&mut self) {
        let mut findings = Vec::new();
        for (at, issue) in self.own_issues() {
            let phrases = issue.phrases.iter().map(|scored| scored.points);
            let sum: u32 = phrases.chain(issue.patterns.iter().map(|scored| scored.points)).sum();
            if sum < issue.threshold {
                let message = format!(
                    "issue \"{}\" needs {} points, and all its phrases together have {sum}",
                    issue.id, issue.threshold
                );
                let help = format!(
                    "give a phrase that proves the issue {} points, or write `threshold = {}`",
                    issue.threshold,
                    sum.max(1)
                );
                findings.push(at.lint("unreachable-threshold", message, help));
            }
            findings.extend(no_examples(&at, "issue", &issue.id, &issue.tests));
        }
        for guard in &self.syntax.guards {
            let id = guard.id.get_ref();
            if let Some(checked) = self.pack.guards.iter().find(|guard| guard.id == *id) {
                findings.extend(no_examples(&self.at(&guard.id), "guard", id, &checked.tests));
            }
        }
        self.findings.extend(findings);
    }

    fn common(&mut self) {
        if !self.pack.lang.starts_with("en") {
            return;
        }
        let mut decisive: Vec<(&Located<Phrase>, String)> = Vec::new();
        for issue in &self.pack.issues {
            for scored in issue.phrases.iter().filter(|scored| scored.points > 1) {
                let points = scored.points;
                decisive.push((&scored.what, format!("is worth {points} points by itself")));
            }
            let not = issue.not.iter();
            decisive.extend(not.map(|not| (not, "by itself keeps the issue back".to_owned())));
        }
        for guard in &self.pack.guards {
            let all = guard.phrases.iter();
            decisive.extend(all.map(|at| (at, "by itself sends tickets to a person".to_owned())));
        }
        for fix in &self.pack.fixes {
            let all = fix.tried.iter();
            decisive
                .extend(all.map(|at| (at, "by itself takes the fix out of replies".to_owned())));
        }
        let mut findings = Vec::new();
        for (at, effect) in decisive {
            if let Some((word, why)) = common_word(&at.value).filter(|_| self.is_own(at)) {
                let help = "add a word that stands beside it";
                findings.push(Finding {
                    label: why.to_owned(),
                    ..at.lint("too-common", format!("\"{word}\" {effect}"), help)
                });
            }
        }
        self.findings.extend(findings);
    }

    /// The same thing twice in one list.
    fn lists(&mut self) {
        let mut findings = Vec::new();
        for entries in self.syntax.words.values() {
            let keys = entries.iter().map(|entry| parse_entry(entry.get_ref()).ok());
            self.twice("duplicate-entry", entries, keys, &mut findings);
        }
        let sets = self.draft.parsed_sets();
        let tried = self.syntax.fixes.iter().filter_map(|fix| fix.tried.as_ref());
        let guards = self.syntax.guards.iter().filter_map(|guard| guard.phrases.as_ref());
        let gates = self
            .syntax
            .issues
            .iter()
            .flat_map(|issue| [issue.needs.as_ref(), issue.not.as_ref()])
            .flatten();
        for phrases in tried.chain(guards).chain(gates) {
            let parse = |text: &Text| Phrase::parse(text.get_ref(), &sets).ok();
            let keys = phrases.iter().map(|text| parse(text).map(|phrase| phrase.parts));
            self.twice("duplicate-entry", phrases, keys, &mut findings);
        }
        let issues = self.syntax.issues.iter().map(|issue| &issue.tests);
        for tests in issues.chain(self.syntax.guards.iter().map(|guard| &guard.tests)) {
            let TestsSyntax { accept, reject } = tests;
            for texts in [accept, reject] {
                let keys = texts.iter().map(|text| Some(text.get_ref().trim().to_owned()));
                self.twice("duplicate-example", texts, keys, &mut findings);
            }
        }
        self.findings.extend(findings);
    }

    fn twice<K: PartialEq>(
        &self,
        lint: &'static str,
        texts: &[Text],
        keys: impl Iterator<Item = Option<K>>,
        findings: &mut Vec<Finding>,
    ) {
        let keys: Vec<Option<K>> = keys.collect();
        for (n, key) in keys.iter().enumerate() {
            let first = keys[..n].iter().position(|before| before.is_some() && before == key);
            let Some(first) = first else { continue };
            let (line, _) = self.file.line_column(texts[first].span().start);
            let (this, that) = (texts[n].get_ref(), texts[first].get_ref());
            let message = if this == that {
                format!("\"{this}\" is in the list already, on line {line}")
            } else {
                format!("\"{this}\" is in the list already, as \"{that}\" on line {line}")
            };
            let at = self.at(&texts[n]);
            let mend = self.lexed.without_element(at.span);
            findings.push(Finding { mend, ..at.lint(lint, message, "take one of them out") });
        }
    }

    /// `[issue.phrases]` and `[issue.regex]` have the strongest first, in each block of lines:
    /// blank lines and comments of their own line divide blocks, so that an author can group them.
    fn order(&mut self) {
        let mut findings = Vec::new();
        for issue in &self.syntax.issues {
            for table in [&issue.phrases, &issue.regex] {
                let entries: Vec<Entry<'_>> =
                    table.iter().map(|(text, points)| Entry::of(self.file, text, points)).collect();
                let mut rest = entries.as_slice();
                while !rest.is_empty() {
                    let joined = |pair: &&[Entry<'_>]| pair[0].line.end == pair[1].line.start;
                    let len = rest.windows(2).take_while(joined).count() + 1;
                    let (block, after) = rest.split_at(len);
                    findings.extend(self.sorted(block));
                    rest = after;
                }
            }
        }
        self.findings.extend(findings);
    }

    fn sorted(&self, block: &[Entry<'_>]) -> Option<Finding> {
        let wrong = block.windows(2).find(|pair| pair[0].points < pair[1].points)?;
        let text = &self.file.text;
        let mut order: Vec<&Entry<'_>> = block.iter().collect();
        order.sort_by_key(|entry| std::cmp::Reverse(entry.points));
        // Each place keeps its line end, so that a last line without one stays without.
        let lines = block.iter().zip(order).map(|(place, entry)| {
            let (of, own) = (&text[entry.line.range()], &text[place.line.range()]);
            let ending = &own[own.trim_end_matches(['\r', '\n']).len()..];
            format!("{}{ending}", of.trim_end_matches(['\r', '\n']))
        });
        let span = Span::new(block.first()?.line.start, block.last()?.line.end);
        let message = format!(
            "\"{}\" = {} stands below \"{}\" = {}",
            wrong[1].text.get_ref(),
            wrong[1].points,
            wrong[0].text.get_ref(),
            wrong[0].points
        );
        let help =
            "put the strongest first: `triage check --fix` does; a blank line begins a new block";
        Some(Finding {
            mend: Some(Mend { span, text: lines.collect() }),
            ..self.at(wrong[1].text).lint("unsorted", message, help)
        })
    }

    fn gates(&mut self) {
        let mut findings = Vec::new();
        for pattern in
            self.pack.patterns().filter(|at| self.is_own(at) && at.value.gates.is_empty())
        {
            let written = pattern.map(pattern.value.written.clone());
            let whole = Span::new(0, written.value.len());
            let message =
                format!("no word always begins a match of the regex \"{}\"", pattern.value.written);
            let help = r"begin it with one, so that it runs only where that word is: `\bcode \d{6}` instead of `\d{6}`";
            findings.push(Finding {
                span: written.part(Some(whole)),
                ..written.lint("regex-without-literal", message, help)
            });
        }
        self.findings.extend(findings);
    }

    fn sources(&mut self) {
        for fix in &self.syntax.fixes {
            let id = fix.id.get_ref();
            // What it amends may have one.
            if self.draft.fixes.get(id).is_some_and(|fix| fix.source.is_none()) {
                let message = format!("the fix \"{id}\" does not say where its steps were read");
                let help = "add `source = { title = \"...\", url = \"https://...\", checked = 2026-01-31 }`";
                let finding = self.at(&fix.id).lint("missing-source", message, help);
                self.findings.push(finding);
            }
        }
    }

    fn paths(&mut self) {
        let draft = self.draft;
        let steps = draft.fixes.values().flat_map(|fix| fix.steps.iter().flatten());
        let titles = draft.fixes.values().filter_map(|fix| fix.title.as_ref());
        let asks = draft.facts.values().filter_map(|fact| fact.ask.as_ref());
        let replies = draft.issues.values().filter_map(|issue| issue.reply.as_ref());
        let texts = steps
            .chain(titles)
            .chain(asks)
            .chain(replies)
            .chain(&draft.frame)
            .chain(draft.values.values())
            .filter(|at| self.is_own(at));
        let findings = settings::lint(texts);
        self.findings.extend(findings);
    }
}

/// A line of `[issue.phrases]`.
struct Entry<'a> {
    text: &'a Text,
    points: i64,
    /// The whole line, its end included.
    line: Span,
}

impl<'a> Entry<'a> {
    fn of(file: &SourceFile, text: &'a Text, points: &Spanned<i64>) -> Self {
        let (start, end) = (text.span().start, points.span().end);
        let start = file.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let end = file.text[end..].find('\n').map_or(file.text.len(), |at| end + at + 1);
        Self { text, points: *points.get_ref(), line: Span::new(start, end) }
    }
}

fn no_examples(at: &Located<()>, kind: &str, id: &str, tests: &Tests) -> Option<Finding> {
    let (message, help) = match (tests.accept.is_empty(), tests.reject.is_empty()) {
        (true, true) => (
            format!("{kind} \"{id}\" has no examples"),
            format!("add [{kind}.tests] with `match = [\"...\"]` and `reject = [\"...\"]`"),
        ),
        (true, false) => (
            format!("{kind} \"{id}\" has no example that it matches"),
            format!("add `match = [\"...\"]` to [{kind}.tests]: what a customer would write"),
        ),
        (false, true) => (
            format!("{kind} \"{id}\" has no counter-example"),
            format!("add `reject = [\"...\"]` to [{kind}.tests]: a near miss"),
        ),
        (false, false) => return None,
    };
    Some(at.lint("no-examples", message, help))
}

/// The common word that hits by itself, and why it is common.
fn common_word(phrase: &Phrase) -> Option<(&str, &'static str)> {
    let [part] = phrase.parts.as_slice() else { return None };
    let [run] = part.runs.as_slice() else { return None };
    let [slot] = run.slots.as_slice() else { return None };
    slot.choices().find_map(|words| {
        let [word] = words.as_slice() else { return None };
        if word.ending == Ending::Any {
            return None;
        }
        let why = COMMON.iter().find(|(_, common)| common.contains(&word.text.as_str()))?.0;
        Some((word.text.as_str(), why))
    })
}

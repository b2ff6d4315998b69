//! Pattern packs: what a help desk knows, as data.
//!
//! A pack is a TOML file. `syntax` is the file as written, `draft` joins what
//! extends each other, `check` makes the types of this module of it or says
//! everything that is wrong. Not here: how phrases are found in tickets, and what the hits mean.

pub(crate) mod allow;
mod builtin;
mod calibration;
mod check;
mod draft;
pub(crate) mod lexed;
pub(crate) mod lints;
pub(crate) mod load;
pub(crate) mod pattern;
pub(crate) mod phrase;
mod settings;
mod syntax;
pub(crate) mod template;
mod version;
pub(crate) mod written;

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

pub use builtin::{Builtin, builtin_packs};
pub use calibration::Calibration;
pub use pattern::Pattern;
pub use phrase::Phrase;
pub use template::Template;
pub use version::Version;

use lints::Lint;

use crate::error::Result;
use crate::finding::{Finding, Level, SourceFile};
use crate::place::Place;
use crate::span::Span;

/// The JSON schema of packs, for editors: it knows the keys and what they hold, not what phrases mean.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(triage::packs::SCHEMA)?;
/// assert_eq!(schema["properties"]["format"]["maximum"], 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const SCHEMA: &str = include_str!("../../patterns/pack.schema.json");

/// Packs that were read and checked: the first of the four nouns.
///
/// ```
/// use triage::{Packs, Triage};
///
/// let packs = Packs::builtin()?;
/// assert!(packs.iter().any(|pack| pack.id == "apple-messaging"));
/// let triage = Triage::new(packs)?;
/// # Ok::<(), triage::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Packs {
    packs: Vec<Pack>,
    warnings: Vec<Finding>,
}

/// One checked pack.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its name, kebab-case: `apple-messaging`.
    pub id: String,
    /// The pack that this one extends, or says in another language; its own id if none.
    ///
    /// Within a family, equal ids of issues, fixes, facts and guards mean the same.
    pub family: String,
    /// What it is about.
    pub title: String,
    /// The author's version of it; empty when there is none.
    pub version: String,
    /// The language of its phrases and replies: `en`.
    pub lang: String,
    /// How far the best issue must lead a rival that rests on the same words, in points.
    pub margin: u32,
    /// What tickets can be about.
    pub issues: Vec<Issue>,
    /// Procedures that issues share.
    pub fixes: Vec<Fix>,
    /// What is read from a ticket, or asked for.
    pub facts: Vec<Fact>,
    /// What always sends a ticket to a person.
    pub guards: Vec<Guard>,
    /// The frame of every reply.
    pub frame: Template,
    /// `[reply.values]`: variables of the pack's own, with their defaults.
    pub values: IndexMap<String, String>,
    /// What confidence came to on labelled tickets, if that was measured.
    pub calibration: Option<Calibration>,
}

/// Something a ticket can be about.
#[derive(Clone, Debug)]
pub struct Issue {
    /// Its name, kebab-case, unique among the families of packs in use: `green-bubbles`.
    pub id: String,
    /// The name for people.
    pub title: String,
    /// How soon it should be seen to.
    pub priority: Priority,
    /// The points it needs to answer.
    pub threshold: u32,
    /// Phrases that must all hit.
    pub needs: Vec<Located<Phrase>>,
    /// Phrases of which none may hit.
    pub not: Vec<Located<Phrase>>,
    /// What counts for it.
    pub phrases: Vec<Scored<Phrase>>,
    /// What counts for it and needs a regex.
    pub patterns: Vec<Scored<Pattern>>,
    /// What to do, in order: indices into [`Pack::fixes`].
    pub fixes: Vec<usize>,
    /// What to ask for when the ticket does not say it: indices into [`Pack::facts`].
    pub asks: Vec<usize>,
    /// The opening of the reply.
    pub reply: Template,
    /// The issue's own proof.
    pub tests: Tests,
    /// Where its facts were read.
    pub source: Option<Reference>,
}

/// How soon an issue should be seen to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// When there is time.
    Low,
    /// In turn.
    #[default]
    Normal,
    /// Before others.
    High,
    /// Now.
    Urgent,
}

/// A procedure.
#[derive(Clone, Debug)]
pub struct Fix {
    /// Its name within the family, kebab-case.
    pub id: String,
    /// [`Pack::family`].
    pub family: Arc<str>,
    /// What to do, in a few words.
    pub title: String,
    /// Each step, as a sentence to the customer.
    pub steps: Vec<String>,
    /// Phrases that say the customer did this already.
    pub tried: Vec<Located<Phrase>>,
    /// When it helps at all.
    pub only: Option<Only>,
    /// Where it was read.
    pub source: Option<Reference>,
}

/// When a fix helps: only while a fact is below some version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    /// The fact: an index into [`Pack::facts`].
    pub fact: usize,
    /// What it must be below.
    pub below: Version,
}

/// Something a ticket may say that replies depend on.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name within the family, kebab-case.
    pub id: String,
    /// [`Pack::family`].
    pub family: Arc<str>,
    /// The name for people.
    pub title: String,
    /// Where it is read from; the group `value` is the fact.
    pub patterns: Vec<Located<Pattern>>,
    /// The question that asks for it.
    pub ask: Option<String>,
}

/// Words that always send a ticket to a person, whatever else it says.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Its name within the family, kebab-case.
    pub id: String,
    /// [`Pack::family`].
    pub family: Arc<str>,
    /// Why a person must look.
    pub title: String,
    /// Any of these is enough.
    pub phrases: Vec<Located<Phrase>>,
    /// Or any of these.
    pub patterns: Vec<Located<Pattern>>,
    /// The guard's own proof.
    pub tests: Tests,
}

/// Texts that prove an issue or a guard.
#[derive(Clone, Debug, Default)]
pub struct Tests {
    /// Each of these must come out as the issue, matched, or must raise the guard.
    pub accept: Vec<Located<String>>,
    /// None of these may.
    pub reject: Vec<Located<String>>,
}

/// A page or an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// The day on which it was read, as `2026-11-23`.
    pub checked: Option<String>,
}

/// A value and its points.
#[derive(Clone, Debug)]
pub struct Scored<T> {
    /// What hits.
    pub what: Located<T>,
    /// What a hit is worth, once a ticket.
    pub points: u32,
}

/// A value and the place in a pack that it came from.
#[derive(Clone, Debug)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The file.
    pub source: Arc<SourceFile>,
    /// Where in the file.
    pub span: Span,
}

impl Pack {
    /// All its regexes: those of issues, then of guards, then of facts.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Located<Pattern>> {
        let issues = self.issues.iter().flat_map(|issue| &issue.patterns);
        let guards = self.guards.iter().flat_map(|guard| &guard.patterns);
        let facts = self.facts.iter().flat_map(|fact| &fact.patterns);
        issues.map(|scored| &scored.what).chain(guards).chain(facts)
    }
}

impl Packs {
    /// All the packs that are built in.
    pub fn builtin() -> Result<Self> {
        let ids: Vec<String> = builtin_packs().iter().map(|pack| pack.id.to_owned()).collect();
        Self::load(&ids)
    }

    /// Packs by id, for built-in ones, or by path. None named: all the built-in ones.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with any of them, as findings.
    pub fn load(names: &[String]) -> Result<Self> {
        if names.is_empty() {
            return Self::builtin();
        }
        load::load(names)
    }

    /// A pack from text; `name` is what findings call it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, as findings.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        load::parse(name, text)
    }

    /// The packs, in the order in which they were named.
    pub fn iter(&self) -> impl Iterator<Item = &Pack> {
        self.packs.iter()
    }

    /// A pack by its place in that order.
    pub(crate) fn get(&self, number: usize) -> &Pack {
        &self.packs[number]
    }

    /// What the packs' authors would want to know.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }
}

impl<T> Located<T> {
    /// File, line and column.
    pub fn place(&self) -> Place {
        let (line, column) = self.source.line_column(self.span.start);
        Place::file(&self.source.name).at(line, column)
    }

    /// A finding here that refuses the pack.
    pub(crate) fn error(
        &self,
        name: &'static str,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Finding {
        Finding {
            name,
            level: Level::Error,
            message: message.into(),
            source: Arc::clone(&self.source),
            span: self.span,
            label: String::new(),
            help,
            mend: None,
        }
    }

    /// A finding here that hinders nothing, at the level that the table of lints gives it.
    pub(crate) fn lint(
        &self,
        name: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Finding {
        let level = Lint::named(name).map_or(Level::Warning, |lint| lint.level);
        Finding { level, ..self.error(name, message, Some(help.into())) }
    }

    pub(crate) fn map<U>(&self, value: U) -> Located<U> {
        Located { value, source: Arc::clone(&self.source), span: self.span }
    }
}

impl Located<String> {
    /// The place of some bytes of the value: exact where it stands in the file as it is,
    /// the whole value where escapes came between.
    pub(crate) fn part(&self, span: Option<Span>) -> Span {
        let written = self.source.text.get(self.span.range());
        let start = written
            .and_then(|written| written.find(&self.value))
            .map(|offset| self.span.start + offset);
        match (start, span) {
            (Some(start), Some(span)) if !span.is_empty() => {
                Span::new(start + span.start, start + span.end)
            }
            _ => self.span,
        }
    }
}

impl Fix {
    /// Whether both are the same procedure, in whatever language.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.id == other.id && self.family == other.family
    }
}

impl Guard {
    /// Whether both are the same guard, in whatever language.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.id == other.id && self.family == other.family
    }
}

impl Fact {
    /// Whether both are the same fact, in whatever language.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.id == other.id && self.family == other.family
    }

    /// The fact's name in templates: `facts.ios_version`.
    pub fn variable(&self) -> String {
        variable(&self.id)
    }
}

impl Priority {
    /// All, from low to urgent.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The word in packs and outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn variable(id: &str) -> String {
    id.replace('-', "_")
}

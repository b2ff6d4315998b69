//! `check`: what an author should know of a pack before customers find out.
//!
//! A pack is checked by itself: what keeps it from loading, what its own
//! examples come out as in the real engine, and [`LINTS`], each of which can
//! be allowed where it is wrong. Everything is a [`Finding`]. Not here: how
//! findings are drawn for people, and reading files of tickets.

mod examples;
mod formats;
mod history;
mod phrases;
mod replies;

use std::sync::Arc;

pub use formats::{json, junit, sarif};
pub use history::History;

pub use crate::packs::lints::{LINTS, Lint, When};

use crate::error::Result;
use crate::finding::{Finding, Level, SourceFile};
use crate::packs::Pack;
use crate::packs::allow::Allows;
use crate::packs::load::{examine, examine_text};
use crate::packs::written::{Examined, Places};
use crate::triage::Triage;

/// Why the packs in use could not compile, as a finding at the head of the file.
const TOO_LARGE: &str = "too-large";

/// A pack that is being checked.
///
/// ```
/// use triage::check::Check;
///
/// let pack = r#"
/// format = 1
/// [pack]
/// id = "parcels"
/// [[issue]]
/// id = "late-parcel"
/// title = "A parcel is late"
/// reply = "We are sorry."
/// [issue.phrases]
/// "parcel .. late" = 4
/// [issue.tests]
/// match = ["My parcel is late.", "Where is my parcel?"]
/// reject = ["The parcel is here."]
/// "#;
/// let checked = Check::of_text("parcels.toml", pack).finish(None);
/// assert_eq!(checked.examples, 3);
/// let names: Vec<_> = checked.findings.iter().map(|finding| finding.name).collect();
/// assert_eq!(names, ["example-fails"]);
/// ```
#[derive(Debug)]
pub struct Check {
    file: Arc<SourceFile>,
    findings: Vec<Finding>,
    /// The pack, compiled, and where things stand in it; none if it cannot be.
    compiled: Option<(Triage, Places)>,
}

/// What came of checking a pack.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The file of the pack; findings point into it, or into one that it extends.
    pub file: Arc<SourceFile>,
    /// Whether it can be loaded; if not, nothing but that was looked at.
    pub loads: bool,
    /// How many examples and counter-examples were tried.
    pub examples: usize,
    /// How many tickets of the past it was tried on, if it was.
    pub tickets: Option<usize>,
    /// What was found and not allowed, in the order of the file.
    pub findings: Vec<Finding>,
}

impl Check {
    /// Reads a pack: a file, or a built-in one by its id.
    ///
    /// # Errors
    ///
    /// It cannot be read. What is wrong in it is no error here.
    pub fn new(name: &str) -> Result<Self> {
        examine(name).map(Self::of)
    }

    /// A pack from text; `name` is what findings call it.
    pub fn of_text(name: &str, text: &str) -> Self {
        Self::of(examine_text(name, text))
    }

    fn of(examined: Examined) -> Self {
        let Examined { file, mut findings, written } = examined;
        let compiled = written.and_then(|(packs, places)| {
            let head = places.head.clone();
            match Triage::new(packs) {
                Ok(triage) => Some((triage, places)),
                Err(error) => {
                    let help = "divide the pack in two";
                    findings.push(head.error(TOO_LARGE, error.to_string(), Some(help.to_owned())));
                    None
                }
            }
        });
        Self { file, findings, compiled }
    }

    /// The pack, ready to answer tickets for a [`History`]; none if it cannot be loaded.
    pub fn triage(&self) -> Option<&Triage> {
        self.compiled.as_ref().map(|(triage, _)| triage)
    }

    /// Looks for everything else, and leaves out what the pack allows.
    pub fn finish(self, history: Option<&History>) -> Checked {
        let Self { file, mut findings, compiled } = self;
        let mut examples = 0;
        if let Some((triage, places)) = &compiled
            && let Some(pack) = triage.packs().iter().next()
        {
            let subject = Subject { triage, pack, places, file: &file };
            examples = examples::run(&subject, &mut findings);
            phrases::lint(&subject, &mut findings);
            replies::lint(&subject, &mut findings);
            if let Some(history) = history {
                history.lint(&subject, &mut findings);
            }
            let mut allows = Allows::read(&file);
            // A base's own findings are its author's; that its examples fail here is ours.
            findings.retain(|finding| {
                (is_about(finding, &file)
                    || matches!(finding.name, examples::FAILS | examples::MATCHES))
                    && !allows.allow(finding)
            });
            let mut of_comments = allows.findings(history.is_some());
            of_comments.retain(|finding| !allows.allow(finding));
            findings.extend(of_comments);
        }
        findings.sort_by(|a, b| {
            (!is_about(a, &file), &a.source.name, a.span, a.name).cmp(&(
                !is_about(b, &file),
                &b.source.name,
                b.span,
                b.name,
            ))
        });
        let tickets = history.map(History::tickets);
        Checked { file, loads: compiled.is_some(), examples, tickets, findings }
    }
}

impl Checked {
    /// How many findings have a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// The lints that were looked for.
    pub fn lints(&self) -> impl Iterator<Item = &'static Lint> {
        let (loads, tickets) = (self.loads, self.tickets.is_some());
        LINTS.iter().filter(move |lint| loads && (tickets || lint.when != When::History))
    }

    /// The file's text with the mechanical fixes applied that do not touch each other, and which findings they mend.
    pub fn mended(&self) -> (String, Vec<&Finding>) {
        let mut fixes: Vec<&Finding> = self
            .findings
            .iter()
            .filter(|finding| finding.mend.is_some() && is_about(finding, &self.file))
            .collect();
        let span = |finding: &Finding| finding.mend.as_ref().map(|mend| mend.span);
        fixes.sort_by_key(|finding| span(finding));
        let mut end = 0;
        fixes.retain(|finding| {
            let free = span(finding).is_some_and(|span| span.start >= end);
            end = span(finding).filter(|_| free).map_or(end, |span| span.end);
            free
        });
        let mut text = self.file.text.clone();
        // From the end, so that the places before stay true.
        for mend in fixes.iter().rev().filter_map(|finding| finding.mend.as_ref()) {
            if let Some(mended) = mend.apply(&text) {
                text = mended;
            }
        }
        (text, fixes)
    }
}

/// What lints look at.
struct Subject<'a> {
    triage: &'a Triage,
    pack: &'a Pack,
    places: &'a Places,
    file: &'a Arc<SourceFile>,
}

impl Subject<'_> {
    /// Whether a value stands in the file itself, not in what it extends.
    fn is_own(&self, source: &Arc<SourceFile>) -> bool {
        Arc::ptr_eq(source, self.file)
    }
}

fn is_about(finding: &Finding, file: &Arc<SourceFile>) -> bool {
    Arc::ptr_eq(&finding.source, file)
}

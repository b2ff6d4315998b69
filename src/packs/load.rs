//! From names to checked packs: finds the files, reads them, and says everything that is wrong.
//!
//! A pack that extends another is read after it into the same [`Draft`], so
//! that what the two say together is checked once.

use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::draft::{Draft, Reader, located};
use super::phrase::Part;
use super::syntax::PackSyntax;
use super::written::{self, Examined, Places};
use super::{Located, Pack, Packs, allow, builtin_packs};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Finding, Level, SourceFile};
use crate::nearest::nearest;
use crate::place::Place;
use crate::span::Span;

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
        let help = if let Some(id) = unknown_pack(name) {
            id
        } else {
            let ids: Vec<&str> = builtin_packs().iter().map(|pack| pack.id).collect();
            format!("name a file, or a built-in pack: {}", ids.join(", "))
        };
        Error::new(ErrorKind::Pack, "cannot read the pack")
            .at(Place::path(path))
            .because(error)
            .help(help)
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        let line = valid.matches('\n').count() as u64 + 1;
        Error::new(ErrorKind::Pack, "the pack is not UTF-8")
            .at(Place::path(path).line(line))
            .help("save it again as UTF-8 (in Notepad: Save as, Encoding: UTF-8)")
    })?;
    Ok(Arc::new(SourceFile { name: path.display().to_string(), text }))
}

/// The built-in pack that a mistyped name most likely means.
fn unknown_pack(name: &str) -> Option<String> {
    nearest(name, builtin_packs().iter().map(|pack| pack.id))
        .map(|id| format!("did you mean {id}?"))
}

fn finish(sources: Vec<Arc<SourceFile>>) -> Result<Packs> {
    let mut findings = Vec::new();
    let mut packs: Vec<Pack> = Vec::new();
    let mut places: IndexMap<String, Vec<(Edition, Located<()>)>> = IndexMap::new();
    for source in sources {
        let Some((draft, _)) = Draft::read(&source, &mut findings) else {
            continue;
        };
        let edition = Edition::of(&draft);
        let mut shared = Vec::new();
        for (id, issue) in &draft.issues {
            let others = places.entry(id.clone()).or_default();
            if let Some((_, at)) = others.iter().find(|(other, _)| !other.may_share_with(&edition))
            {
                shared.push((id, at.place()));
            }
            others.push((edition.clone(), issue.at.clone()));
        }
        if let Some((id, place)) = shared.first() {
            let more = shared.len() - 1;
            let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
            findings.push(
                draft.head.error(
                    "duplicate-id",
                    format!("issue \"{id}\"{more} of pack \"{}\" is also at {place}", draft.id),
                    Some(
                        "use one of the packs: one that `extends` another has its issues; \
                     another language `translates` it"
                            .to_owned(),
                    ),
                ),
            );
        }
        packs.extend(draft.check(&mut findings));
    }
    same_phrases(&packs, &mut findings);
    allow::apply(&mut findings);
    if findings.iter().any(|finding| finding.level == Level::Error) {
        return Err(Error::from_findings(findings));
    }
    Ok(Packs { packs, warnings: findings })
}

/// Reads one pack by itself, for `check`: what is wrong with it, and if it can be loaded, what is in it.
///
/// # Errors
///
/// It cannot be read.
pub(crate) fn examine(name: &str) -> Result<Examined> {
    Ok(examine_source(source(name)?))
}

/// The same with a pack from text.
pub(crate) fn examine_text(name: &str, text: &str) -> Examined {
    examine_source(Arc::new(SourceFile { name: name.to_owned(), text: text.to_owned() }))
}

fn examine_source(file: Arc<SourceFile>) -> Examined {
    let mut findings = Vec::new();
    let read = Draft::read(&file, &mut findings);
    let pack = read.as_ref().and_then(|(draft, _)| draft.check(&mut findings));
    let Some(((draft, syntax), pack)) = read.zip(pack) else {
        return Examined { file, findings, written: None };
    };
    same_phrases(std::slice::from_ref(&pack), &mut findings);
    if findings.iter().any(|finding| finding.level == Level::Error) {
        return Examined { file, findings, written: None };
    }
    written::lint(&file, &syntax, &draft, &pack, &mut findings);
    let places = Places::of(&draft);
    let packs = Packs { packs: vec![pack], warnings: Vec::new() };
    Examined { file, findings, written: Some((packs, places)) }
}

/// Which pack it is, and in which language.
#[derive(Clone)]
struct Edition {
    family: String,
    lang: String,
}

impl Edition {
    fn of(draft: &Draft) -> Self {
        Self { family: draft.family.clone(), lang: draft.lang() }
    }

    /// Only other languages of one pack may have the same issues.
    fn may_share_with(&self, other: &Self) -> bool {
        self.family == other.family && self.lang != other.lang
    }
}

/// The same words for two issues leave every ticket that uses them undecided.
fn same_phrases(packs: &[Pack], findings: &mut Vec<Finding>) {
    let mut seen: FxHashMap<SameWords<'_>, &str> = FxHashMap::default();
    for issue in packs.iter().flat_map(|pack| &pack.issues) {
        for scored in issue.phrases.iter().filter(|scored| scored.points >= issue.threshold) {
            let words = SameWords(&scored.what.value.parts);
            let other = seen.entry(words).or_insert(&issue.id);
            if *other != issue.id {
                findings.push(scored.what.lint(
                    "same-phrase",
                    format!(
                        "\"{}\" alone answers both \"{other}\" and \"{}\"",
                        scored.what.value.written, issue.id
                    ),
                    "keep it in one of them, or give it fewer points",
                ));
            }
        }
    }
}

/// Phrases that are the same once their word sets are put in.
#[derive(PartialEq, Eq)]
struct SameWords<'p>(&'p [Part]);

impl Hash for SameWords<'_> {
    /// A set may have hundreds of words, and its first one tells nearly as much.
    fn hash<H: Hasher>(&self, state: &mut H) {
        for slot in self.0.iter().flat_map(|part| &part.runs).flat_map(|run| &run.slots) {
            for group in &slot.groups {
                (group.len(), group.first()).hash(state);
            }
        }
    }
}

impl Draft {
    /// Reads a file and everything that it extends.
    fn read(file: &Arc<SourceFile>, findings: &mut Vec<Finding>) -> Option<(Self, PackSyntax)> {
        let mut chain = vec![(Arc::clone(file), read_syntax(file, findings)?)];
        while let Some((file, syntax)) = chain.last()
            && let Some(base) = &syntax.pack.extends
        {
            let at = located(file, base, ());
            if chain.len() > MAX_EXTENDS {
                findings.push(at.error(
                    "extends-loop",
                    format!("\"{}\" extends packs in a circle, or too deeply", base.get_ref()),
                    Some("let one of them stand by itself: take its `extends` out".to_owned()),
                ));
                return None;
            }
            let named = base_name(file, base.get_ref());
            match source(&named) {
                Ok(base) => {
                    let syntax = read_syntax(&base, findings)?;
                    chain.push((base, syntax));
                }
                Err(cause) => {
                    let message = format!(
                        "cannot read the pack \"{}\" that this one extends",
                        base.get_ref()
                    );
                    findings.push(at.error(
                        "unknown-base",
                        message,
                        Some(
                            unknown_pack(base.get_ref()).unwrap_or_else(|| {
                                cause.help_text().unwrap_or_default().to_owned()
                            }),
                        ),
                    ));
                    return None;
                }
            }
        }
        let mut draft: Option<Self> = None;
        let mut own = None;
        while let Some((file, syntax)) = chain.pop() {
            let mut reader = Reader { file: &file, findings };
            draft = Some(reader.add(draft, &syntax));
            own = Some(syntax);
        }
        draft.zip(own)
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
        findings.push(at(Span::new(0, 0)).error(
            "empty-pack",
            "the pack is empty",
            Some(help.to_owned()),
        ));
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
    if message.starts_with("unknown field")
        && let [unknown, known @ ..] = quoted.as_slice()
    {
        let help = match nearest(unknown, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are: {}", known.join(", ")),
        };
        return at.error("unknown-key", format!("unknown key \"{unknown}\""), Some(help));
    }
    if message.starts_with("missing field")
        && let [missing, ..] = quoted.as_slice()
    {
        let help = match *missing {
            "format" => "start the file with `format = 1`".to_owned(),
            "pack" => {
                "add [pack] with an id; packs are TOML, like `triage packs show apple-messaging`"
                    .to_owned()
            }
            missing => format!("add `{missing} = \"...\"`"),
        };
        return at.error("missing-key", format!("the key \"{missing}\" is missing"), Some(help));
    }
    if message.starts_with("invalid type")
        || message.starts_with("invalid value")
        || message.contains("did not match")
    {
        let help = "text stands in quotes, points are whole numbers without, lists stand in [ ]";
        let mut message = message.replace('`', "\"");
        for (theirs, ours) in [
            ("i64", "a whole number"),
            ("a sequence", "a list"),
            ("a map", "a section"),
            ("sequence", "list"),
        ] {
            message = message.replace(theirs, ours);
        }
        return at.error("wrong-type", message, Some(help.to_owned()));
    }
    let help = "packs are TOML: key = \"value\", lists in [ ], sections in [name] and [[name]]";
    at.error("toml-syntax", format!("not TOML: {message}"), Some(help.to_owned()))
}

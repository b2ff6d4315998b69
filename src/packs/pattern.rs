//! Regular expressions of packs, and the words that let most tickets skip them.

use std::sync::{Arc, OnceLock};

use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Hir, HirKind, Look};

use crate::span::Span;
use crate::text::{fold, is_spaceless};

/// A regex may compile to this many bytes; a pack from a stranger must not eat the machine.
const SIZE_LIMIT: usize = 1 << 20;

/// A set of literals larger than this gates nothing worth having.
const MAX_LITERALS: usize = 64;

/// So many words of a literal are rare enough.
const MAX_WORDS: usize = 3;

/// A regex that runs on folded text, and its gate.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// As the pack's author wrote it.
    pub written: String,
    /// Compiled when it is first needed, where it is known to compile.
    regex: Arc<OnceLock<Option<regex::Regex>>>,
    /// Whether it has a group of the name `value`.
    pub(crate) has_value: bool,
    /// Any match holds at least one of each of these sets; with no set, the regex always runs.
    pub(crate) gates: Vec<Vec<Gate>>,
}

/// Words side by side that a match of a regex needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Gate {
    /// With single spaces between.
    pub(crate) text: String,
    /// Whether the last one is a whole word, or how a word begins.
    pub(crate) whole: bool,
}

/// What is wrong with a regex.
#[derive(Clone, Debug)]
pub(crate) struct PatternError {
    pub(crate) name: &'static str,
    pub(crate) message: String,
    pub(crate) span: Option<Span>,
    pub(crate) help: Option<String>,
}

impl Pattern {
    /// Compiles a regex and finds the literals that a match needs.
    pub(crate) fn parse(written: &str, trust: Trust) -> Result<Self, PatternError> {
        let hir =
            regex_syntax::Parser::new().parse(written).map_err(|error| syntax(&error, written))?;
        if hir.properties().minimum_len() == Some(0) {
            return Err(PatternError {
                name: "empty-regex",
                message: format!(
                    "the regex \"{written}\" matches the empty text, so it would match everything"
                ),
                span: None,
                help: Some(
                    "ask for at least one letter, for example with + instead of *".to_owned(),
                ),
            });
        }
        if let Some(c) = unfoldable(&hir) {
            return Err(PatternError {
                name: "regex-never-matches",
                message: format!("\"{}\" never stands in folded text", c.escape_default()),
                span: written.find(c).map(|at| Span::new(at, at + c.len_utf8())),
                help: Some("regexes see lower case, plain letters and single spaces: write `wi fi` for Wi-Fi".to_owned()),
            });
        }
        let has_value = has_group(&hir, "value");
        let regex = Arc::new(OnceLock::new());
        let pattern = Self { written: written.to_owned(), regex, has_value, gates: gates(&hir) };
        if trust == Trust::Stranger {
            let compiled = compile(written).map_err(|error| PatternError {
                name: "bad-regex",
                message: match error {
                    regex::Error::CompiledTooBig(_) => "the regex is too large".to_owned(),
                    other => other.to_string(),
                },
                span: None,
                help: Some(
                    "use phrases for lists of words, and small repetition counts".to_owned(),
                ),
            })?;
            pattern.regex.get_or_init(|| Some(compiled));
        }
        Ok(pattern)
    }

    /// The regex; none only if it does not compile, which [`Self::parse`] has seen to.
    pub(crate) fn regex(&self) -> Option<&regex::Regex> {
        self.regex.get_or_init(|| compile(&self.written).ok()).as_ref()
    }
}

/// Whose a pack is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Ours, inside the binary: its regexes compile, as tests have shown, and start-up need not try.
    Ours,
    /// Anyone's: what does not compile is found when it is loaded.
    Stranger,
}

fn compile(written: &str) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(written).size_limit(SIZE_LIMIT).dfa_size_limit(SIZE_LIMIT).build()
}

/// Whether a regex has a group of this name.
fn has_group(hir: &Hir, name: &str) -> bool {
    match hir.kind() {
        HirKind::Capture(capture) => {
            capture.name.as_deref() == Some(name) || has_group(&capture.sub, name)
        }
        HirKind::Repetition(repetition) => has_group(&repetition.sub, name),
        HirKind::Concat(all) | HirKind::Alternation(all) => {
            all.iter().any(|part| has_group(part, name))
        }
        _ => false,
    }
}

fn syntax(error: &regex_syntax::Error, written: &str) -> PatternError {
    let (message, span) = match error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), Some(error.span())),
        regex_syntax::Error::Translate(error) => (error.kind().to_string(), Some(error.span())),
        _ => ("it cannot be read".to_owned(), None),
    };
    PatternError {
        name: "bad-regex",
        message: format!("bad regex: {message}"),
        span: span.map(|span| Span::new(span.start.offset, span.end.offset.min(written.len()))),
        help: Some("test it on lower-case text, or use a phrase".to_owned()),
    }
}

/// A literal character that no folded text holds.
fn unfoldable(hir: &Hir) -> Option<char> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0).into_owned();
            text.chars().find(|&c| {
                // Letters and digits stay as they are; marks that stay only inside words and
                // numbers fold away when they stand alone.
                !matches!(c, ' ' | '\n' | '.' | '\'' | 'a'..='z' | '0'..='9')
                    && fold(c.encode_utf8(&mut [0; 4])).text().chars().ne([c])
            })
        }
        HirKind::Repetition(repetition) => unfoldable(&repetition.sub),
        HirKind::Capture(capture) => unfoldable(&capture.sub),
        HirKind::Concat(all) => all.iter().find_map(unfoldable),
        // One good branch is enough for a match.
        HirKind::Alternation(_) | HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) => None,
    }
}

/// Sets of words of which every match holds at least one each.
///
/// Texts are looked up word by word, so a literal gates only where it begins a
/// word for certain: behind a word's edge, or behind a space.
fn gates(hir: &Hir) -> Vec<Vec<Gate>> {
    let mut sets = Vec::new();
    edges(hir, &mut sets);
    let inner = needed(hir)
        .filter(|literals| literals.iter().all(|literal| literal.starts_with([' ', '\n'])));
    sets.extend(inner.and_then(|literals| as_words(&literals)));
    sets.sort_unstable();
    sets.dedup();
    sets
}

/// What stands behind each word's edge that every match has.
fn edges(hir: &Hir, sets: &mut Vec<Vec<Gate>>) {
    match hir.kind() {
        HirKind::Concat(all) => {
            for (at, part) in all.iter().enumerate() {
                edges(part, sets);
                // Behind a space a word begins, too.
                let behind_space = |before: usize| ends_in_space(&all[before]);
                if begins_at_edge(part) || at.checked_sub(1).is_some_and(behind_space) {
                    let rest = Hir::concat(all[at..].to_vec());
                    sets.extend(prefixes(&rest).and_then(|literals| as_words(&literals)));
                }
            }
        }
        HirKind::Capture(capture) => edges(&capture.sub, sets),
        HirKind::Repetition(repetition) if repetition.min > 0 => edges(&repetition.sub, sets),
        HirKind::Alternation(_) if begins_at_edge(hir) => {
            sets.extend(prefixes(hir).and_then(|literals| as_words(&literals)));
        }
        _ => {}
    }
}

/// The first words of literals, if each has one.
fn as_words(literals: &[String]) -> Option<Vec<Gate>> {
    let mut gates = Vec::new();
    for literal in literals {
        let literal = literal.trim_start_matches([' ', '\n']);
        let sentence = literal.split(['\n', '.']).next().unwrap_or_default();
        let words: Vec<&str> =
            sentence.split(' ').filter(|word| !word.is_empty()).take(MAX_WORDS).collect();
        let text = words.join(" ");
        // Each letter of a script without spaces is a word.
        if text.is_empty() || text.chars().any(is_spaceless) {
            return None;
        }
        let gate = Gate { whole: text.len() < literal.len(), text };
        if !gates.contains(&gate) {
            gates.push(gate);
        }
    }
    gates.sort_unstable();
    (!gates.is_empty() && gates.len() <= MAX_LITERALS).then_some(gates)
}

/// Whether every match begins where a word does.
fn begins_at_edge(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Look(look) => matches!(
            look,
            Look::Start
                | Look::StartLF
                | Look::StartCRLF
                | Look::WordUnicode
                | Look::WordAscii
                | Look::WordStartUnicode
                | Look::WordStartAscii
        ),
        HirKind::Capture(capture) => begins_at_edge(&capture.sub),
        HirKind::Concat(all) => all.first().is_some_and(begins_at_edge),
        HirKind::Alternation(all) => all.iter().all(begins_at_edge),
        _ => false,
    }
}

fn ends_in_space(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.ends_with(b" ") || literal.0.ends_with(b"\n"),
        HirKind::Capture(capture) => ends_in_space(&capture.sub),
        HirKind::Concat(all) => all.last().is_some_and(ends_in_space),
        HirKind::Alternation(all) => all.iter().all(ends_in_space),
        _ => false,
    }
}

/// What matches begin with, if that is a few literals.
fn prefixes(hir: &Hir) -> Option<Vec<String>> {
    let mut extractor = Extractor::new();
    extractor.limit_total(MAX_LITERALS);
    let seq = extractor.extract(hir);
    let literals = seq.literals()?.iter();
    literals.map(|literal| String::from_utf8(literal.as_bytes().to_vec()).ok()).collect()
}

/// Literals of which every match holds at least one, the longest such set that is found.
fn needed(hir: &Hir) -> Option<Vec<String>> {
    let literals = match hir.kind() {
        HirKind::Literal(literal) => vec![String::from_utf8(literal.0.to_vec()).ok()?],
        HirKind::Capture(capture) => needed(&capture.sub)?,
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub)?,
        HirKind::Concat(all) => all.iter().filter_map(needed).max_by_key(|set| shortest(set))?,
        HirKind::Alternation(all) => all.iter().map(needed).collect::<Option<Vec<_>>>()?.concat(),
        _ => return None,
    };
    // A single letter stands in every ticket and would gate nothing.
    (shortest(&literals) >= 2 && literals.len() <= MAX_LITERALS).then_some(literals)
}

fn shortest(literals: &[String]) -> usize {
    literals.iter().map(String::len).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The gates of a regex, sets by semicolons, gates by commas, those that only begin a word with a star.
    fn gates(written: &str) -> String {
        let text = |gate: &Gate| gate.text.clone() + if gate.whole { "" } else { "*" };
        let set = |set: &Vec<Gate>| set.iter().map(text).collect::<Vec<_>>().join(", ");
        Pattern::parse(written, Trust::Stranger)
            .unwrap()
            .gates
            .iter()
            .map(set)
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn gates_are_the_words_a_match_needs() {
        for (written, want) in [
            (r"\bios ?(?<value>\d+(?:\.\d+)*)", "ios*, ios"),
            (r"\b(?:iphone|ipad) \d+", "ipad, iphone"),
            (r"\bsim\b.{0,9}\b(?:swap|order)\b", "order*, swap*; sim*"),
            (r"(?:\bsim\b)?.{0,9}\bswap", "swap*"),
            (
                r"\bsince (?:monday|last week)",
                "last week*, monday*; since last week*, since monday*",
            ),
            (r"\d{6}", ""),
            (r"(?:error )?code \d+", ""),
            (r"a?b", ""),
            (r"\b(?:sim|\d) card", "card*"),
            (r"(?:\d+|a few) (?:days|weeks) ago", "ago*; days ago*, weeks ago*"),
        ] {
            assert_eq!(gates(written), want, "{written}");
        }
    }

    /// What is [ours](Trust::Ours) is not compiled when it is loaded.
    #[test]
    fn all_regexes_of_the_built_in_packs_compile() {
        let packs = crate::packs::Packs::builtin().unwrap();
        let mut count = 0;
        for at in packs.iter().flat_map(crate::packs::Pack::patterns) {
            assert!(at.value.regex().is_some(), "{}: {}", at.place(), at.value.written);
            count += 1;
        }
        assert!(count > 20, "{count} regexes");
    }

    #[test]
    fn regexes_that_cannot_work_are_refused() {
        for (written, want) in [
            (r"iOS \d", "regex-never-matches"),
            (r"wi-fi", "regex-never-matches"),
            (r"\d*", "empty-regex"),
            (r"(ios", "bad-regex"),
            (r"(?:a{1000}){1000}", "bad-regex"),
        ] {
            assert_eq!(
                Pattern::parse(written, Trust::Stranger).unwrap_err().name,
                want,
                "{written}"
            );
        }
    }
}

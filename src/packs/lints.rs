//! The table of lints: what `check` may find in a pack that can be loaded.

use crate::finding::Level;

/// A kind of finding about a pack that works.
///
/// ```
/// use triage::check::{LINTS, Lint};
///
/// let lint = Lint::named("unused-fix").unwrap();
/// assert_eq!(lint.level, triage::Level::Warning);
/// assert!(LINTS.iter().all(|lint| !lint.why.is_empty()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Its name, kebab-case: what findings bear and what `# allow:` takes.
    pub name: &'static str,
    /// How bad it is.
    pub level: Level,
    /// Why it is worth a look, in a line.
    pub why: &'static str,
    /// When it is looked for.
    pub when: When,
    /// Whether findings may carry a mechanical fix.
    pub mends: bool,
}

/// When a [`Lint`] is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Whenever the pack is loaded.
    Load,
    /// When it is checked.
    Check,
    /// When it is checked on tickets.
    History,
}

use Level::{Error, Warning};
use When::{Check, History, Load};

/// All lints, in the order of the documentation.
pub const LINTS: &[Lint] = &[
    lint(
        "example-fails",
        Error,
        Check,
        "a text under `match` does not come out as its issue, ready to send",
    ),
    lint(
        "counter-example-matches",
        Error,
        Check,
        "a text under `reject` comes out as the issue after all",
    ),
    lint(
        "unreachable-threshold",
        Error,
        Check,
        "all points of an issue together stay below its threshold",
    ),
    lint(
        "needs-contradict-not",
        Error,
        Check,
        "whatever satisfies a need hits a `not` too, so the issue never answers",
    ),
    lint(
        "blocked-phrase",
        Warning,
        Check,
        "wherever the phrase hits, a `not` of its issue hits too",
    ),
    lint(
        "conflicting-issues",
        Warning,
        Check,
        "the same words answer two issues alike, so a person must choose",
    ),
    lint("same-phrase", Warning, Load, "one phrase answers two issues by itself"),
    lint(
        "shadowed-phrase",
        Warning,
        Check,
        "another phrase of the issue always hits too, so this one adds nothing",
    ),
    lint("too-short", Warning, Load, "a letter or two hit by chance"),
    lint("too-common", Warning, Check, "a word of nearly every ticket decides something"),
    lint(
        "no-examples",
        Warning,
        Check,
        "nothing proves that an issue or a guard works, or where it stops",
    ),
    mended(lint("duplicate-example", Warning, Check, "the same example twice proves nothing more")),
    mended(lint("duplicate-entry", Warning, Check, "the same words twice in one list")),
    mended(lint(
        "unsorted",
        Warning,
        Check,
        "phrases are easiest to judge with the strongest first",
    )),
    lint("unused-word-set", Warning, Check, "no phrase uses the word set"),
    lint("unused-fix", Warning, Check, "no issue names the fix"),
    lint("unused-fact", Warning, Check, "no issue asks for the fact and no reply says it"),
    lint("missing-source", Warning, Check, "nobody can tell where the steps of a fix come from"),
    lint(
        "regex-without-literal",
        Warning,
        Check,
        "a regex that no word gates runs on every ticket",
    ),
    lint(
        "no-name-fallback",
        Warning,
        Check,
        "a reply that prints the customer's name reads badly without one",
    ),
    lint("long-reply", Warning, Check, "nobody reads a reply of several pages"),
    lint("settings-path", Warning, Check, "one path in the settings is spelled in two ways"),
    mended(lint(
        "unused-allow",
        Warning,
        Check,
        "an allow-comment that silences nothing hides the next finding",
    )),
    lint("unknown-lint", Warning, Check, "an allow-comment names no lint"),
    lint("never-hits", Warning, History, "the phrase hit in none of the tickets"),
    lint(
        "adds-nothing",
        Warning,
        History,
        "in every ticket with the phrase, another one had proved the issue",
    ),
    lint("issues-meet", Warning, History, "two issues often answer the same tickets"),
];

const fn lint(name: &'static str, level: Level, when: When, why: &'static str) -> Lint {
    Lint { name, level, why, when, mends: false }
}

const fn mended(lint: Lint) -> Lint {
    Lint { mends: true, ..lint }
}

impl Lint {
    /// The lint with a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        LINTS.iter().find(|lint| lint.name == name)
    }
}

//! What is wrong with a pack, as values: a name, a level, a place and a help.
//!
//! Findings say nothing about how they are shown; the command line draws them
//! with the source line under them.

use std::fmt;
use std::sync::Arc;

use crate::place::Place;
use crate::span::{Span, head};

/// How bad a [`Finding`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// The pack works; its author would probably want to know.
    Warning,
    /// The pack is refused.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A file that findings point into.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// What to call it: the path as the user gave it.
    pub name: String,
    /// Its whole text.
    pub text: String,
}

impl SourceFile {
    /// The line and the column of a byte, both from 1; the column counts characters.
    pub fn line_column(&self, byte: usize) -> (u64, u64) {
        let before = head(&self.text, byte);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        (line as u64, before[line_start..].chars().count() as u64 + 1)
    }
}

/// One thing found in a pack.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The kind of trouble, kebab-case: `unknown-word-set`.
    pub name: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What is wrong, in one line: lower case, no full stop.
    pub message: String,
    /// The file it is in.
    pub source: Arc<SourceFile>,
    /// Where in the file.
    pub span: Span,
    /// A few words to write beside the marked place; may be empty.
    pub label: String,
    /// Something to type that mends it.
    pub help: Option<String>,
    /// An edit of the file that mends it without anyone having to judge.
    pub mend: Option<Mend>,
}

/// An edit: these bytes of the file become this text.
///
/// ```
/// use triage::{Mend, Span};
///
/// let mend = Mend { span: Span::new(4, 8), text: String::new() };
/// assert_eq!(mend.apply("one two three"), Some("one three".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// What goes.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

impl Mend {
    /// The text after the edit; none if the span is not of this text.
    pub fn apply(&self, text: &str) -> Option<String> {
        let (before, after) = (text.get(..self.span.start)?, text.get(self.span.end..)?);
        Some([before, &self.text, after].concat())
    }
}

impl Finding {
    /// File, line and column.
    pub fn place(&self) -> Place {
        let (line, column) = self.source.line_column(self.span.start);
        Place::file(&self.source.name).at(line, column)
    }
}

impl fmt::Display for Finding {
    /// One line; `{:#}` adds the help line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}[{}]: {}", self.place(), self.level, self.name, self.message)?;
        match &self.help {
            Some(help) if f.alternate() => write!(f, "\n  help: {help}"),
            _ => Ok(()),
        }
    }
}

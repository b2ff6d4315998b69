//! The one error type.

use std::fmt;

use crate::finding::{Finding, Level};
use crate::place::Place;

/// What went wrong: where, what, and what to type instead.
///
/// `{}` is one line, place first; `{:#}` adds the `help:` line. Errors in packs
/// carry every mistake that was found as a [`Finding`].
///
/// ```
/// let error = triage::Packs::load(&["no-such-pack".into()]).unwrap_err();
/// assert_eq!(error.kind(), triage::ErrorKind::Pack);
/// assert!(format!("{error:#}").contains("help: "));
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    place: Option<Place>,
    message: String,
    help: Option<String>,
    findings: Vec<Finding>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Which part of the work an [`Error`] stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A pack could not be read or is wrong.
    Pack,
    /// An input could not be opened or read.
    Input,
    /// The input's columns are not what the job needs.
    Columns,
    /// The output could not be written.
    Output,
    /// A value given to the library or the command does not make sense.
    Usage,
}

/// What most functions here return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of a kind: a line in lower case without a full stop.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            place: None,
            message: message.into(),
            help: None,
            findings: Vec::new(),
            source: None,
        }))
    }

    /// The error that says a pack has these findings; the first error among them leads.
    pub fn from_findings(findings: Vec<Finding>) -> Self {
        let first = findings.iter().find(|f| f.level == Level::Error).or(findings.first());
        let mut error = match first {
            Some(first) => {
                let mut error = Self::new(ErrorKind::Pack, first.message.clone()).at(first.place());
                error.0.help.clone_from(&first.help);
                error
            }
            None => Self::new(ErrorKind::Pack, "the pack is wrong"),
        };
        error.0.findings = findings;
        error
    }

    /// The same error, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.0.place = Some(place);
        self
    }

    /// The same error, with something to type.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// The same error, with what caused it.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Which part of the work stopped.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Where, when there is a where.
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// Everything found in a pack; empty for other kinds.
    pub fn findings(&self) -> &[Finding] {
        &self.0.findings
    }

    /// What to type instead.
    pub fn help_text(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The I/O error underneath, if there is one: how a caller tells a closed pipe from a full disk.
    pub fn io(&self) -> Option<&std::io::Error> {
        self.0.source.as_deref().and_then(|source| source.downcast_ref())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.0.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(source) = &self.0.source {
            write!(f, ": {source}")?;
        }
        match &self.0.help {
            Some(help) if f.alternate() => write!(f, "\n  help: {help}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self:#}", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

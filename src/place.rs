//! Places in files, as people name them.

use std::fmt;
use std::path::Path;

/// Where: a file, and in it a line and a column when they are known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u64>,
    /// The character in the line, from 1.
    pub column: Option<u64>,
}

impl Place {
    /// A whole file.
    pub fn file(name: impl Into<String>) -> Self {
        Self { file: name.into(), line: None, column: None }
    }

    /// A whole file, by path.
    pub fn path(path: &Path) -> Self {
        Self::file(path.display().to_string())
    }

    /// The same file at a line and a column.
    #[must_use]
    pub fn at(self, line: u64, column: u64) -> Self {
        Self { line: Some(line), column: Some(column), ..self }
    }

    /// The same file at a line.
    #[must_use]
    pub fn line(self, line: u64) -> Self {
        Self { line: Some(line), column: None, ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        match self.column {
            Some(column) => write!(f, ":{column}"),
            None => Ok(()),
        }
    }
}

//! Exit codes.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Everything was read and written; no match is no error.
    Done,
    /// The output is whole and usable, but part of the input was damaged, or what the user asked to fail on was found.
    Damaged,
    /// Nothing was produced.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Damaged => Self::from(1),
            Exit::Failed => Self::from(2),
        }
    }
}

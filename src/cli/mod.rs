//! The command line: arguments, plan, one command, exit code.
//!
//! It uses the library as anyone else would. Not here: anything that a test
//! of the library would want to reach.

mod args;
mod check;
mod eval;
mod exit;
mod explain;
mod formats;
mod generate;
mod interrupt;
mod job;
mod packs;
mod progress;
mod report;
mod scores;
mod table;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use exit::Exit;

/// Runs the command that the arguments name.
pub(crate) fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return report::usage(&error).into(),
    };
    // A panic is a bug. It must not look like a result, and whoever meets it should know what to do.
    catch_unwind(AssertUnwindSafe(|| run(args))).unwrap_or_else(|_| report::bug()).into()
}

fn run(args: Args) -> Exit {
    let done = match args.command {
        None => job::run(&args.job),
        Some(Command::Packs(command)) => packs::run(&command),
        Some(Command::Explain(command)) => explain::run(&command),
        Some(Command::Eval(command)) => eval::run(&command),
        Some(Command::Gen(command)) => generate::run(&command),
        Some(Command::Check(command)) => check::run(&command),
    };
    done.unwrap_or_else(|error| report::error(&error))
}

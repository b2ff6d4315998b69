//! What was typed. Parsing does no work.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

const AFTER_HELP: &str = "\
Examples:
  triage tickets.csv                      a table on the terminal
  triage tickets.csv > answers.csv        CSV in a pipe or a file
  triage tickets.csv -o answers.xlsx      a workbook; .html is a page to pass on
  triage tickets.csv -o answers.csv --append --bom
  triage --pack my-pack.toml --set agent=Noor --set company=\"Example Ltd\" tickets.csv
  gzip -dc tickets.csv.gz | triage -

Exit codes: 0 done, warnings and \"no match\" included; 2 nothing was produced.
A file whose name is that of a command is given as ./packs.";

/// Names the issue of each help-desk ticket, with the customer's own words as evidence, and writes the reply.
#[derive(Debug, Parser)]
#[command(
    name = "triage",
    version,
    after_help = AFTER_HELP,
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) job: JobArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The pattern packs that are built in
    Packs(PacksArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct PacksArgs {
    #[command(subcommand)]
    pub(super) command: Option<PacksCommand>,
}

#[derive(Debug, Subcommand)]
pub(super) enum PacksCommand {
    /// Their ids, issues and what they are about
    List,
    /// The text of one, to read or to start your own from
    Show {
        /// The pack's id
        id: String,
    },
}

/// The main job.
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Debug, ClapArgs)]
pub(super) struct JobArgs {
    /// Exports of a help desk, as CSV; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<OsString>,

    /// Write here instead of standard output; the file appears when it is whole
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,

    /// The format; else the ending of -o, else a table on a terminal and CSV in a pipe
    #[arg(short, long, value_name = "FORMAT", help_heading = "Output")]
    pub(super) format: Option<Format>,

    /// Keep all input columns, before ours
    #[arg(long, help_heading = "Output")]
    pub(super) append: bool,

    /// Begin with a byte order mark, so that Excel reads UTF-8
    #[arg(long, help_heading = "Output")]
    pub(super) bom: bool,

    /// Leave cells as they are, though a spreadsheet may run them as formulas
    #[arg(long, help_heading = "Output")]
    pub(super) raw: bool,

    /// No summary and no warnings
    #[arg(short, long, help_heading = "Output")]
    pub(super) quiet: bool,

    /// Use this pack: a file or the id of a built-in one; may be repeated [default: all built-in]
    #[arg(short, long = "pack", value_name = "FILE|ID", help_heading = "Matching")]
    pub(super) packs: Vec<String>,

    /// Set a value that replies use: agent, company, or one of a pack's own
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value, help_heading = "Matching")]
    pub(super) set: Vec<(String, String)>,

    /// How many threads to use; 0 for all processors
    #[arg(
        short = 'j',
        long,
        value_name = "N",
        default_value_t = 0,
        allow_negative_numbers = true,
        help_heading = "Matching"
    )]
    pub(super) threads: usize,

    /// The column with the ticket's id
    #[arg(long, value_name = "COLUMN", help_heading = "Columns (found by their names otherwise)")]
    pub(super) id: Option<String>,

    /// The column with the subject
    #[arg(long, value_name = "COLUMN", help_heading = "Columns (found by their names otherwise)")]
    pub(super) subject: Option<String>,

    /// The column with what the customer wrote
    #[arg(long, value_name = "COLUMN", help_heading = "Columns (found by their names otherwise)")]
    pub(super) body: Option<String>,

    /// The column with the customer's name
    #[arg(long, value_name = "COLUMN", help_heading = "Columns (found by their names otherwise)")]
    pub(super) name: Option<String>,

    /// The column with the customer's e-mail address
    #[arg(long, value_name = "COLUMN", help_heading = "Columns (found by their names otherwise)")]
    pub(super) email: Option<String>,
}

/// Output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a spreadsheet
    Csv,
    /// The same with tabs
    Tsv,
    /// For a program: one object a line, with the reasons as data
    Jsonl,
    /// For people
    Table,
    /// A workbook, every cell text
    Xlsx,
    /// A page to read and to pass on
    Html,
    /// A table for a wiki or an issue, without the replies
    Md,
}

fn key_value(typed: &str) -> Result<(String, String), String> {
    match typed.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => {
            Ok((key.trim().to_owned(), value.to_owned()))
        }
        _ => Err("write KEY=VALUE, for example agent=Noor".to_owned()),
    }
}

//! What was typed. Parsing does no work.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use triage::input::TextEncoding;

const AFTER_HELP: &str = "\
Examples:
  triage tickets.csv                      a table on the terminal
  triage tickets.csv > answers.csv        CSV in a pipe or a file
  triage tickets.csv -o answers.xlsx      a workbook; .html is a page to pass on
  triage tickets.csv -o answers.csv --append --bom
  triage --pack my-pack.toml --set agent=Noor --set company=\"Example Ltd\" tickets.csv
  triage tickets.csv.gz more.xlsx         packed files, workbooks, JSON: as they are

Exit codes: 0 done, warnings and \"no match\" included; 1 done, but part of the input was
damaged or what was asked to fail on was found; 2 nothing was produced.
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
    /// How a ticket was read, and why it got its answer
    Explain(Box<ExplainArgs>),
    /// How good the answers are on tickets whose issue is known
    Eval(Box<EvalArgs>),
    /// Whether a pack holds: errors, its own examples, lints
    Check(CheckArgs),
    /// Files for other programs
    #[command(subcommand)]
    Gen(GenCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum GenCommand {
    /// The JSON schema of pattern packs, for editors
    Schema,
}

#[derive(Debug, ClapArgs)]
#[command(group = clap::ArgGroup::new("what").args(["file", "text"]).required(true))]
pub(super) struct ExplainArgs {
    /// The export that the ticket is in; `-` reads standard input
    #[arg(value_name = "FILE", requires = "id")]
    pub(super) file: Option<OsString>,

    /// The ticket's id
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,

    /// A text to explain instead
    #[arg(long, value_name = "TEXT", conflicts_with = "id")]
    pub(super) text: Option<String>,

    /// Use this pack: a file or the id of a built-in one; may be repeated [default: all built-in]
    #[arg(short, long = "pack", value_name = "FILE|ID")]
    pub(super) packs: Vec<String>,

    /// Read quoted history and forwarded messages too
    #[arg(long)]
    pub(super) keep_quotes: bool,

    /// A file that names the columns and the dialect
    #[arg(long, value_name = "FILE")]
    pub(super) map: Option<PathBuf>,

    /// The format
    #[arg(short, long, value_enum, default_value_t)]
    pub(super) format: ExplainFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ExplainFormat {
    /// For people
    #[default]
    Text,
    /// For a program
    Json,
}

const CHECK_HELP: &str = "\
Exit codes: 0 clean, or warnings only; 1 errors, or with --strict warnings; 2 a pack or a
file of tickets cannot be read.
`# allow: too-short (why)` at the end of a line of the pack, or on the line before, allows
what was found there.";

/// `triage check`.
#[derive(Debug, ClapArgs)]
#[command(after_help = CHECK_HELP)]
pub(super) struct CheckArgs {
    /// Packs: files, folders with packs, or ids of built-in ones [default: all built-in]
    #[arg(value_name = "PACK")]
    pub(super) packs: Vec<OsString>,

    /// Warnings fail too
    #[arg(long)]
    pub(super) strict: bool,

    /// How to write what was found
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: CheckFormat,

    /// Mend in the files what needs no judgement, and check again
    #[arg(long)]
    pub(super) fix: bool,

    /// Tickets of the past: says which phrases never hit or add nothing, and which issues meet
    #[arg(long, value_name = "FILE", conflicts_with = "fix")]
    pub(super) on: Vec<OsString>,

    /// A file that names the columns and the dialect of those tickets
    #[arg(long, value_name = "FILE", requires = "on")]
    pub(super) map: Option<PathBuf>,

    /// What a lint looks for and why; without a name, all of them
    #[arg(long, value_name = "LINT", num_args = 0..=1, default_missing_value = "", exclusive = true)]
    pub(super) explain: Option<String>,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// For people, with the source lines
    Text,
    /// For a program
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// For test reports: the XML that Jenkins and GitLab read
    Junit,
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

/// Where the output goes.
#[derive(Debug, ClapArgs)]
pub(super) struct OutputArgs {
    /// Write here instead of standard output, which is `-` too; the file appears when it is whole
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
}

impl OutputArgs {
    /// The file to write; `-` is standard output, as everywhere.
    pub(super) fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }
}

/// The main job.
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Debug, ClapArgs)]
pub(super) struct JobArgs {
    /// Exports of a help desk: CSV, TSV, JSON or XLSX, packed or not; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<OsString>,

    #[command(flatten)]
    pub(super) to: OutputArgs,

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

    /// Add a column with the text as it was read, without markup, history, signatures
    #[arg(long, help_heading = "Output")]
    pub(super) show_text: bool,

    /// No summary and no warnings
    #[arg(short, long, help_heading = "Output")]
    pub(super) quiet: bool,

    /// Use this pack: a file or the id of a built-in one; may be repeated [default: all built-in]
    #[arg(short, long = "pack", value_name = "FILE|ID", help_heading = "Matching")]
    pub(super) packs: Vec<String>,

    /// Set a value that replies use: agent, company, or one of a pack's own
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value, help_heading = "Matching")]
    pub(super) set: Vec<(String, String)>,

    /// Read quoted history and forwarded messages too
    #[arg(long, help_heading = "Matching")]
    pub(super) keep_quotes: bool,

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

    #[command(flatten)]
    pub(super) columns: ColumnArgs,

    /// A file that names the columns and the dialect, for exports that come again and again
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Columns (found by their names otherwise; a name or a number)"
    )]
    pub(super) map: Option<PathBuf>,

    #[command(flatten)]
    pub(super) input: InputArgs,

    /// The first trouble with an input is an error, and nothing is written
    #[arg(long, help_heading = "Failing")]
    pub(super) strict: bool,

    /// Go on without inputs that cannot be opened
    #[arg(long, help_heading = "Failing")]
    pub(super) keep_going: bool,

    /// Exit with 1 if a ticket is unmatched
    #[arg(long, help_heading = "Failing")]
    pub(super) fail_unmatched: bool,
}

/// Which columns are what, for every command that reads whole exports.
#[derive(Debug, ClapArgs)]
pub(super) struct ColumnArgs {
    /// The column with the ticket's id
    #[arg(
        long,
        value_name = "COLUMN",
        help_heading = "Columns (found by their names otherwise; a name or a number)"
    )]
    pub(super) id: Option<String>,

    /// The column with the subject
    #[arg(
        long,
        value_name = "COLUMN",
        help_heading = "Columns (found by their names otherwise; a name or a number)"
    )]
    pub(super) subject: Option<String>,

    /// The column with what the customer wrote
    #[arg(
        long,
        value_name = "COLUMN",
        help_heading = "Columns (found by their names otherwise; a name or a number)"
    )]
    pub(super) body: Option<String>,

    /// The column with the customer's name
    #[arg(
        long,
        value_name = "COLUMN",
        help_heading = "Columns (found by their names otherwise; a name or a number)"
    )]
    pub(super) name: Option<String>,

    /// The column with the customer's e-mail address
    #[arg(
        long,
        value_name = "COLUMN",
        help_heading = "Columns (found by their names otherwise; a name or a number)"
    )]
    pub(super) email: Option<String>,
}

/// How an export is to be read, for every command that reads whole ones.
#[derive(Debug, ClapArgs)]
pub(super) struct InputArgs {
    /// The first record is a ticket
    #[arg(long, help_heading = "Input (found by looking otherwise)")]
    pub(super) no_header: bool,

    /// The sheet of a workbook, by name or number
    #[arg(long, value_name = "SHEET", help_heading = "Input (found by looking otherwise)")]
    pub(super) sheet: Option<String>,

    /// The format of the input
    #[arg(long, value_name = "FORMAT", help_heading = "Input (found by looking otherwise)")]
    pub(super) input_format: Option<InputFormat>,

    /// The encoding: utf-8, windows-1252, cp850, shift-jis, gb18030, ...
    #[arg(long, value_name = "NAME", help_heading = "Input (found by looking otherwise)", value_parser = encoding)]
    pub(super) encoding: Option<TextEncoding>,

    /// What stands between cells: one character, or tab
    #[arg(long, value_name = "CHAR", help_heading = "Input (found by looking otherwise)", value_parser = delimiter)]
    pub(super) delimiter: Option<u8>,

    /// The most that one record may have, as in 512K, 64M, 1G; beyond, it is cut off [default: 64M]
    #[arg(long, value_name = "SIZE", help_heading = "Input (found by looking otherwise)", value_parser = size)]
    pub(super) max_record: Option<usize>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct EvalArgs {
    /// Exports with a column that says what each ticket is about; `-` reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<OsString>,

    /// The column with the labels: issue ids, or tags that --map knows; a name or a number
    #[arg(long, value_name = "COLUMN")]
    pub(super) label: String,

    /// A file that says which issue a tag means: "Their tag" = "issue-id", or = "" for none
    #[arg(long, value_name = "FILE")]
    pub(super) map: Option<PathBuf>,

    /// Say which tickets change, and whether for the better, from this pack to that of --pack
    #[arg(long, value_name = "FILE|ID")]
    pub(super) against: Option<String>,

    /// Write into the pack of --pack how often answers of each confidence were right
    #[arg(long)]
    pub(super) calibrate: bool,

    /// Exit with 1 if it is less: precision, recall, found, f1 or coverage; may be repeated
    #[arg(long, value_name = "FIGURE=SHARE", value_parser = at_least)]
    pub(super) at_least: Vec<(Metric, f64)>,

    /// Use this pack: a file or the id of a built-in one; may be repeated [default: all built-in]
    #[arg(short, long = "pack", value_name = "FILE|ID")]
    pub(super) packs: Vec<String>,

    /// Read quoted history and forwarded messages too
    #[arg(long)]
    pub(super) keep_quotes: bool,

    #[command(flatten)]
    pub(super) to: OutputArgs,

    /// The format; else the ending of -o, else text
    #[arg(short, long, value_name = "FORMAT", help_heading = "Output")]
    pub(super) format: Option<EvalFormat>,

    /// No warnings
    #[arg(short, long, help_heading = "Output")]
    pub(super) quiet: bool,

    #[command(flatten)]
    pub(super) columns: ColumnArgs,

    /// A file that names the columns and the dialect: what --map is to other commands
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Columns (found by their names otherwise; a name or a number)"
    )]
    pub(super) read_map: Option<PathBuf>,

    #[command(flatten)]
    pub(super) input: InputArgs,
}

/// Formats of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum EvalFormat {
    /// For people
    Text,
    /// For a program
    Json,
    /// For a wiki or an issue
    Md,
    /// A page to read and to pass on
    Html,
}

/// Figures that `--at-least` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    Precision,
    Recall,
    Found,
    F1,
    Coverage,
}

impl Metric {
    const ALL: [Self; 5] = [Self::Precision, Self::Recall, Self::Found, Self::F1, Self::Coverage];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::Found => "found",
            Self::F1 => "f1",
            Self::Coverage => "coverage",
        }
    }
}

/// Input formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum InputFormat {
    /// Cells with delimiters between them
    #[value(alias = "tsv")]
    Csv,
    /// Objects: one a line, or in an array
    #[value(aliases = ["jsonl", "ndjson"])]
    Json,
    /// A workbook
    Xlsx,
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

fn at_least(typed: &str) -> Result<(Metric, f64), String> {
    let read = || {
        let (name, share) = typed.split_once('=')?;
        let metric = Metric::ALL
            .into_iter()
            .find(|metric| metric.name().eq_ignore_ascii_case(name.trim()))?;
        let share = share.trim().parse().ok().filter(|share| (0.0..=1.0).contains(share))?;
        Some((metric, share))
    };
    read().ok_or_else(|| {
        let names = Metric::ALL.map(Metric::name).join(", ");
        format!("write a figure and a share from 0 to 1, as in precision=0.95; there are {names}")
    })
}

fn encoding(typed: &str) -> Result<TextEncoding, String> {
    TextEncoding::named(typed)
        .ok_or_else(|| "no encoding has this name; try utf-8, windows-1252, iso-8859-15, cp850, shift_jis, gb18030 or koi8-r".to_owned())
}

fn delimiter(typed: &str) -> Result<u8, String> {
    match typed {
        "tab" | "\\t" => Ok(b'\t'),
        "comma" => Ok(b','),
        "semicolon" => Ok(b';'),
        "pipe" => Ok(b'|'),
        _ => match typed.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
            _ => Err("write one character, or tab".to_owned()),
        },
    }
}

fn size(typed: &str) -> Result<usize, String> {
    let typed = typed.trim().trim_end_matches(['B', 'b']).trim_end_matches('i');
    let (digits, unit) = match typed.chars().last().map(|c| c.to_ascii_uppercase()) {
        Some('K') => (&typed[..typed.len() - 1], 1 << 10),
        Some('M') => (&typed[..typed.len() - 1], 1 << 20),
        Some('G') => (&typed[..typed.len() - 1], 1 << 30),
        _ => (typed, 1),
    };
    let number = digits.trim().parse::<usize>().ok().filter(|number| *number > 0);
    number
        .and_then(|number| number.checked_mul(unit))
        .ok_or_else(|| "write a size such as 512K, 64M or 1G".to_owned())
}

//! Which format, and what goes with it.

use std::ffi::OsStr;
use std::io::{IsTerminal, stdout};
use std::path::Path;

use triage::input::Input;
use triage::output::{Delimited, Dialect, Html, Jsonl, Markdown, OutputFile, Sink, Xlsx};
use triage::{Error, ErrorKind, Result};

use super::args::{Format, JobArgs};
use super::table::{DEFAULT_WIDTH, Table};

/// The format that was asked for, if the other arguments go with it.
pub(super) fn chosen(args: &JobArgs) -> Result<Format> {
    use Format::{Csv, Jsonl, Tsv, Xlsx};
    let format = args.format.unwrap_or_else(|| default(args.to.file()));
    let misuse = |flag: &str| {
        Err(Error::new(ErrorKind::Usage, format!("{flag} does not go with this format"))
            .help(format!("add --format csv, or leave {flag} out")))
    };
    if args.bom && !matches!(format, Csv | Tsv) {
        return misuse("--bom");
    }
    if args.append && !matches!(format, Csv | Tsv | Jsonl | Xlsx) {
        return misuse("--append");
    }
    if args.show_text && !matches!(format, Csv | Tsv | Jsonl | Xlsx) {
        return misuse("--show-text");
    }
    if format == Xlsx && args.to.file().is_none() && stdout().is_terminal() {
        return Err(Error::new(ErrorKind::Usage, "xlsx needs a file").help("-o answers.xlsx"));
    }
    Ok(format)
}

/// By the ending of the output's name, else by who reads it.
fn default(output: Option<&Path>) -> Format {
    let Some(path) = output else {
        return if stdout().is_terminal() { Format::Table } else { Format::Csv };
    };
    match path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase).as_deref() {
        Some("tsv" | "tab") => Format::Tsv,
        Some("jsonl" | "ndjson") => Format::Jsonl,
        Some("xlsx") => Format::Xlsx,
        Some("html" | "htm") => Format::Html,
        Some("md") => Format::Md,
        _ => Format::Csv,
    }
}

/// What makes the bytes of a format.
pub(super) fn sink(
    args: &JobArgs,
    format: Format,
    inputs: &[Input],
    output: Option<&OutputFile>,
) -> Result<Box<dyn Sink>> {
    let append = args.append.then(|| common_header(inputs)).transpose()?;
    Ok(match format {
        Format::Csv => Box::new(delimited(args, Dialect::Csv, append)),
        Format::Tsv => Box::new(delimited(args, Dialect::Tsv, append)),
        Format::Jsonl => {
            let sink = Jsonl::new().show_text(args.show_text);
            Box::new(match append {
                Some(header) => sink.append(&header),
                None => sink,
            })
        }
        Format::Xlsx => {
            let sink = Xlsx::new().append(append.unwrap_or_default()).show_text(args.show_text);
            Box::new(match output.and_then(OutputFile::folder) {
                Some(folder) => sink.folder(folder),
                None => sink,
            })
        }
        Format::Html => Box::new(Html::new()),
        Format::Md => Box::new(Markdown::new()),
        Format::Table => {
            let terminal = args.to.file().is_none() && stdout().is_terminal();
            let width = terminal.then(terminal_size::terminal_size).flatten();
            let width = width.map_or(DEFAULT_WIDTH, |(width, _)| width.0.into());
            Box::new(Table::new(
                width,
                terminal && anstream::stdout().current_choice() != anstream::ColorChoice::Never,
            ))
        }
    })
}

fn delimited(args: &JobArgs, dialect: Dialect, append: Option<Vec<String>>) -> Delimited {
    let sink = Delimited::new(dialect).raw(args.raw).bom(args.bom).show_text(args.show_text);
    match append {
        Some(header) => sink.append(header),
        None => sink,
    }
}

/// The header that all inputs share: `--append` has one header row for all.
fn common_header(inputs: &[Input]) -> Result<Vec<String>> {
    let Some((first, rest)) = inputs.split_first() else {
        return Ok(Vec::new());
    };
    let header = first.columns().header();
    match rest.iter().find(|input| input.columns().header() != header) {
        None => Ok(header.to_vec()),
        Some(other) => Err(Error::new(
            ErrorKind::Columns,
            format!(
                "\"{}\" and \"{}\" have different columns, which one table cannot hold",
                first.name(),
                other.name()
            ),
        )
        .help("run triage on each by itself, or leave --append out")),
    }
}

//! The main job: plan everything, then read the first ticket.

use std::ffi::OsStr;
use std::io::{IsTerminal, Seek, Write, stdout};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use anyhow::Result;
use triage::input::{self, ColumnNames, Input, ReadOptions};
use triage::output::{Delimited, Dialect, Jsonl, OutputFile, Sink};
use triage::text::visible;
use triage::{Error, ErrorKind, Packs, Place, RunOptions, Summary, Triage};

use super::args::{Format, InputFormat, JobArgs};
use super::exit::Exit;
use super::interrupt;
use super::progress::Progress;
use super::report;
use super::table::{DEFAULT_WIDTH, Table};

/// Answers that are held back go to a file beyond this many bytes.
const HELD_IN_MEMORY: usize = 8 << 20;

/// Everything checked: packs compiled, inputs open, output prepared.
struct Plan {
    triage: Triage,
    inputs: Vec<Input>,
    /// Inputs that could not be opened, and that the user can do without.
    missing: Vec<Error>,
    sink: Box<dyn Sink>,
    options: RunOptions,
    output: Option<OutputFile>,
    /// Whether a person's terminal gets the bytes and the format leaves them as they are.
    escape: bool,
}

pub(super) fn run(args: &JobArgs) -> Result<Exit> {
    let Plan { triage, mut inputs, missing, sink, options, output, escape } = plan(args)?;
    // A reader of the pipe that has seen enough must not be told anything, and
    // whether it has is known only at the end.
    let early = output.is_some() || stdout().is_terminal();
    if early && !args.quiet {
        taken(&triage, &inputs);
    }
    let mut progress = Progress::start(args.quiet, output.is_none());
    let mut work = |out: &mut dyn Write| {
        triage::run(&mut inputs, &triage, &*sink, options, out, |tickets| {
            progress.done(tickets);
        })
    };
    let summary = match output {
        Some(mut file) => {
            let summary = work(&mut file)?;
            file.commit()?;
            summary
        }
        None if args.strict => held_back(work)?,
        None if escape => work(&mut Visible(stdout().lock()))?,
        None => work(&mut stdout().lock())?,
    };
    let seconds = progress.finish();
    // What could not be opened is an error, which --quiet does not hide.
    for error in &missing {
        report::line(format_args!("triage: {error:#}"));
    }
    if !args.quiet {
        if !early {
            taken(&triage, &inputs);
        }
        for input in &inputs {
            for warning in input.problems().warnings() {
                report::warning(&warning, None);
            }
        }
        report::summary(&summary, seconds);
    } else if summary.damaged {
        for input in &inputs {
            for warning in input.problems().damages() {
                report::warning(&warning, None);
            }
        }
    }
    let failed = args.fail_unmatched && summary.unmatched > 0;
    Ok(if summary.damaged || failed || !missing.is_empty() { Exit::Damaged } else { Exit::Done })
}

/// Keeps the answers in a temporary file until all of the input proved sound.
fn held_back(work: impl FnOnce(&mut dyn Write) -> triage::Result<Summary>) -> Result<Summary> {
    let mut held = tempfile::spooled_tempfile(HELD_IN_MEMORY);
    let summary = work(&mut held)?;
    held.rewind()?;
    let cannot = |error| Error::new(ErrorKind::Output, "cannot write the answers").because(error);
    let mut out = stdout().lock();
    std::io::copy(&mut held, &mut out).and_then(|_| out.flush()).map_err(cannot)?;
    Ok(summary)
}

/// Says what was taken for what, before anyone wonders.
fn taken(triage: &Triage, inputs: &[Input]) {
    report::findings(triage.packs().warnings());
    for input in inputs {
        report::line(format_args!("{}: {}", input.name(), input.taken()));
        if let Some((warning, help)) = input.columns().warning() {
            report::warning(format_args!("{}: {warning}", input.name()), Some(help));
        }
    }
}

/// Checks every path, pack and option before the first ticket is read.
fn plan(args: &JobArgs) -> Result<Plan> {
    let mut triage = Triage::new(Packs::load(&args.packs)?)?;
    for (key, value) in &args.set {
        triage = triage.set(key, value)?;
    }
    let read = read_options(args)?;
    let (mut inputs, mut missing) = (Vec::new(), Vec::new());
    for file in &args.files {
        match Input::open(file, &read) {
            Ok(input) => inputs.push(input),
            Err(error) if args.keep_going => missing.push(error),
            Err(error) => return Err(error.into()),
        }
    }
    if inputs.is_empty() && !missing.is_empty() {
        return Err(missing.remove(0).into());
    }
    if let Some(strict) = inputs.iter().find(|_| args.strict).and_then(weak) {
        return Err(strict.into());
    }
    let format = args.format.unwrap_or_else(|| default_format(args.output.as_deref()));
    let sink = sink(args, format, &inputs)?;
    let files: Vec<PathBuf> =
        args.files.iter().filter(|file| *file != OsStr::new("-")).map(PathBuf::from).collect();
    let output = args.output.as_deref().map(|path| {
        interrupt::guarded(|| {
            let file = OutputFile::create(path, &files)?;
            let temporary = file.temporary();
            Ok((file, temporary))
        })
    });
    let output = output.transpose()?;
    let options = RunOptions {
        threads: NonZero::new(args.threads),
        strict: args.strict,
        ..RunOptions::default()
    };
    // The table does it by itself, cell by cell, and has colours of its own.
    let escape = output.is_none() && format != Format::Table && stdout().is_terminal();
    Ok(Plan { triage, inputs, missing, sink, options, output, escape })
}

/// What the user said of the inputs, the file of `--map` first, the flags over it.
fn read_options(args: &JobArgs) -> Result<ReadOptions> {
    let map = args.map.as_deref().map(ReadOptions::from_map).transpose()?.unwrap_or_default();
    let columns = ColumnNames {
        id: args.id.clone().or(map.columns.id),
        subject: args.subject.clone().or(map.columns.subject),
        body: args.body.clone().or(map.columns.body),
        name: args.name.clone().or(map.columns.name),
        email: args.email.clone().or(map.columns.email),
    };
    let format = args.input_format.map(|format| match format {
        InputFormat::Csv => input::InputFormat::Csv,
        InputFormat::Json => input::InputFormat::Json,
        InputFormat::Xlsx => input::InputFormat::Xlsx,
    });
    Ok(ReadOptions {
        columns,
        header: map.header && !args.no_header,
        delimiter: args.delimiter.or(map.delimiter),
        encoding: args.encoding.or(map.encoding),
        format: format.or(map.format),
        max_record: args.max_record.unwrap_or(map.max_record),
    })
}

/// What is less than the user may think, as an error.
fn weak(input: &Input) -> Option<Error> {
    let (warning, help) = input.columns().warning()?;
    Some(Error::new(ErrorKind::Columns, warning).at(Place::file(input.name())).help(help))
}

fn sink(args: &JobArgs, format: Format, inputs: &[Input]) -> triage::Result<Box<dyn Sink>> {
    let misuse = |flag: &str, formats: &str| {
        Err(Error::new(ErrorKind::Usage, format!("{flag} does not go with this format"))
            .help(format!("add --format {formats}, or leave {flag} out")))
    };
    let delimited = matches!(format, Format::Csv | Format::Tsv);
    if args.bom && !delimited {
        return misuse("--bom", "csv");
    }
    if args.append && format == Format::Table {
        return misuse("--append", "csv");
    }
    let append = if args.append { Some(common_header(inputs)?) } else { None };
    let with_input = |sink: Delimited, header: Option<Vec<String>>| match header {
        Some(header) => sink.append(header),
        None => sink,
    };
    Ok(match format {
        Format::Csv => {
            Box::new(with_input(Delimited::new(Dialect::Csv).raw(args.raw).bom(args.bom), append))
        }
        Format::Tsv => {
            Box::new(with_input(Delimited::new(Dialect::Tsv).raw(args.raw).bom(args.bom), append))
        }
        Format::Jsonl => {
            Box::new(append.map_or_else(Jsonl::new, |header| Jsonl::new().append(&header)))
        }
        Format::Table => {
            let terminal = args.output.is_none() && stdout().is_terminal();
            let width = terminal.then(terminal_size::terminal_size).flatten();
            let width = width.map_or(DEFAULT_WIDTH, |(width, _)| width.0.into());
            Box::new(Table::new(
                width,
                terminal && anstream::stdout().current_choice() != anstream::ColorChoice::Never,
            ))
        }
    })
}

/// By the ending of the output's name, else by who reads it.
fn default_format(output: Option<&Path>) -> Format {
    let Some(path) = output else {
        return if stdout().is_terminal() { Format::Table } else { Format::Csv };
    };
    match path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase).as_deref() {
        Some("tsv" | "tab") => Format::Tsv,
        Some("jsonl" | "ndjson") => Format::Jsonl,
        _ => Format::Csv,
    }
}

/// The header that all inputs share: `--append` has one header row for all.
fn common_header(inputs: &[Input]) -> triage::Result<Vec<String>> {
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

/// Standard output that is a terminal: nothing in a ticket may steer it, whatever the format.
struct Visible<W>(W);

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.write_all(visible(&String::from_utf8_lossy(bytes)).as_bytes())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

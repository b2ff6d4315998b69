//! The main job: plan everything, then read the first ticket.

use std::ffi::OsStr;
use std::io::{IsTerminal, Seek, Write, stdout};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use anyhow::Result;
use triage::input::{self, ColumnNames, Input, ReadOptions};
use triage::output::{OutputFile, Sink};
use triage::text::{Cleaner, visible};
use triage::{Error, ErrorKind, Packs, Place, RunOptions, Summary, Triage};

use super::args::{ColumnArgs, Format, InputArgs, InputFormat, JobArgs};
use super::exit::Exit;
use super::formats;
use super::interrupt;
use super::progress::Progress;
use super::report;

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
    // The process ends soon, and takes the packs' memory with it faster than piece by piece.
    let triage = std::mem::ManuallyDrop::new(triage);
    // A reader of the pipe that has seen enough must not be told anything, and
    // whether it has is known only at the end.
    let early = output.is_some() || stdout().is_terminal();
    if early && !args.quiet {
        taken(&triage, &inputs);
    }
    let mut progress = Progress::start(args.quiet, output.is_none());
    let mut work = |out: &mut (dyn Write + Send)| {
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
        None if escape => work(&mut Visible(stdout()))?,
        None => work(&mut stdout())?,
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
fn held_back(
    work: impl FnOnce(&mut (dyn Write + Send)) -> triage::Result<Summary>,
) -> Result<Summary> {
    let mut held = tempfile::spooled_tempfile(HELD_IN_MEMORY);
    let summary = work(&mut held)?;
    held.rewind()?;
    let cannot = |error| Error::new(ErrorKind::Output, "cannot write the answers").because(error);
    let mut out = stdout().lock();
    std::io::copy(&mut held, &mut out).and_then(|_| out.flush()).map_err(cannot)?;
    Ok(summary)
}

/// Says what was taken for what, before anyone wonders.
pub(super) fn taken(triage: &Triage, inputs: &[Input]) {
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
    let cleaner = Cleaner::new().keep_quotes(args.keep_quotes);
    let mut triage = Triage::new(Packs::load(&args.packs)?)?.cleaner(cleaner);
    for (key, value) in &args.set {
        triage = triage.set(key, value)?;
    }
    let read = read_options(&args.columns, &args.input, args.map.as_deref())?;
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
    let format = formats::chosen(args)?;
    let files: Vec<PathBuf> =
        args.files.iter().filter(|file| *file != OsStr::new("-")).map(PathBuf::from).collect();
    let output = args.to.file().map(|path| {
        interrupt::guarded(|| {
            let file = OutputFile::create(path, &files)?;
            let temporary = file.temporary();
            Ok((file, temporary))
        })
    });
    let output = output.transpose()?;
    let sink = formats::sink(args, format, &inputs, output.as_ref())?;
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
pub(super) fn read_options(
    columns: &ColumnArgs,
    input: &InputArgs,
    map: Option<&Path>,
) -> Result<ReadOptions> {
    let map = map.map(ReadOptions::from_map).transpose()?.unwrap_or_default();
    let columns = ColumnNames {
        id: columns.id.clone().or(map.columns.id),
        subject: columns.subject.clone().or(map.columns.subject),
        body: columns.body.clone().or(map.columns.body),
        name: columns.name.clone().or(map.columns.name),
        email: columns.email.clone().or(map.columns.email),
    };
    let format = input.input_format.map(|format| match format {
        InputFormat::Csv => input::InputFormat::Csv,
        InputFormat::Json => input::InputFormat::Json,
        InputFormat::Xlsx => input::InputFormat::Xlsx,
    });
    Ok(ReadOptions {
        columns,
        header: map.header && !input.no_header,
        delimiter: input.delimiter.or(map.delimiter),
        encoding: input.encoding.or(map.encoding),
        sheet: input.sheet.clone().or(map.sheet),
        format: format.or(map.format),
        max_record: input.max_record.unwrap_or(map.max_record),
    })
}

/// What is less than the user may think, as an error.
fn weak(input: &Input) -> Option<Error> {
    let (warning, help) = input.columns().warning()?;
    Some(Error::new(ErrorKind::Columns, warning).at(Place::file(input.name())).help(help))
}

/// Standard output that is a terminal: nothing in a ticket may steer it, whatever the format.
pub(super) struct Visible<W>(pub(super) W);

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

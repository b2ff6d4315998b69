//! The main job: plan everything, then read the first ticket.

use std::ffi::OsStr;
use std::io::{IsTerminal, Write, stdout};
use std::num::NonZero;
use std::path::PathBuf;

use anyhow::Result;
use triage::input::{ColumnNames, Input};
use triage::output::{OutputFile, Sink};
use triage::text::visible;
use triage::{Packs, RunOptions, Triage};

use super::args::{Format, JobArgs};
use super::exit::Exit;
use super::formats;
use super::progress::Progress;
use super::report;

/// Everything checked: packs compiled, inputs open, output prepared.
struct Plan {
    triage: Triage,
    inputs: Vec<Input>,
    sink: Box<dyn Sink>,
    options: RunOptions,
    output: Option<OutputFile>,
    /// Whether a person's terminal gets the bytes and the format leaves them as they are.
    escape: bool,
}

pub(super) fn run(args: &JobArgs) -> Result<Exit> {
    let Plan { triage, mut inputs, sink, options, output, escape } = plan(args)?;
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
        None if escape => work(&mut Visible(stdout()))?,
        None => work(&mut stdout())?,
    };
    let seconds = progress.finish();
    if !args.quiet {
        if !early {
            taken(&triage, &inputs);
        }
        for input in &mut inputs {
            input
                .rows()
                .problems()
                .warnings()
                .iter()
                .for_each(|warning| report::warning(warning, None));
        }
        report::summary(&summary, seconds);
    }
    Ok(Exit::Done)
}

/// Says what was taken for what, before anyone wonders.
fn taken(triage: &Triage, inputs: &[Input]) {
    report::findings(triage.packs().warnings());
    for input in inputs {
        report::line(format_args!("{}: {}", input.name(), input.columns()));
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
    let named = ColumnNames {
        id: args.id.clone(),
        subject: args.subject.clone(),
        body: args.body.clone(),
        name: args.name.clone(),
        email: args.email.clone(),
    };
    let inputs = args
        .files
        .iter()
        .map(|file| Input::open(file, &named))
        .collect::<triage::Result<Vec<_>>>()?;
    let format = formats::chosen(args)?;
    let files: Vec<PathBuf> =
        args.files.iter().filter(|file| *file != OsStr::new("-")).map(PathBuf::from).collect();
    let output = args.output.as_deref().map(|path| OutputFile::create(path, &files)).transpose()?;
    let sink = formats::sink(args, format, &inputs, output.as_ref())?;
    let options = RunOptions { threads: NonZero::new(args.threads), ..RunOptions::default() };
    // The table does it by itself, cell by cell, and has colours of its own.
    let escape = output.is_none() && format != Format::Table && stdout().is_terminal();
    Ok(Plan { triage, inputs, sink, options, output, escape })
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

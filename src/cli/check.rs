//! `triage check`: packs, their examples and what their authors would want to know.

use std::ffi::OsString;
use std::io::{IsTerminal, Write, stdout};
use std::path::Path;

use anyhow::Result;
use triage::check::{Check, Checked, History, LINTS, Lint, When, json, junit, sarif};
use triage::input::{Input, ReadOptions, Row};
use triage::output::OutputFile;
use triage::packs::builtin_packs;
use triage::{Error, ErrorKind, Level, Place};

use super::args::{CheckArgs, CheckFormat};
use super::exit::Exit;
use super::interrupt;
use super::report;

/// A mend can make room for another; more rounds than this would be a fault of ours.
const MAX_ROUNDS: usize = 16;

pub(super) fn run(args: &CheckArgs) -> Result<Exit> {
    if let Some(name) = &args.explain {
        return explain(name);
    }
    let names = names(&args.packs)?;
    if names.len() > 1 && args.on.iter().any(|file| file == "-") {
        // Each pack reads the tickets for itself.
        let error = Error::new(ErrorKind::Usage, "standard input can be read for one pack only");
        return Err(error.help("write it to a file first: --on tickets.csv").into());
    }
    let mut checked = Vec::new();
    let mut unreadable = false;
    for name in &names {
        match one(name, args).map_err(anyhow::Error::downcast::<Error>) {
            Ok(one) => checked.push(one),
            // The other packs are checked all the same.
            Err(Ok(error)) if error.kind() == ErrorKind::Pack => {
                report::line(format_args!("triage: {error:#}"));
                unreadable = true;
            }
            Err(Ok(error)) => return Err(error.into()),
            Err(Err(error)) => return Err(error),
        }
    }
    let mut out = anstream::stdout();
    match args.format {
        CheckFormat::Text => {
            for finding in checked.iter().flat_map(|checked| &checked.findings) {
                writeln!(out, "{}\n", report::snippet(finding, stdout().is_terminal()))?;
            }
            writeln!(out, "{}", summary(&checked))?;
        }
        CheckFormat::Json => write!(out, "{}", json(&checked))?,
        CheckFormat::Sarif => write!(out, "{}", sarif(&checked))?,
        CheckFormat::Junit => write!(out, "{}", junit(&checked, args.strict)?)?,
    }
    if args.format != CheckFormat::Text {
        report::line(summary(&checked));
    }
    let count = |level| checked.iter().map(|checked| checked.count(level)).sum::<usize>();
    let fails = count(Level::Error) > 0 || args.strict && count(Level::Warning) > 0;
    Ok(match (unreadable, fails) {
        (true, _) => Exit::Failed,
        (_, true) => Exit::Damaged,
        _ => Exit::Done,
    })
}

/// What is to be checked: folders are their packs, nothing is the built-in ones.
fn names(given: &[OsString]) -> Result<Vec<String>> {
    if given.is_empty() {
        return Ok(builtin_packs().iter().map(|pack| pack.id.to_owned()).collect());
    }
    let mut names = Vec::new();
    for name in given {
        let path = Path::new(name);
        if !path.is_dir() {
            names.push(path.display().to_string());
            continue;
        }
        let cannot = |error| {
            Error::new(ErrorKind::Input, "cannot read the folder")
                .at(Place::path(path))
                .because(error)
        };
        let mut packs = Vec::new();
        for entry in path.read_dir().map_err(cannot)? {
            let file = entry.map_err(cannot)?.path();
            if file.extension().is_some_and(|ending| ending == "toml") {
                packs.push(file.display().to_string());
            }
        }
        if packs.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "there is no pack in this folder")
                .at(Place::path(path))
                .help("packs are files that end in .toml; name one, or another folder")
                .into());
        }
        packs.sort();
        names.extend(packs);
    }
    Ok(names)
}

fn one(name: &str, args: &CheckArgs) -> Result<Checked> {
    if args.fix {
        return fixed(name);
    }
    let check = Check::new(name)?;
    if args.on.is_empty() {
        return Ok(check.finish(None));
    }
    let history = history(&check, args)?;
    Ok(check.finish(history.as_ref()))
}

/// The tickets of the past, answered; none if the pack cannot be loaded.
fn history(check: &Check, args: &CheckArgs) -> Result<Option<History>> {
    let Some(triage) = check.triage() else { return Ok(None) };
    let options = match &args.map {
        Some(map) => ReadOptions::from_map(map)?,
        None => ReadOptions::default(),
    };
    let mut worker = triage.worker();
    let mut history = History::default();
    for file in &args.on {
        let mut input = Input::open(file, &options)?;
        report::line(format_args!("{}: {}", input.name(), input.taken()));
        if let Some((warning, help)) = input.columns().warning() {
            report::warning(format_args!("{}: {warning}", input.name()), Some(help));
        }
        let mut row = Row::default();
        while input.rows().read(&mut row)? {
            let ticket = input.columns().read(&row);
            history.add(&worker.answer(&ticket.ticket()));
        }
        for warning in input.problems().warnings() {
            report::warning(&warning, None);
        }
    }
    Ok(Some(history))
}

/// Mends a file until nothing is left to mend, writes it once, and says what was done.
fn fixed(name: &str) -> Result<Checked> {
    let mut checked = Check::new(name)?.finish(None);
    if builtin_packs().iter().any(|pack| pack.id == name) {
        return Ok(checked);
    }
    let before = checked.file.text.clone();
    let mut done = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let (text, mended) = checked.mended();
        let next = Check::of_text(&checked.file.name, &text).finish(None);
        // A mend that spoils the pack would be a fault of ours; the file must not suffer for it.
        if mended.is_empty() || !next.loads {
            break;
        }
        done.extend(mended.into_iter().map(|finding| {
            format!("mended {}: {}: {}", finding.place(), finding.name, finding.message)
        }));
        checked = next;
    }
    if checked.file.text != before {
        write(Path::new(name), &checked.file.text)?;
        for line in done {
            report::line(line);
        }
    }
    Ok(checked)
}

fn write(path: &Path, text: &str) -> Result<()> {
    let mut file = interrupt::guarded(|| {
        let file = OutputFile::create(path, &[])?;
        let temporary = file.temporary();
        Ok((file, temporary))
    })?;
    let cannot = |error| {
        Error::new(ErrorKind::Output, "cannot write it").at(Place::path(path)).because(error)
    };
    file.write_all(text.as_bytes()).map_err(cannot)?;
    Ok(file.commit()?)
}

/// What a lint is about; all of them without a name.
fn explain(name: &str) -> Result<Exit> {
    let mut out = stdout().lock();
    if name.is_empty() {
        let width = LINTS.iter().map(|lint| lint.name.len()).max().unwrap_or(0);
        for lint in LINTS {
            writeln!(out, "{:width$}  {:7}  {}", lint.name, lint.level, lint.why)?;
        }
        return Ok(Exit::Done);
    }
    let Some(lint) = Lint::named(name) else {
        let error = Error::new(ErrorKind::Usage, format!("no lint is called \"{name}\""));
        return Err(error.help("`triage check --explain` lists them").into());
    };
    writeln!(out, "{}: {}", lint.name, lint.why)?;
    writeln!(out, "  level: {}", lint.level)?;
    if lint.when == When::History {
        writeln!(out, "  looked for with --on")?;
    }
    if lint.mends {
        writeln!(out, "  --fix mends it")?;
    }
    writeln!(out, "  allow it with: # allow: {}", lint.name)?;
    Ok(Exit::Done)
}

/// What it came to, in a line.
fn summary(checked: &[Checked]) -> String {
    let of =
        |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let count = |level| checked.iter().map(|checked| checked.count(level)).sum::<usize>();
    let examples = checked.iter().map(|checked| checked.examples).sum();
    [
        of(checked.len(), "pack"),
        of(examples, "example"),
        of(count(Level::Error), "error"),
        of(count(Level::Warning), "warning"),
    ]
    .join(", ")
}

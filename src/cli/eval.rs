//! `triage eval`: how good the answers are on tickets whose issue is known.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};

use anstream::AutoStream;
use anyhow::Result;
use triage::eval::{EvalOptions, Evaluation, LabelMap};
use triage::input::Input;
use triage::output::OutputFile;
use triage::packs::{Calibration, builtin_packs};
use triage::text::Cleaner;
use triage::{Error, ErrorKind, Packs, Place, Triage};

use super::args::{EvalArgs, EvalFormat, Metric};
use super::exit::Exit;
use super::interrupt;
use super::job::{Visible, read_options, taken};
use super::progress::Progress;
use super::report;
use super::scores;

/// Labels that are no issue, each with a warning of its own.
const MAX_WARNED: usize = 5;

pub(super) fn run(args: &EvalArgs) -> Result<Exit> {
    let pack = if args.calibrate { Some(own_pack(&args.packs)?) } else { None };
    let engine = |packs: &[String]| -> Result<Triage> {
        let cleaner = Cleaner::new().keep_quotes(args.keep_quotes);
        Ok(Triage::new(Packs::load(packs)?)?.cleaner(cleaner))
    };
    let triage = engine(&args.packs)?;
    let against =
        args.against.as_ref().map(|name| engine(std::slice::from_ref(name))).transpose()?;
    let map = args.map.as_deref().map(LabelMap::open).transpose()?;
    let read = read_options(&args.columns, &args.input, args.read_map.as_deref())?;
    let mut inputs = Vec::new();
    for file in &args.files {
        inputs.push(Input::open(file, &read)?);
    }
    let output = args.to.file().map(|path| create(path, args)).transpose()?;
    if !args.quiet {
        taken(&triage, &inputs);
    }
    let options = EvalOptions {
        label: &args.label,
        map: map.as_ref(),
        against: args.against.as_deref().zip(against.as_ref()),
    };
    let mut progress = Progress::start(args.quiet, false);
    let evaluation =
        Evaluation::of(&mut inputs, &triage, options, |tickets| progress.done(tickets))?;
    progress.finish();
    let calibration = pack.map(|pack| calibrate(pack, &evaluation)).transpose()?;
    write(&evaluation, args, output)?;
    let damaged = inputs.iter().any(|input| input.problems().is_damaged());
    for problems in inputs.iter().map(Input::problems) {
        // Damage is always said.
        let warnings = if args.quiet { problems.damages() } else { problems.warnings() };
        for warning in &warnings {
            report::warning(warning, None);
        }
    }
    if !args.quiet {
        unknown_labels(&evaluation);
    }
    if let (Some(calibration), Some(pack)) = (calibration, pack) {
        calibrated(pack, &calibration);
    }
    let below =
        args.at_least.iter().filter(|(metric, least)| is_below(&evaluation, *metric, *least));
    Ok(if below.count() > 0 || damaged { Exit::Damaged } else { Exit::Done })
}

/// The one pack that can be written to.
fn own_pack(packs: &[String]) -> Result<&Path> {
    let wrong = |message: String| Error::new(ErrorKind::Usage, message);
    match packs {
        [pack] if builtin_packs().iter().any(|builtin| builtin.id == pack) => {
            Err(wrong(format!("\"{pack}\" is built in, and cannot be written to"))
                .help(format!(
                    "write a pack of your own with extends = \"{pack}\", and name it with --pack"
                ))
                .into())
        }
        [pack] => Ok(Path::new(pack)),
        [] => Err(wrong(
            "--calibrate has no pack to write to; those built in stay as they are".to_owned(),
        )
        .help("name yours: --pack my-pack.toml")
        .into()),
        [..] => Err(wrong(format!("--calibrate writes to one pack, not to \"{}\"", packs.len()))
            .help("name one with --pack; it may extend others")
            .into()),
    }
}

fn create(path: &Path, args: &EvalArgs) -> Result<OutputFile> {
    let inputs = args.files.iter().filter(|file| *file != OsStr::new("-")).map(PathBuf::from);
    let packs = args.packs.iter().chain(&args.against).map(PathBuf::from);
    let read: Vec<PathBuf> = inputs.chain(packs).chain(args.map.clone()).collect();
    interrupt::guarded(|| {
        let file = OutputFile::create(path, &read)?;
        let temporary = file.temporary();
        Ok((file, temporary))
    })
}

/// Measures the table and puts it into the pack.
fn calibrate(pack: &Path, evaluation: &Evaluation) -> Result<Calibration> {
    let calibration = evaluation.calibration()?;
    let failed = |error: io::Error| {
        Error::new(ErrorKind::Output, "cannot calibrate it").at(Place::path(pack)).because(error)
    };
    let text = std::fs::read_to_string(pack).map_err(failed)?;
    let text = calibration.put_into(&pack.display().to_string(), &text)?;
    // Not guarded: the output's file is, and this one is there for a moment only.
    let mut file = OutputFile::create(pack, &[])?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.commit()?;
    Ok(calibration)
}

fn calibrated(pack: &Path, calibration: &Calibration) {
    let points = calibration.table.iter().map(|(from, to)| format!("{from:.2} is now {to:.2}"));
    report::line(format_args!(
        "{}: calibrated on {} replies: confidence {}",
        pack.display(),
        calibration.tickets,
        points.collect::<Vec<_>>().join(", ")
    ));
}

fn unknown_labels(evaluation: &Evaluation) {
    let unknown = &evaluation.unknown_labels;
    for label in unknown.iter().take(MAX_WARNED) {
        let s = if label.tickets == 1 { "" } else { "s" };
        let help = match &label.near {
            Some(near) => format!(
                "did you mean \"{near}\"? then add --map FILE with a line \"{}\" = \"{near}\"",
                label.label
            ),
            None => format!(
                "add --map FILE with a line \"{}\" = \"issue-id\", or = \"\" for no issue",
                label.label
            ),
        };
        report::warning(
            format_args!(
                "label \"{}\" ({} ticket{s}) is no issue, so nothing answers it",
                label.label, label.tickets
            ),
            Some(&help),
        );
    }
    let rest = unknown.len().saturating_sub(MAX_WARNED);
    if rest > 0 {
        report::warning(
            format_args!("{rest} more labels are no issue; -o report.json has them"),
            None,
        );
    }
}

/// Whether a figure is less than it must be; says so.
fn is_below(evaluation: &Evaluation, metric: Metric, least: f64) -> bool {
    let figure = match metric {
        Metric::Precision => evaluation.all.precision(),
        Metric::Recall => evaluation.all.recall(),
        Metric::Found => evaluation.all.found_recall(),
        Metric::F1 => evaluation.all.f1(),
        Metric::Coverage => evaluation.coverage(),
    };
    let value = match figure {
        Some(figure) if figure.value >= least => return false,
        Some(figure) => format!("{:.3}", figure.value),
        // What was not measured was not reached.
        None => "not there: nothing to measure it on".to_owned(),
    };
    report::line(format_args!(
        "triage: {} is {value}, and has to be at least {least}",
        metric.name()
    ));
    true
}

/// By what was asked for, else by the ending of the output's name.
fn format(args: &EvalArgs) -> EvalFormat {
    let ending = args.to.file().and_then(Path::extension).and_then(OsStr::to_str);
    args.format.unwrap_or_else(|| match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("json") => EvalFormat::Json,
        Some("md") => EvalFormat::Md,
        Some("html" | "htm") => EvalFormat::Html,
        _ => EvalFormat::Text,
    })
}

fn write(evaluation: &Evaluation, args: &EvalArgs, output: Option<OutputFile>) -> Result<()> {
    let cannot =
        |error| Error::new(ErrorKind::Output, "cannot write the evaluation").because(error);
    let mut page = Vec::new();
    match format(args) {
        EvalFormat::Text => page = scores::text(evaluation, args.files.len() == 1),
        EvalFormat::Json => {
            serde_json::to_writer_pretty(&mut page, evaluation).map_err(io::Error::from)?;
            page.push(b'\n');
        }
        EvalFormat::Md => page = evaluation.to_markdown().into_bytes(),
        EvalFormat::Html => page = evaluation.to_html().into_bytes(),
    }
    if let Some(mut file) = output {
        if format(args) == EvalFormat::Text {
            page = anstream::adapter::strip_bytes(&page).into_vec();
        }
        file.write_all(&page).map_err(cannot)?;
        file.commit()?;
    } else if format(args) == EvalFormat::Text {
        AutoStream::auto(stdout().lock()).write_all(&page).map_err(cannot)?;
    } else if stdout().is_terminal() {
        Visible(stdout().lock()).write_all(&page).map_err(cannot)?;
    } else {
        stdout().lock().write_all(&page).map_err(cannot)?;
    }
    Ok(())
}

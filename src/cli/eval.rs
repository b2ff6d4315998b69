//! `triage eval`: how good the answers are on tickets whose issue is known.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};

use anstream::AutoStream;
use anstyle::Style;
use anyhow::Result;
use triage::eval::{Comparison, EvalOptions, Evaluation, Figure, LabelMap, Listing};
use triage::input::Input;
use triage::output::OutputFile;
use triage::packs::{Calibration, builtin_packs};
use triage::text::{Cleaner, visible};
use triage::{Error, ErrorKind, Packs, Place, Triage};

use super::args::{EvalArgs, EvalFormat, Metric};
use super::exit::Exit;
use super::interrupt;
use super::job::{Visible, read_options, taken};
use super::progress::Progress;
use super::report;

const HEAD: Style = Style::new().bold();

/// Of each list so many are shown; files have more.
const MAX_SHOWN: usize = 10;

/// Labels that are no issue, each with a warning of its own.
const MAX_WARNED: usize = 5;

/// Figures that are not there: nothing was answered, or nothing labelled.
const NOTHING: &str = "—";

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
    let output = args.output.as_deref().map(|path| create(path, args)).transpose()?;
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
    if !args.quiet {
        for warning in inputs.iter().flat_map(|input| input.problems().warnings()) {
            report::warning(&warning, None);
        }
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
    let ending = args.output.as_deref().and_then(Path::extension).and_then(OsStr::to_str);
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
        EvalFormat::Text => text(evaluation, &mut page)?,
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

/// The evaluation for a terminal: what can be trusted first, then what goes wrong, then each ticket.
fn text(evaluation: &Evaluation, out: &mut Vec<u8>) -> io::Result<()> {
    let tickets = &evaluation.tickets;
    let unlabelled = match tickets.unlabelled {
        0 => String::new(),
        count => format!("; {count} without a label left out"),
    };
    writeln!(
        out,
        "{HEAD}{} tickets with a label, {} of them about an issue{HEAD:#}{unlabelled}",
        tickets.labelled, tickets.with_issue
    )?;
    let all = &evaluation.all;
    let mut line = |name: &str, value: Option<Figure>, what: String| {
        writeln!(out, "{}", format!("  {name:<10} {}  {what}", shown(value)).trim_end())
    };
    let (answers, labels) = (all.answers(), all.labels());
    line(
        "precision",
        all.precision(),
        format!("{} of {answers} answers sent are right", all.right),
    )?;
    line("recall", all.recall(), format!("{} of {labels} labels are answered", all.right))?;
    line(
        "found",
        all.found_recall(),
        format!("{} of {labels}, the best guesses in review included", all.found),
    )?;
    line("F1", all.f1(), String::new())?;
    line(
        "coverage",
        evaluation.coverage(),
        format!("{} of {} tickets get a reply", tickets.answered(), tickets.labelled),
    )?;
    line(
        "review",
        evaluation.review_share(),
        format!("{} of {} tickets go to a person", tickets.review, tickets.labelled),
    )?;
    confusions(evaluation, out)?;
    issues(evaluation, out)?;
    bands(evaluation, out)?;
    if let Some(against) = &evaluation.against {
        comparison(against, evaluation, out)?;
    }
    list(
        "wrong answers, the surest first",
        evaluation.wrong.count,
        &evaluation.wrong.tickets,
        out,
    )?;
    list(
        "missed: about an issue, and unmatched",
        evaluation.missed.count,
        &evaluation.missed.tickets,
        out,
    )
}

fn head(out: &mut Vec<u8>, head: &str) -> io::Result<()> {
    writeln!(out, "\n{HEAD}{head}{HEAD:#}")
}

/// A figure as wide as any other.
fn shown(figure: Option<Figure>) -> String {
    format!("{:<16}", figure.map_or_else(|| NOTHING.to_owned(), |figure| figure.to_string()))
}

fn confusions(evaluation: &Evaluation, out: &mut Vec<u8>) -> io::Result<()> {
    if evaluation.confusions.is_empty() {
        return Ok(());
    }
    head(out, "what goes wrong")?;
    let digits = evaluation.confusions.first().map_or(0, |most| most.tickets.to_string().len());
    for one in evaluation.confusions.iter().take(MAX_SHOWN) {
        let label = one.label.as_deref().unwrap_or("no issue");
        let answer = match &one.answer {
            Some(answer) => format!("answered as {answer}"),
            None => format!(
                "left {}",
                if one.status == triage::Status::Review { "for review" } else { "unmatched" }
            ),
        };
        writeln!(out, "  {:>digits$}  {} {answer}", one.tickets, visible(label))?;
    }
    rest(evaluation.confusions.len() as u64, MAX_SHOWN, "kinds", out)
}

fn issues(evaluation: &Evaluation, out: &mut Vec<u8>) -> io::Result<()> {
    let width = evaluation.issues.iter().map(|issue| issue.id.chars().count()).max().unwrap_or(0);
    let width = width.clamp(4, 40);
    head(
        out,
        &format!(
            "{:<width$}    labels  right  wrong  missed  {:<16}  {:<16}  F1",
            "by issue", "precision", "recall"
        ),
    )?;
    for issue in &evaluation.issues {
        let score = &issue.score;
        let f1 = score.f1().map_or_else(|| NOTHING.to_owned(), |f1| format!("{:.2}", f1.value));
        writeln!(
            out,
            "  {:<width$} {:>7} {:>6} {:>6} {:>7}  {}  {}  {f1}",
            visible(&issue.id),
            score.labels(),
            score.right,
            score.wrong,
            score.missed,
            shown(score.precision()),
            shown(score.recall()),
        )?;
    }
    let mean = &evaluation.mean;
    let f1 = mean.f1.map_or_else(|| NOTHING.to_owned(), |f1| format!("{:.2}", f1.value));
    let (precision, recall) = (shown(mean.precision), shown(mean.recall));
    writeln!(out, "  {:<width$} {:29}  {precision}  {recall}  {f1}", "mean of issues", "")
}

fn bands(evaluation: &Evaluation, out: &mut Vec<u8>) -> io::Result<()> {
    if evaluation.bands.is_empty() {
        return Ok(());
    }
    head(out, "confidence    replies  right  says  is")?;
    for band in &evaluation.bands {
        writeln!(
            out,
            "  {:.1} to {:.1}  {:>7} {:>6}  {:.2}  {}",
            band.from,
            band.to,
            band.answers,
            band.right,
            band.confidence,
            shown(band.precision).trim_end()
        )?;
    }
    Ok(())
}

fn comparison(against: &Comparison, now: &Evaluation, out: &mut Vec<u8>) -> io::Result<()> {
    let name = visible(&against.name);
    let Comparison { better, worse, other, chance, .. } = against;
    head(out, &format!("against {name}: {better} better, {worse} worse, {other} otherwise"))?;
    for (figure, before, now) in [
        ("precision", against.all.precision(), now.all.precision()),
        ("recall", against.all.recall(), now.all.recall()),
        ("coverage", against.tickets.coverage(), now.coverage()),
    ] {
        writeln!(out, "  {figure:<10} {}  now {}", shown(before), shown(now).trim_end())?;
    }
    if better + worse > 0 {
        let luck = if *chance < 0.05 { "hardly chance" } else { "may be chance" };
        writeln!(out, "  {better} better and {worse} worse {luck} (sign test, p = {chance:.3})")?;
    }
    for change in against.changes.iter().take(MAX_SHOWN) {
        writeln!(
            out,
            "  {:<6} {} ({})  {}",
            change.turn.to_string(),
            visible(&change.ticket_id),
            visible(&change.place.to_string()),
            visible(&labels(&change.labels))
        )?;
        writeln!(out, "         {} -> {}", change.before, change.after)?;
        writeln!(out, "         {}", visible(&change.text))?;
    }
    rest(better + worse + other, MAX_SHOWN, "tickets", out)
}

fn list(title: &str, count: u64, listed: &[Listing], out: &mut Vec<u8>) -> io::Result<()> {
    if listed.is_empty() {
        return Ok(());
    }
    head(out, &format!("{title} ({count})"))?;
    for one in listed.iter().take(MAX_SHOWN) {
        let answer = if one.outcome.issues.is_empty() {
            String::new()
        } else {
            format!(", answered as {}", one.outcome.issues.join(", "))
        };
        let sure = one.confidence.map(|sure| format!(", {sure:.2}")).unwrap_or_default();
        let (id, place) = (&one.ticket_id, &one.place);
        let line = format!("{id} ({place}): {}{answer}{sure}", labels(&one.labels));
        writeln!(out, "  {}", visible(&line))?;
        writeln!(out, "    {}", visible(&one.text))?;
        let words: Vec<String> = one
            .evidence
            .iter()
            .map(|hit| format!("“{}” {} +{}", hit.text, hit.issue, hit.points))
            .collect();
        if !words.is_empty() {
            writeln!(out, "    {}", visible(&words.join(", ")))?;
        }
    }
    rest(count, MAX_SHOWN, "tickets", out)
}

fn labels(labels: &[String]) -> String {
    if labels.is_empty() { "no issue".to_owned() } else { labels.join(", ") }
}

fn rest(count: u64, shown: usize, what: &str, out: &mut Vec<u8>) -> io::Result<()> {
    let rest = count.saturating_sub(shown as u64);
    if rest > 0 {
        writeln!(out, "  and {rest} more {what}: -o report.html lists them")?;
    }
    Ok(())
}

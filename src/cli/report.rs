//! Everything that goes to standard error.

use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr};

use annotate_snippets::{AnnotationKind, Level as SnippetLevel, Renderer, Snippet};
use triage::text::visible;
use triage::{Error, Finding, Level, Summary};

use super::exit::Exit;

/// Issues that the summary names.
const TOP_ISSUES: usize = 5;

/// A line on standard error. A closed pipe there is nobody's error.
pub(super) fn line(text: impl Display) {
    let text = text.to_string();
    let _ = writeln!(stderr(), "{}", visible(&text));
}

/// Something the user should know, with what to type if there is something.
pub(super) fn warning(text: impl Display, help: Option<&str>) {
    line(format_args!("triage: {text}"));
    if let Some(help) = help {
        line(format_args!("  help: {help}"));
    }
}

/// Findings with the source lines that they are about.
pub(super) fn findings(findings: &[Finding]) {
    for finding in findings {
        let mut err = anstream::stderr();
        let _ = writeln!(err, "{}\n", snippet(finding, stderr().is_terminal()));
    }
}

/// The error that ended the command.
pub(super) fn error(error: &anyhow::Error) -> Exit {
    if is_closed_pipe(error) {
        return Exit::Done;
    }
    match error.downcast_ref::<Error>() {
        Some(error) if !error.findings().is_empty() => {
            findings(error.findings());
            let errors =
                error.findings().iter().filter(|finding| finding.level == Level::Error).count();
            let s = if errors == 1 { "" } else { "s" };
            line(format_args!("triage: {errors} error{s} in the packs; nothing was read"));
        }
        Some(error) => line(format_args!("triage: {error:#}")),
        None => line(format_args!("triage: {error:#}")),
    }
    Exit::Failed
}

/// What is wrong with the arguments, or the help that was asked for.
pub(super) fn usage(error: &clap::Error) -> Exit {
    let _ = error.print();
    if error.use_stderr() { Exit::Failed } else { Exit::Done }
}

/// A panic ended the command.
pub(super) fn bug() -> Exit {
    line("triage: this is a bug in triage, and nothing it may have written is to be trusted");
    line("  help: please report it with the lines above and, if you may, the input");
    Exit::Failed
}

/// What the run came to.
pub(super) fn summary(summary: &Summary, seconds: f64) {
    let Summary {
        tickets,
        matched,
        review,
        unmatched,
        blank,
        joined,
        left_out,
        problems,
        cut,
        issues,
        ..
    } = summary;
    let s = if *tickets == 1 { "" } else { "s" };
    line(format_args!(
        "{tickets} ticket{s}: {matched} matched, {review} review, {unmatched} unmatched ({seconds:.2} s)"
    ));
    if !issues.is_empty() {
        let top: Vec<String> =
            issues.iter().take(TOP_ISSUES).map(|(id, count)| format!("{id} {count}")).collect();
        let more = if issues.len() > TOP_ISSUES { ", ..." } else { "" };
        line(format_args!("top issues: {}{more}", top.join(", ")));
    }
    let kept = problems - left_out;
    if kept > 0 {
        let s = if kept == 1 { "" } else { "s" };
        line(format_args!("{kept} row{s} with problems, all kept"));
    }
    if *cut > 0 {
        let s = if *cut == 1 { "" } else { "s" };
        line(format_args!("{cut} cell{s} cut, being longer than a cell of the format may be"));
    }
    if *joined > 0 {
        line(format_args!("{joined} further messages, joined to their conversations"));
    }
    for (count, what) in [(*blank, "blank record"), (*left_out, "other record")] {
        if count > 0 {
            let s = if count == 1 { "" } else { "s" };
            line(format_args!("{count} {what}{s} left out"));
        }
    }
}

/// A finding with its source line, in the manner of rustc.
pub(super) fn snippet(finding: &Finding, styled: bool) -> String {
    let level = match finding.level {
        Level::Error => SnippetLevel::ERROR,
        Level::Warning => SnippetLevel::WARNING,
    };
    // A pack may come from a stranger: its text is shown, and steers nothing.
    let text = finding.source.text.as_str();
    let (before, rest) = text.split_at_checked(finding.span.start).unwrap_or((text, ""));
    let (marked, after) = rest.split_at_checked(finding.span.len()).unwrap_or((rest, ""));
    let (before, marked) = (visible(before), visible(marked));
    let span = before.len()..before.len() + marked.len();
    let source = format!("{before}{marked}{}", visible(after));
    let (message, label, path) =
        (visible(&finding.message), visible(&finding.label), visible(&finding.source.name));
    let annotation = AnnotationKind::Primary.span(span).label(label.as_ref());
    let shown = Snippet::source(source.as_str()).path(path.as_ref()).annotation(annotation);
    let mut group = level.primary_title(message.as_ref()).id(finding.name).element(shown);
    let help = finding.help.as_deref().map(visible);
    if let Some(help) = &help {
        group = group.element(SnippetLevel::HELP.message(help.as_ref()));
    }
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// Whether it all comes down to a reader that has seen enough: `| head`.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

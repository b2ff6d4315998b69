//! An evaluation for a terminal: what can be trusted first, then what goes wrong, then each ticket.
//!
//! Labels and tickets are hostile here: every line that has any goes through `visible`.

use std::fmt::Write;

use anstyle::Style;
use triage::Place;
use triage::eval::{Comparison, Evaluation, Figure, Listing, Score, Tickets};
use triage::text::visible;

/// Of each list so many are shown; files have more.
const MAX_SHOWN: usize = 10;

/// Issues that are shown: a pack's own, but not every word of a column that holds no labels.
const MAX_ISSUES: usize = 40;

/// Wider ids break the table.
const MAX_ID: usize = 40;

/// Figures that are not there: nothing was answered, or nothing labelled.
const NOTHING: &str = "—";

const HEAD: Style = Style::new().bold();

/// The evaluation as text with colours; `one_file` where the line says which ticket is meant.
pub(super) fn text(evaluation: &Evaluation, one_file: bool) -> Vec<u8> {
    let mut page = Page { out: String::new(), one_file };
    page.overview(evaluation);
    page.confusions(evaluation);
    page.issues(evaluation);
    page.bands(evaluation);
    if let Some(against) = &evaluation.against {
        page.comparison(against, evaluation);
    }
    let (wrong, missed) = (&evaluation.wrong, &evaluation.missed);
    page.list("wrong answers, the surest first", wrong.count, &wrong.tickets);
    page.list("missed: about an issue, and unmatched", missed.count, &missed.tickets);
    page.out.into_bytes()
}

/// A page under way. Strings take everything, so nothing here can fail.
struct Page {
    out: String,
    one_file: bool,
}

impl Page {
    fn line(&mut self, text: impl AsRef<str>) {
        self.out.push_str(visible(text.as_ref()).trim_end());
        self.out.push('\n');
    }

    fn head(&mut self, head: &str) {
        let _ = writeln!(self.out, "\n{HEAD}{}{HEAD:#}", visible(head));
    }

    /// Says how many are not shown.
    fn rest(&mut self, count: u64, shown: usize, what: &str) {
        let rest = count.saturating_sub(shown as u64);
        if rest > 0 {
            self.line(format!("  and {rest} more {what}: -o report.html lists them"));
        }
    }

    fn overview(&mut self, evaluation: &Evaluation) {
        let Tickets { labelled, with_issue, review, review_with_issue, unlabelled, .. } =
            evaluation.tickets;
        let s = if labelled == 1 { "" } else { "s" };
        let left_out = match unlabelled {
            0 => String::new(),
            count => format!("; {count} without a label left out"),
        };
        let _ = writeln!(
            self.out,
            "{HEAD}{labelled} ticket{s} with a label, {with_issue} of them about an issue{HEAD:#}{left_out}"
        );
        let Score { right, found, .. } = evaluation.all;
        let (answers, labels) = (evaluation.all.answers(), evaluation.all.labels());
        let answered = evaluation.tickets.answered();
        for (name, figure, what) in [
            (
                "precision",
                evaluation.all.precision(),
                format!("{right} of {answers} answers that would go out are right"),
            ),
            ("recall", evaluation.all.recall(), format!("{right} of {labels} labels are answered")),
            (
                "found",
                evaluation.all.found_recall(),
                format!("{found} of {labels}, the best guesses in review included"),
            ),
            ("F1", evaluation.all.f1(), String::new()),
            (
                "coverage",
                evaluation.coverage(),
                format!("{answered} of {labelled} tickets get a reply"),
            ),
            (
                "review",
                evaluation.review_share(),
                format!(
                    "{review} of {labelled} tickets go to a person, {review_with_issue} of them about an issue"
                ),
            ),
        ] {
            self.line(format!("  {name:<10} {}  {what}", shown(figure)));
        }
    }

    fn confusions(&mut self, evaluation: &Evaluation) {
        let all = &evaluation.confusions;
        let digits = all.iter().map(|one| one.tickets).max().unwrap_or(0).to_string().len();
        for (title, answered) in [("answered wrongly", true), ("not answered", false)] {
            let kinds: Vec<_> = all.iter().filter(|one| one.answer.is_some() == answered).collect();
            if !kinds.is_empty() {
                self.head(title);
            }
            for one in kinds.iter().take(MAX_SHOWN) {
                self.line(format!("  {:>digits$}  {one}", one.tickets));
            }
            self.rest(kinds.len() as u64, MAX_SHOWN, "kinds");
        }
    }

    fn issues(&mut self, evaluation: &Evaluation) {
        let ids = evaluation.issues.iter().take(MAX_ISSUES);
        let width = ids.map(|issue| issue.id.chars().count()).max().unwrap_or(0);
        let width = width.clamp("mean of issues".len(), MAX_ID);
        self.head(&format!(
            "{:<width$}    labels  right  wrong  missed  {:<16}  {:<16}  F1",
            "by issue", "precision", "recall"
        ));
        for issue in evaluation.issues.iter().take(MAX_ISSUES) {
            let score = &issue.score;
            self.line(format!(
                "  {:<width$} {:>7} {:>6} {:>6} {:>7}  {}  {}  {}",
                issue.id,
                score.labels(),
                score.right,
                score.wrong,
                score.missed,
                shown(score.precision()),
                shown(score.recall()),
                value(score.f1()),
            ));
        }
        self.rest(evaluation.issues.len() as u64, MAX_ISSUES, "issues");
        let mean = &evaluation.mean;
        let (precision, recall) = (shown(mean.precision), shown(mean.recall));
        self.line(format!(
            "  {:<width$} {:29}  {precision}  {recall}  {}",
            "mean of issues",
            "",
            value(mean.f1)
        ));
    }

    fn bands(&mut self, evaluation: &Evaluation) {
        if evaluation.bands.is_empty() {
            return;
        }
        self.head("confidence    replies  right  says  is");
        for band in &evaluation.bands {
            self.line(format!(
                "  {:.1} to {:.1}  {:>7} {:>6}  {:.2}  {}",
                band.from,
                band.to,
                band.answers,
                band.right,
                band.confidence,
                shown(band.precision)
            ));
        }
    }

    fn comparison(&mut self, against: &Comparison, now: &Evaluation) {
        let Comparison { name, better, worse, other, chance, .. } = against;
        self.head(&format!("against {name}: {better} better, {worse} worse, {other} otherwise"));
        for (figure, before, now) in [
            ("precision", against.all.precision(), now.all.precision()),
            ("recall", against.all.recall(), now.all.recall()),
            ("coverage", against.tickets.coverage(), now.coverage()),
        ] {
            self.line(format!("  {figure:<10} {}  now {}", shown(before), shown(now)));
        }
        if better + worse > 0 {
            let luck = if *chance < 0.05 { "is hardly chance" } else { "may be chance" };
            self.line(format!(
                "  {better} better and {worse} worse {luck} (sign test, p = {chance:.3})"
            ));
        }
        for change in against.changes.iter().take(MAX_SHOWN) {
            let ticket = self.ticket(&change.ticket_id, &change.place);
            let turn = change.turn.to_string();
            self.line(format!("  {turn:<6} {ticket}: {}", or_none(&change.labels)));
            self.line(format!("         {} -> {}", change.before, change.after));
            self.line(format!("         {}", change.text));
            if !change.evidence.is_empty() {
                self.line(format!("         {}", change.words()));
            }
        }
        self.rest(better + worse + other, MAX_SHOWN, "tickets");
    }

    fn list(&mut self, title: &str, count: u64, listed: &[Listing]) {
        if listed.is_empty() {
            return;
        }
        self.head(&format!("{title} ({count})"));
        for one in listed.iter().take(MAX_SHOWN) {
            let ticket = self.ticket(&one.ticket_id, &one.place);
            let answer = match one.outcome.issues.as_slice() {
                [] => String::new(),
                issues => format!(", answered as {}", issues.join(", ")),
            };
            let sure = one.confidence.map(|sure| format!(", {sure:.2}")).unwrap_or_default();
            self.line(format!("  {ticket}: {}{answer}{sure}", or_none(&one.labels)));
            self.line(format!("    {}", one.text));
            if !one.evidence.is_empty() {
                self.line(format!("    {}", one.words()));
            }
        }
        self.rest(count, MAX_SHOWN, "tickets");
    }

    /// A ticket by its id and its place.
    fn ticket(&self, id: &str, place: &Place) -> String {
        match place.line {
            Some(line) if self.one_file => format!("{id} (line {line})"),
            _ => format!("{id} ({place})"),
        }
    }
}

/// A figure as wide as any other.
fn shown(figure: Option<Figure>) -> String {
    format!("{:<16}", figure.map_or_else(|| NOTHING.to_owned(), |figure| figure.to_string()))
}

/// A figure without its interval.
fn value(figure: Option<Figure>) -> String {
    figure.map_or_else(|| NOTHING.to_owned(), |figure| format!("{:.2}", figure.value))
}

fn or_none(labels: &[String]) -> String {
    if labels.is_empty() { "no issue".to_owned() } else { labels.join(", ") }
}

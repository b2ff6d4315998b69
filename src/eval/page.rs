//! An evaluation as a page: Markdown and HTML, from the same pieces.
//!
//! Ticket text is hostile here too, and so are labels: every piece goes through
//! the escapes of the answers' pages.

use std::fmt::Write;

use super::{Change, Comparison, Evaluation, Figure, Listing};
use crate::output::{html, markdown, on_page};

/// A part of a page.
enum Part {
    Head(&'static str),
    Text(String),
    /// A header, and rows of cells.
    Table(Vec<&'static str>, Vec<Vec<String>>),
}

/// The evaluation as a Markdown page.
pub(super) fn markdown(evaluation: &Evaluation) -> String {
    let cell = |text: &str| markdown::escaped(&on_page(text));
    let mut page = String::from("# Answers held against labels\n");
    for part in parts(evaluation) {
        match part {
            Part::Head(head) => put(&mut page, format_args!("\n## {head}\n")),
            Part::Text(text) => put(&mut page, format_args!("\n{}\n", cell(&text))),
            Part::Table(head, rows) => {
                put(&mut page, format_args!("\n| {} |\n|", head.join(" | ")));
                page.push_str(&" --- |".repeat(head.len()));
                page.push('\n');
                for row in rows {
                    for text in row {
                        put(&mut page, format_args!("| {} ", cell(&text)));
                    }
                    page.push_str("|\n");
                }
            }
        }
    }
    page
}

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Answers held against labels</title>
<style>
:root { color-scheme: light dark; --line: #8886 }
body { max-width: 80rem; margin: 1.5rem; font: 0.9rem/1.45 system-ui, sans-serif }
table { border-collapse: collapse; margin-bottom: 1rem }
th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; text-align: start;
  vertical-align: top; font-variant-numeric: tabular-nums }
td { min-width: 3.5rem }
th { overflow-wrap: normal; border-bottom-width: 2px }
</style>
</head>
<body>
<h1>Answers held against labels</h1>
"#;

/// The evaluation as an HTML page.
pub(super) fn html(evaluation: &Evaluation) -> String {
    let cell = |text: &str| html::escaped(&on_page(text));
    let mut page = HEAD.to_owned();
    for part in parts(evaluation) {
        match part {
            Part::Head(head) => put(&mut page, format_args!("<h2>{head}</h2>\n")),
            Part::Text(text) => put(&mut page, format_args!("<p>{}</p>\n", cell(&text))),
            Part::Table(head, rows) => {
                page.push_str("<table>\n<thead><tr>");
                for text in head {
                    put(&mut page, format_args!("<th scope=\"col\">{text}</th>"));
                }
                page.push_str("</tr></thead>\n<tbody>\n");
                for row in rows {
                    page.push_str("<tr>");
                    for text in row {
                        put(&mut page, format_args!("<td dir=\"auto\">{}</td>", cell(&text)));
                    }
                    page.push_str("</tr>\n");
                }
                page.push_str("</tbody>\n</table>\n");
            }
        }
    }
    page + "</body>\n</html>\n"
}

fn put(page: &mut String, text: std::fmt::Arguments<'_>) {
    // A string takes all.
    let _ = page.write_fmt(text);
}

fn parts(evaluation: &Evaluation) -> Vec<Part> {
    let mut parts = overview(evaluation);
    parts.push(issues(evaluation));
    table(&mut parts, "What goes wrong", &["tickets", "what"], {
        evaluation.confusions.iter().map(|one| vec![one.tickets.to_string(), one.to_string()])
    });
    let head = ["confidence", "replies", "right", "says", "is"];
    table(&mut parts, "Confidence", &head, {
        evaluation.bands.iter().map(|band| {
            vec![
                format!("{:.1} to {:.1}", band.from, band.to),
                band.answers.to_string(),
                band.right.to_string(),
                format!("{:.2}", band.confidence),
                written(band.precision),
            ]
        })
    });
    table(&mut parts, "Labels that are no issue", &["label", "tickets", "did you mean"], {
        evaluation.unknown_labels.iter().map(|label| {
            let near = label.near.clone().unwrap_or_default();
            vec![label.label.clone(), label.tickets.to_string(), near]
        })
    });
    if let Some(against) = &evaluation.against {
        changes(&mut parts, against);
    }
    let head = ["ticket", "labelled", "answered", "conf.", "the customer's words", "text"];
    table(&mut parts, "Wrong answers", &head, evaluation.wrong.tickets.iter().map(listing));
    more(&mut parts, evaluation.wrong.count, evaluation.wrong.tickets.len());
    table(&mut parts, "Missed", &["ticket", "labelled", "text"], {
        evaluation.missed.tickets.iter().map(|one| {
            vec![ticket(&one.ticket_id, &one.place), or_none(&one.labels), one.text.clone()]
        })
    });
    more(&mut parts, evaluation.missed.count, evaluation.missed.tickets.len());
    parts
}

/// What can be trusted, and what becomes of the tickets.
fn overview(evaluation: &Evaluation) -> Vec<Part> {
    let Evaluation { tickets, all, mean, .. } = evaluation;
    let unlabelled = match tickets.unlabelled {
        0 => String::new(),
        count => format!("; {count} without a label left out"),
    };
    let figures = [
        ("precision", all.precision(), "of the answers that would go out, the right ones"),
        ("recall", all.recall(), "of the labels, the answered ones"),
        ("found", all.found_recall(), "the same, with the best guesses in review"),
        ("F1", all.f1(), "of precision and recall"),
        ("coverage", evaluation.coverage(), "of the tickets, those that would get a reply"),
        ("review", evaluation.review_share(), "of the tickets, those for a person"),
        ("mean precision", mean.precision, "each issue counts the same"),
        ("mean recall", mean.recall, "each issue counts the same"),
        ("mean F1", mean.f1, "each issue counts the same"),
    ];
    let fates = [
        (tickets.right, "right", "a reply would go out, and is right"),
        (tickets.wrong, "wrong", "a reply would go out, and is wrong"),
        (tickets.review, "review", "a person would look"),
        (tickets.missed, "missed", "about an issue, and unmatched"),
        (tickets.left_alone, "left alone", "about no issue, and unmatched"),
    ];
    vec![
        Part::Text(format!(
            "{} tickets with a label, {} of them about an issue{unlabelled}. \
             In parentheses: 95 % intervals.",
            tickets.labelled, tickets.with_issue
        )),
        Part::Table(
            vec!["figure", "value", "what it is"],
            figures
                .map(|(name, figure, what)| vec![name.to_owned(), written(figure), what.to_owned()])
                .to_vec(),
        ),
        Part::Table(
            vec!["tickets", "count", "what becomes of them"],
            fates
                .map(|(count, name, what)| {
                    vec![name.to_owned(), count.to_string(), what.to_owned()]
                })
                .to_vec(),
        ),
        Part::Head("Issues"),
    ]
}

fn issues(evaluation: &Evaluation) -> Part {
    let head =
        vec!["issue", "labels", "right", "wrong", "missed", "precision", "recall", "found", "F1"];
    let rows = evaluation.issues.iter().map(|issue| {
        let score = &issue.score;
        vec![
            issue.id.clone(),
            score.labels().to_string(),
            score.right.to_string(),
            score.wrong.to_string(),
            score.missed.to_string(),
            written(score.precision()),
            written(score.recall()),
            written(score.found_recall()),
            written(score.f1()),
        ]
    });
    Part::Table(head, rows.collect())
}

fn changes(parts: &mut Vec<Part>, against: &Comparison) {
    let Comparison { name, better, worse, other, chance, all, .. } = against;
    parts.push(Part::Head("Changes"));
    parts.push(Part::Text(format!(
        "Against {name}: {better} tickets come out better, {worse} worse, {other} otherwise \
         (so uneven a split by chance alone: p = {chance:.3}). Precision was {}, recall {}.",
        written(all.precision()),
        written(all.recall())
    )));
    if !against.changes.is_empty() {
        let head = vec!["", "ticket", "labelled", "before", "now", "the customer's words", "text"];
        parts.push(Part::Table(head, against.changes.iter().map(change).collect()));
        more(parts, better + worse + other, against.changes.len());
    }
}

/// A heading and a table, if there is anything in it.
fn table(
    parts: &mut Vec<Part>,
    title: &'static str,
    head: &[&'static str],
    rows: impl Iterator<Item = Vec<String>>,
) {
    let rows: Vec<Vec<String>> = rows.collect();
    if !rows.is_empty() {
        parts.push(Part::Head(title));
        parts.push(Part::Table(head.to_vec(), rows));
    }
}

/// Says how many are not listed.
fn more(parts: &mut Vec<Part>, count: u64, listed: usize) {
    let rest = count.saturating_sub(listed as u64);
    if rest > 0 {
        parts.push(Part::Text(format!("and {rest} more")));
    }
}

fn written(figure: Option<Figure>) -> String {
    figure.map_or_else(|| "—".to_owned(), |figure| figure.to_string())
}

fn or_none(labels: &[String]) -> String {
    if labels.is_empty() { "none".to_owned() } else { labels.join(", ") }
}

fn ticket(id: &str, place: &crate::place::Place) -> String {
    format!("{id} ({place})")
}

fn listing(one: &Listing) -> Vec<String> {
    vec![
        ticket(&one.ticket_id, &one.place),
        or_none(&one.labels),
        one.outcome.issues.join(", "),
        one.confidence.map(|sure| format!("{sure:.2}")).unwrap_or_default(),
        one.words(),
        one.text.clone(),
    ]
}

fn change(one: &Change) -> Vec<String> {
    vec![
        one.turn.to_string(),
        ticket(&one.ticket_id, &one.place),
        or_none(&one.labels),
        one.before.to_string(),
        one.after.to_string(),
        one.words(),
        one.text.clone(),
    ]
}

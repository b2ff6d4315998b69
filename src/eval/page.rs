//! An evaluation as a page: Markdown and HTML, from the same pieces.
//!
//! Ticket text is hostile here too, and so are labels: every piece goes through
//! the escapes of the answers' pages.

use std::fmt::Write;

use super::{Change, Confusion, Evaluation, Figure, Listing};
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
                head.iter().for_each(|_| page.push_str(" --- |"));
                page.push('\n');
                for row in rows {
                    row.iter().for_each(|text| put(&mut page, format_args!("| {} ", cell(text))));
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
table { border-collapse: collapse }
th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; text-align: start;
  vertical-align: top; font-variant-numeric: tabular-nums }
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
    let Evaluation { tickets, all, mean, .. } = evaluation;
    let unlabelled = match tickets.unlabelled {
        0 => String::new(),
        count => format!("; {count} more without a label are left out"),
    };
    let mut parts = vec![
        Part::Text(format!(
            "{} tickets with a label, {} of them about an issue{unlabelled}. \
             Intervals are 95 %.",
            tickets.labelled, tickets.with_issue
        )),
        Part::Table(
            vec!["figure", "value", "of"],
            vec![
                row("precision", all.precision(), "answers that would go out"),
                row("recall", all.recall(), "labels, answered"),
                row("found", all.found_recall(), "labels, answered or in review"),
                row("F1", all.f1(), "precision and recall"),
                row("coverage", evaluation.coverage(), "tickets that would get a reply"),
                row("review", evaluation.review_share(), "tickets for a person"),
                row("mean precision", mean.precision, "issues"),
                row("mean recall", mean.recall, "issues"),
                row("mean F1", mean.f1, "issues"),
            ],
        ),
        Part::Table(
            vec!["tickets", "what becomes of them"],
            [
                (tickets.right, "right: a reply would go out, and is right"),
                (tickets.wrong, "wrong: a reply would go out, and is wrong"),
                (tickets.review, "review: a person looks"),
                (tickets.missed, "missed: about an issue, unmatched"),
                (tickets.left_alone, "left alone: about no issue, unmatched"),
            ]
            .map(|(count, what)| vec![count.to_string(), what.to_owned()])
            .to_vec(),
        ),
        Part::Head("Issues"),
        Part::Table(
            vec![
                "issue",
                "labels",
                "right",
                "wrong",
                "missed",
                "precision",
                "recall",
                "found",
                "F1",
            ],
            evaluation
                .issues
                .iter()
                .map(|issue| {
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
                })
                .collect(),
        ),
    ];
    table(&mut parts, "What is taken for what", &["tickets", "labelled", "came out as"], {
        evaluation.confusions.iter().map(confusion)
    });
    let head = ["confidence", "answers", "right", "said on average", "were right"];
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
    let head = ["ticket", "labelled", "answered", "conf.", "the customer's words", "text"];
    table(&mut parts, "Wrong answers", &head, evaluation.wrong.tickets.iter().map(listing));
    more(&mut parts, evaluation.wrong.count, evaluation.wrong.tickets.len());
    let head = ["ticket", "labelled", "text"];
    table(&mut parts, "Missed", &head, {
        evaluation.missed.tickets.iter().map(|one| {
            vec![ticket(&one.ticket_id, &one.place), or_none(&one.labels), one.text.clone()]
        })
    });
    more(&mut parts, evaluation.missed.count, evaluation.missed.tickets.len());
    if let Some(against) = &evaluation.against {
        let changes = against.better + against.worse + against.other;
        parts.push(Part::Head("Changes"));
        parts.push(Part::Text(format!(
            "Against {}: {} tickets come out better, {} worse, {} otherwise (a split like \
             that by chance alone: p = {:.3}). Precision was {}, recall {}.",
            against.name,
            against.better,
            against.worse,
            against.other,
            against.chance,
            written(against.all.precision()),
            written(against.all.recall())
        )));
        if !against.changes.is_empty() {
            let head = vec!["", "ticket", "labelled", "before", "now", "text"];
            parts.push(Part::Table(head, against.changes.iter().map(change).collect()));
            more(&mut parts, changes, against.changes.len());
        }
    }
    parts
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

fn row(name: &str, figure: Option<Figure>, of: &str) -> Vec<String> {
    vec![name.to_owned(), written(figure), of.to_owned()]
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

fn confusion(one: &Confusion) -> Vec<String> {
    let answer = one.answer.clone().unwrap_or_else(|| one.status.to_string());
    let label = one.label.clone().unwrap_or_else(|| "none".to_owned());
    vec![one.tickets.to_string(), label, answer]
}

fn listing(one: &Listing) -> Vec<String> {
    let words: Vec<String> =
        one.evidence.iter().map(|hit| format!("“{}” (+{})", hit.text, hit.points)).collect();
    vec![
        ticket(&one.ticket_id, &one.place),
        or_none(&one.labels),
        one.outcome.issues.join(", "),
        one.confidence.map(|sure| format!("{sure:.2}")).unwrap_or_default(),
        words.join(" "),
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
        one.text.clone(),
    ]
}

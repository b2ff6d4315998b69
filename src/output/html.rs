//! A page to read and to pass on.

use std::fmt::Write;

use super::{Answered, Sink, on_page};
use crate::error::Result;
use crate::text::visible;

/// HTML: one page that needs nothing but itself, and runs nothing.
///
/// Ticket text is hostile here too: every piece of it is escaped, and the
/// page's policy lets nothing be loaded or run even if something slipped.
#[derive(Clone, Copy, Debug, Default)]
pub struct Html(());

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Answered tickets</title>
<style>
:root { color-scheme: light dark; --ink: #1d2127; --soft: #59626e; --paper: #fff; --head: #f1f3f6; --line: #d5dae1;
  --quote: #fff3bf; --matched: #12633a; --review: #8a4b00; --unmatched: #59626e }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --soft: #a3acb8; --paper: #16191d; --head: #22272e;
  --line: #3a424d; --quote: #4d4000; --matched: #6fd39b; --review: #ffb454; --unmatched: #a3acb8 } }
body { margin: 1.5rem; background: var(--paper); color: var(--ink); font: 0.9rem/1.45 system-ui, sans-serif }
table { width: 100%; min-width: 64rem; border-collapse: separate; border-spacing: 0; table-layout: fixed }
caption { margin-bottom: 1rem; color: var(--soft); text-align: start }
caption strong { display: block; color: var(--ink); font-size: 1.4rem }
th, td { padding: 0.5rem 0.6rem; overflow-wrap: anywhere; text-align: start; vertical-align: top }
thead th { position: sticky; top: 0; border-bottom: 2px solid var(--line); background: var(--head) }
tbody tr:last-child > * { border-bottom: 1px solid var(--line) }
td.number { font-variant-numeric: tabular-nums }
.status { font-weight: 600 }
thead th, .status { overflow-wrap: normal }
.matched .status { color: var(--matched) }
.review .status { color: var(--review) }
.unmatched .status { color: var(--unmatched); font-weight: 400 }
.id { display: block; color: var(--soft); font-size: 0.85em }
q { display: table; margin-bottom: 0.25rem; padding: 0 0.25rem; border-radius: 0.2rem; background: var(--quote) }
ol { margin: 0; padding-inline-start: 1.2rem }
tr + tr td { padding-top: 0 }
summary { color: var(--soft); cursor: pointer }
.reply { max-width: 48rem; margin-top: 0.5rem; padding: 0.75rem 1rem; border-inline-start: 3px solid var(--line);
  background: var(--head); white-space: pre-wrap }
@page { size: landscape }
@media print { body { margin: 0; font-size: 8pt } table { min-width: 0 } thead th { position: static }
  th, td { padding: 0.3rem } tbody tr:first-child { break-inside: avoid } details:not([open]) { display: none } }
</style>
</head>
<body>
<table>
<caption><strong>Answered tickets</strong>
What each ticket is about, the customer’s own words that show it, and what to do.
<b>matched</b>: the reply can go out. <b>review</b>: a person should look. <b>unmatched</b>: no pattern is about this.</caption>
<colgroup><col style="width:7%"><col style="width:13%"><col style="width:8%"><col style="width:13%"><col style="width:7%"><col style="width:16%"><col style="width:24%"><col style="width:12%"></colgroup>
<thead><tr><th scope="col">Ticket</th><th scope="col">Subject</th><th scope="col">Status</th><th scope="col">Issue</th><th scope="col">Confi&shy;dence</th><th scope="col">The customer’s words</th><th scope="col">Suggested fix</th><th scope="col">Note</th></tr></thead>
"#;

const TAIL: &str = "</table>\n</body>\n</html>\n";

impl Html {
    /// The page.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Sink for Html {
    fn head(&self, out: &mut Vec<u8>) -> Result<()> {
        out.extend_from_slice(HEAD.as_bytes());
        Ok(())
    }

    fn rows(&self, answered: &[Answered<'_, '_>], out: &mut Vec<u8>) -> Result<()> {
        for one in answered {
            out.extend_from_slice(ticket(one).as_bytes());
        }
        Ok(())
    }

    fn tail(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(TAIL.as_bytes());
    }
}

/// A ticket: a row, and one below it for the reply.
fn ticket(one: &Answered<'_, '_>) -> String {
    let Answered { ticket, answer, .. } = one;
    let status = answer.status.name();
    let [_, _, _, id, title, _, confidence, _, _, reply, _, note] = one.cells();
    let mut html = format!(
        "<tbody class=\"{status}\">\n<tr><th scope=\"row\">{}</th><td dir=\"auto\">{}</td>\
         <td class=\"status\">{status}</td><td>",
        line(ticket.id),
        line(ticket.subject),
    );
    if !id.is_empty() {
        push(&mut html, format_args!("{} <span class=\"id\">{}</span>", line(&title), line(&id)));
    }
    push(&mut html, format_args!("</td><td class=\"number\">{confidence}</td><td>"));
    for phrase in one.phrases() {
        push(&mut html, format_args!("<q dir=\"auto\">{}</q>", line(&phrase)));
    }
    html.push_str("</td><td>");
    if !answer.fixes.is_empty() {
        html.push_str("<ol>");
        for fix in &answer.fixes {
            push(&mut html, format_args!("<li>{}</li>", line(&fix.title)));
        }
        html.push_str("</ol>");
    }
    push(&mut html, format_args!("</td><td>{}</td></tr>\n", line(&note)));
    if !reply.is_empty() {
        push(
            &mut html,
            format_args!(
                "<tr><td></td><td colspan=\"7\"><details><summary>Reply</summary>\
                 <div class=\"reply\" dir=\"auto\">{}</div></details></td></tr>\n",
                escaped(&visible(&reply.replace("\r\n", "\n"))),
            ),
        );
    }
    html.push_str("</tbody>\n");
    html
}

fn push(html: &mut String, text: std::fmt::Arguments<'_>) {
    // A string takes all.
    let _ = html.write_fmt(text);
}

fn line(text: &str) -> String {
    escaped(&on_page(text))
}

/// A text that is only text, between tags and between quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

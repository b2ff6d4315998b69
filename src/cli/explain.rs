//! `triage explain`: how one ticket was read, and why it got its answer.

use std::ffi::OsStr;
use std::io::{Write, stdout};

use anyhow::Result;
use triage::answer::{Gate, Hit, Role};
use triage::input::{Input, ReadOptions, Row};
use triage::text::{Cleaner, one_line, shown, visible};
use triage::{Answer, Error, ErrorKind, Packs, Place, Ticket, Triage};

use super::args::ExplainArgs;
use super::exit::Exit;

/// Longer phrases are cut: they are lists of alternatives.
const MAX_PHRASE: usize = 48;

pub(super) fn run(args: &ExplainArgs) -> Result<Exit> {
    let cleaner = Cleaner::new().keep_quotes(args.keep_quotes);
    let triage = Triage::new(Packs::load(&args.packs)?)?.cleaner(cleaner);
    if let Some(text) = &args.text {
        let ticket = Ticket { body: text, ..Ticket::default() };
        return explain(&triage, &ticket);
    }
    let (Some(file), Some(id)) = (&args.file, &args.id) else {
        return Ok(Exit::Failed);
    };
    let options = match &args.map {
        Some(map) => ReadOptions::from_map(map)?,
        None => ReadOptions::default(),
    };
    find(&triage, file, id, &options)
}

/// Explains the ticket of an export that has an id.
fn find(triage: &Triage, file: &OsStr, id: &str, options: &ReadOptions) -> Result<Exit> {
    let mut input = Input::open(file, options)?;
    let mut row = Row::default();
    while input.rows().read(&mut row)? {
        let ticket = input.columns().read(&row);
        if ticket.ticket().id.trim() == id.trim() {
            return explain(triage, &ticket.ticket());
        }
    }
    let missing = Error::new(ErrorKind::Input, format!("no ticket has the id \"{id}\""));
    Err(missing
        .at(Place::file(input.name()))
        .help("ids are compared as they stand in the export, zeros and all")
        .into())
}

fn explain(triage: &Triage, ticket: &Ticket<'_>) -> Result<Exit> {
    let answer = triage.worker().answer(ticket);
    let mut out = stdout().lock();
    writeln!(out, "read:")?;
    for line in triage.text_read(ticket).lines() {
        writeln!(out, "  {}", visible(line))?;
    }
    writeln!(out, "hits:")?;
    let mut last = String::new();
    for hit in &answer.hits {
        let line = hit_line(hit, ticket);
        if line != last {
            writeln!(out, "  {line}")?;
        }
        last = line;
    }
    candidates(&answer, &mut out)?;
    let issue = answer.issue.map(|issue| format!(" {}", issue.id)).unwrap_or_default();
    writeln!(out, "answer: {}{issue}", answer.status)?;
    for note in &answer.notes {
        writeln!(out, "  {}", visible(&note.to_string()))?;
    }
    Ok(Exit::Done)
}

/// A hit: the customer's words, where they stand, what they say, and the phrase that found them.
fn hit_line(hit: &Hit<'_>, ticket: &Ticket<'_>) -> String {
    let (kind, id) = match hit.role {
        Role::Issue(issue) => (format!("{} points for", hit.points), &issue.id),
        Role::Need(issue) => ("needed by".to_owned(), &issue.id),
        Role::Not(issue) => ("excludes".to_owned(), &issue.id),
        Role::Guard(guard) => ("guard".to_owned(), &guard.id),
        Role::Tried(fix) => ("tried".to_owned(), &fix.id),
        Role::Fact(fact) => ("fact".to_owned(), &fact.id),
    };
    let words = one_line(&shown(hit.text(ticket)));
    let phrase = match hit.phrase.char_indices().nth(MAX_PHRASE) {
        Some((cut, _)) => format!("{}…", &hit.phrase[..cut]),
        None => hit.phrase.to_owned(),
    };
    let place = format!("{} {}", hit.field, hit.span);
    visible(&format!("\"{words}\" ({place}): {kind} {id}, by \"{phrase}\"")).into_owned()
}

fn candidates(answer: &Answer<'_>, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "candidates:")?;
    for candidate in &answer.candidates {
        let gate = match candidate.gate {
            Gate::Open => "",
            Gate::NeedMissing => ", something it needs is missing",
            Gate::NotHit => ", excluded",
        };
        let (issue, points) = (candidate.issue, candidate.points);
        writeln!(out, "  {}: {points} of {} points{gate}", issue.id, issue.threshold)?;
    }
    Ok(())
}

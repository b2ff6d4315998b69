//! `triage explain`: how a ticket was read, and why it got its answer.

use std::ffi::OsStr;
use std::io::{self, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use anyhow::Result;
use textwrap::core::display_width;
use triage::explain::{Blocked, CandidateRead, Explanation, Stretch, Use, Words};
use triage::input::{Input, ReadOptions, Row};
use triage::text::{Cleaner, visible};
use triage::{Error, ErrorKind, Packs, Place, Ticket, Triage};

use super::args::{ExplainArgs, ExplainFormat};
use super::exit::Exit;
use super::report;

/// Issues that are shown; JSON has all.
const MAX_CANDIDATES: usize = 8;

const HEAD: Style = Style::new().bold();
const EVIDENCE: Style = AnsiColor::Green.on_default().bold();
const MASKED: Style = AnsiColor::BrightBlack.on_default();
const BLOCKED: Style = AnsiColor::Yellow.on_default();

pub(super) fn run(args: &ExplainArgs) -> Result<Exit> {
    let cleaner = Cleaner::new().keep_quotes(args.keep_quotes);
    let triage = Triage::new(Packs::load(&args.packs)?)?.cleaner(cleaner);
    if let Some(text) = &args.text {
        let ticket = Ticket { body: text, ..Ticket::default() };
        print(&Explanation::of(&triage, &ticket), args.format)?;
        return Ok(Exit::Done);
    }
    let (Some(file), Some(id)) = (&args.file, &args.id) else {
        return Ok(Exit::Failed);
    };
    let options = match &args.map {
        Some(map) => ReadOptions::from_map(map)?,
        None => ReadOptions::default(),
    };
    find(&triage, file, id, &options, args.format)
}

/// Explains the tickets of an export that have an id: joined exports hold some twice.
fn find(
    triage: &Triage,
    file: &OsStr,
    id: &str,
    options: &ReadOptions,
    format: ExplainFormat,
) -> Result<Exit> {
    let mut input = Input::open(file, options)?;
    report::line(format_args!("{}: {}", input.name(), input.taken()));
    let mut row = Row::default();
    let mut found = false;
    while input.rows().read(&mut row)? {
        let ticket = input.columns().read(&row);
        if ticket.ticket().id.trim() == id.trim() {
            print(&Explanation::of(triage, &ticket.ticket()), format)?;
            found = true;
        }
    }
    if found {
        return Ok(Exit::Done);
    }
    let missing = Error::new(ErrorKind::Input, format!("no ticket has the id \"{id}\""));
    Err(missing
        .at(Place::file(input.name()))
        .help("ids are compared as they stand in the export, zeros and all")
        .into())
}

fn print(why: &Explanation, format: ExplainFormat) -> Result<()> {
    let out = io::stdout();
    match format {
        ExplainFormat::Json => {
            let mut out = out.lock();
            serde_json::to_writer_pretty(&mut out, why).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        ExplainFormat::Text => {
            let colour = AutoStream::choice(&out) != anstream::ColorChoice::Never;
            Page { out: AutoStream::auto(out.lock()), colour }.write(why)?;
        }
    }
    Ok(())
}

/// An explanation for people.
struct Page<W: anstream::stream::RawStream> {
    out: AutoStream<W>,
    /// Whether evidence stands out by colour; else by brackets.
    colour: bool,
}

impl<W: anstream::stream::RawStream + anstream::stream::AsLockedWrite> Page<W> {
    fn write(&mut self, why: &Explanation) -> io::Result<()> {
        let Explanation { ticket_id, status, issue, confidence, .. } = why;
        let ticket = if ticket_id.is_empty() { String::new() } else { format!("{ticket_id}: ") };
        let issue = issue.as_ref().map(|issue| format!(" {issue}")).unwrap_or_default();
        let sure = confidence.map(|sure| format!(", confidence {sure:.2}")).unwrap_or_default();
        writeln!(self.out, "{HEAD}{}{status}{issue}{HEAD:#}{sure}", visible(&ticket))?;
        for note in &why.notes {
            writeln!(self.out, "  {}", visible(note))?;
        }
        self.read(why)?;
        self.words(&why.words)?;
        self.candidates(&why.candidates)?;
        self.section("facts", &why.facts, |fact| format!("{}: “{}”", fact.id, fact.value))?;
        self.section("asked for", &why.asks, |fact| format!("{}: {}", fact.id, fact.title))?;
        self.section("fixes", &why.fixes, |fix| fix.title.clone())?;
        self.section("left out, as already tried", &why.tried, |fix| fix.title.clone())?;
        self.section("left out, as not needed", &why.not_needed, |fix| fix.title.clone())
    }

    fn head(&mut self, head: &str) -> io::Result<()> {
        writeln!(self.out, "\n{HEAD}{head}{HEAD:#}")
    }

    /// A heading and a line for each, if there is any.
    fn section<T>(
        &mut self,
        head: &str,
        items: &[T],
        line: impl Fn(&T) -> String,
    ) -> io::Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        self.head(head)?;
        items.iter().try_for_each(|item| writeln!(self.out, "  {}", visible(&line(item))))
    }

    /// The text as it was read, and what was not.
    fn read(&mut self, why: &Explanation) -> io::Result<()> {
        for field in &why.read {
            self.head(field.field)?;
            let text: String = field.text.iter().map(|part| self.stretch(part)).collect();
            for line in text.lines() {
                writeln!(self.out, "  {line}")?;
            }
        }
        let masked = why.read.iter().flat_map(|field| {
            field.masked.iter().map(|mask| {
                format!("{} {}..{} {}: {}", field.field, mask.start, mask.end, mask.why, mask.text)
            })
        });
        self.section("not read", &masked.collect::<Vec<_>>(), String::clone)
    }

    fn stretch(&self, part: &Stretch) -> String {
        match part {
            Stretch::Read(text) => visible(text).into_owned(),
            Stretch::Evidence(text) if self.colour => {
                // Styles end at line ends, where the margin begins.
                let lines = visible(text);
                let lines: Vec<String> =
                    lines.split('\n').map(|line| format!("{EVIDENCE}{line}{EVIDENCE:#}")).collect();
                lines.join("\n")
            }
            Stretch::Evidence(text) => format!("⟦{}⟧", visible(text)),
            Stretch::Masked(why) => format!("{MASKED}[{why}]{MASKED:#}"),
        }
    }

    fn words(&mut self, words: &[Words]) -> io::Result<()> {
        if words.is_empty() {
            return Ok(());
        }
        self.head("what hit")?;
        for words in words {
            let Words { text, read_as, field, start, end, uses } = words;
            write!(self.out, "  “{}” ", visible(text))?;
            if let Some(read) = read_as {
                write!(self.out, "read as “{}” ", visible(read))?;
            }
            writeln!(self.out, "{MASKED}{field} {start}..{end}{MASKED:#}")?;
            for line in lines(uses) {
                let style = if line.blocked { BLOCKED } else { Style::new() };
                writeln!(self.out, "    {style}{}{style:#}", visible(&line.text))?;
            }
        }
        Ok(())
    }

    fn candidates(&mut self, candidates: &[CandidateRead]) -> io::Result<()> {
        if candidates.is_empty() {
            return Ok(());
        }
        self.head("issues")?;
        let shown = &candidates[..candidates.len().min(MAX_CANDIDATES)];
        let width = shown.iter().map(|one| display_width(&one.issue)).max().unwrap_or(0);
        for one in shown {
            let CandidateRead { issue, points, threshold, margin, answered, why_not } = one;
            let why: Vec<String> = why_not.iter().map(ToString::to_string).collect();
            let what = match (answered, why.is_empty()) {
                (true, true) => "the answer".to_owned(),
                (true, false) => format!("the answer, but {} (margin {margin})", why.join(", ")),
                (false, _) => why.join(", "),
            };
            let pad = " ".repeat(width - display_width(issue));
            writeln!(
                self.out,
                "  {issue}{pad}  {points:>2} of {threshold} points  {}",
                visible(&what)
            )?;
        }
        if candidates.len() > shown.len() {
            writeln!(self.out, "  and {} more", candidates.len() - shown.len())?;
        }
        Ok(())
    }
}

/// A line about what words are used for.
struct Line {
    text: String,
    blocked: bool,
}

/// What words are used for, a line for each phrase: common words are in many issues.
fn lines(uses: &[Use]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut done: Vec<&Use> = Vec::new();
    for one in uses {
        if done.iter().any(|known| is_alike(known, one)) {
            continue;
        }
        done.push(one);
        // An issue is one, however many needs it has, and in however many languages.
        let alike = uses.iter().filter(|other| is_alike(one, other)).map(|other| &*other.of);
        let mut ids: Vec<&str> = Vec::new();
        for id in alike {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let of = named(&ids);
        let phrase = &one.phrase;
        let what = match (one.role, one.points) {
            ("points", 1) => format!("1 point for {of}, by {phrase}"),
            ("points", points) => format!("{points} points for {of}, by {phrase}"),
            // What a need looks like is in the pack, and often long.
            ("need", _) => format!("needed by {of}"),
            ("not", _) => format!("excludes {of}, by {phrase}"),
            (role, _) => format!("{role} {of}, by {phrase}"),
        };
        let blocked = match &one.blocked {
            None => String::new(),
            Some(Blocked::Repeated) => " (counted before)".to_owned(),
            Some(Blocked::Meant(what)) => format!(" (not counted: {what})"),
            Some(Blocked::Claimed { by, issue }) => {
                format!(" (not counted: part of “{by}” of {issue})")
            }
        };
        lines.push(Line { blocked: !blocked.is_empty(), text: what + &blocked });
    }
    lines
}

/// Some ids; common words are in too many issues to name all.
fn named(ids: &[&str]) -> String {
    const MOST: usize = 3;
    if ids.len() <= MOST + 1 {
        return ids.join(", ");
    }
    format!("{} and {} more", ids[..MOST].join(", "), ids.len() - MOST)
}

/// Whether two uses are said in one line.
fn is_alike(one: &Use, other: &Use) -> bool {
    let same = one.role == other.role && one.points == other.points && one.blocked == other.blocked;
    same && (one.role == "need" || one.phrase == other.phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_is_named_once() {
        let need = |of: &str, phrase: &str| Use {
            role: "need",
            of: of.to_owned(),
            phrase: phrase.to_owned(),
            points: 0,
            blocked: None,
        };
        // Two needs of one issue, and the issues of a translation: what is needed is not told apart.
        let uses = [
            need("jam", "{printer}"),
            need("jam", "paper | tray"),
            need("ink", "{printer}"),
            need("jam", "{drucker}"),
            need("ink", "{drucker}"),
        ];
        let said: Vec<String> = lines(&uses).into_iter().map(|line| line.text).collect();
        assert_eq!(said, ["needed by jam, ink"]);
    }
}

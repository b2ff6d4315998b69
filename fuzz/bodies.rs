//! What must hold for all bytes: the bodies of the fuzz targets, which `cargo test` runs as property tests too.

#![allow(clippy::expect_used, reason = "what cannot be is what is looked for")]

use std::io::{Cursor, Read, Write};

use triage::check::Check;
use triage::input::{Input, InputFormat, ReadOptions, Row, TextEncoding};
use triage::text::{Cleaner, Folded, auto_reply, fold, shown};
use triage::{Packs, Ticket, Triage};

/// More rows prove nothing more.
const ROWS: usize = 10_000;

/// What came out of an input: rows as they are, warnings, and whether it ended in an error.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    rows: Vec<(u64, Vec<String>)>,
    problems: Vec<String>,
    taken: String,
    error: Option<String>,
}

/// Gives a few bytes at a time.
struct Slow(Cursor<Vec<u8>>, usize);

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(self.1);
        self.0.read(&mut buffer[..most])
    }
}

fn see(bytes: &[u8], at_once: usize, options: &ReadOptions) -> Result<Seen, String> {
    let input = Slow(Cursor::new(bytes.to_vec()), at_once);
    let mut input = Input::read("input", input, options).map_err(|error| format!("{error:#}"))?;
    let mut seen =
        Seen { rows: Vec::new(), problems: Vec::new(), taken: String::new(), error: None };
    let mut row = Row::default();
    while seen.rows.len() < ROWS {
        match input.rows().read(&mut row) {
            Ok(true) => {
                assert!(!row.is_blank(), "a blank record is no ticket");
                seen.rows.push((row.line, row.cells().map(str::to_owned).collect()));
            }
            Ok(false) => break,
            Err(error) => {
                seen.error = Some(error.to_string());
                break;
            }
        }
    }
    seen.problems = input.problems().warnings();
    seen.taken = input.taken();
    Ok(seen)
}

/// Any bytes, read in any way, come out the same however they arrive, and never as a panic.
pub(crate) fn reader(bytes: &[u8]) {
    let (&choice, bytes) = bytes.split_first().unwrap_or((&0, bytes));
    let options = ReadOptions {
        header: choice & 1 == 0,
        delimiter: [None, None, Some(b';'), Some(b'\t')][usize::from(choice >> 1 & 3)],
        encoding: if (choice >> 3).is_multiple_of(8) { Some(TextEncoding::Cp850) } else { None },
        format: if choice >> 3 & 7 == 1 { Some(InputFormat::Json) } else { None },
        max_record: if choice >> 6 == 0 { 64 } else { ReadOptions::MAX_RECORD },
        ..ReadOptions::default()
    };
    let whole = see(bytes, usize::MAX, &options);
    assert_eq!(see(bytes, 3, &options), whole, "bytes that come slowly");
    if let Ok(seen) = whole {
        let lines = seen.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>();
        assert!(lines.is_sorted(), "lines are in order: {lines:?}");
    }
}

/// A workbook of which one part is any bytes is read, or refused with a word.
pub(crate) fn workbook(bytes: &[u8]) {
    let (&choice, bytes) = bytes.split_first().unwrap_or((&0, bytes));
    let mut parts: Vec<(&str, &[u8])> =
        PARTS.iter().map(|(name, xml)| (*name, xml.as_bytes())).collect();
    parts[usize::from(choice) % PARTS.len()].1 = bytes;
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, xml) in parts {
        archive.start_file(name, stored).expect("to memory");
        archive.write_all(xml).expect("to memory");
    }
    let archive = archive.finish().expect("to memory").into_inner();
    reader(&[&[0xFE], &archive[..]].concat());
}

/// A small workbook; the sheet first, which is the most interesting.
const PARTS: [(&str, &str); 6] = [
    (
        "xl/worksheets/sheet1.xml",
        r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row></sheetData></worksheet>"#,
    ),
    ("xl/sharedStrings.xml", "<sst><si><t>id</t></si><si><r><t>description</t></r></si></sst>"),
    ("xl/styles.xml", r#"<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>"#),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns:r="r"><sheets><sheet name="Tickets" sheetId="1" r:id="r1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
];

/// A table of plain cells, written by the rules, comes back cell for cell.
pub(crate) fn table(cells: &[Vec<String>]) {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let header: Vec<String> =
        (0..cells.first().map_or(3, Vec::len)).map(|n| format!("column {n}")).collect();
    writer
        .write_record([vec!["Ticket ID".to_owned(), "Description".to_owned()], header].concat())
        .expect("to memory");
    for (n, row) in cells.iter().enumerate() {
        let own = [vec![format!("T-{n}"), "text".to_owned()], row.clone()].concat();
        writer.write_record(own).expect("to memory");
    }
    let bytes = writer.into_inner().expect("to memory");
    let seen = see(&bytes, usize::MAX, &ReadOptions::default()).expect("it has a header");
    assert_eq!(seen.rows.len(), cells.len(), "{:?}", String::from_utf8_lossy(&bytes));
    for ((_, row), want) in seen.rows.iter().zip(cells) {
        assert_eq!(&row[2..], want);
    }
}

/// Any text is a pack or a clear error; what loads answers any ticket.
pub(crate) fn pack(text: &str) {
    let checked = Check::of_text("pack.toml", text).finish(None);
    assert_eq!(checked.loads, Packs::parse("pack.toml", text).is_ok());
    for finding in &checked.findings {
        assert!(text.get(finding.span.range()).is_some(), "{finding}");
    }
    let mended = Check::of_text("pack.toml", &checked.mended().0).finish(None);
    assert_eq!(checked.loads, mended.loads, "a mend spoils nothing");
    let packs = match Packs::parse("pack.toml", text) {
        Ok(packs) => packs,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let Ok(triage) = Triage::new(packs) else { return };
    let ticket = Ticket { subject: text, body: text, ..Ticket::default() };
    let answer = triage.worker().answer(&ticket);
    for hit in &answer.hits {
        assert!(!hit.text(&ticket).is_empty(), "a hit has words");
    }
}

/// Edits of any text are in order, do not overlap, cut no character, lead back to it, and leave something to read.
pub(crate) fn cleaner(text: &str) {
    let mut edits = Vec::new();
    for keep_quotes in [true, false] {
        Cleaner::new().keep_quotes(keep_quotes).clean(text, &mut edits);
        let mut end = 0;
        for edit in &edits {
            assert!(end <= edit.span.start && edit.span.start < edit.span.end, "{edits:?}");
            assert!(text.get(edit.span.range()).is_some(), "{edits:?}");
            end = edit.span.end;
        }
    }
    let mut folded = Folded::default();
    folded.refold_edited(text, &edits);
    let plain = fold(text);
    let only_markup = edits.iter().all(|edit| !edit.why.is_noise());
    assert!(
        only_markup || plain.text().is_empty() || !folded.text().is_empty(),
        "nothing left of {text:?}"
    );
    let mut at = 0;
    for word in folded.text().split([' ', '\n']) {
        let end = at + word.len();
        if let Some(span) = folded.original(at..end) {
            assert!(text.get(span.range()).is_some_and(|words| !words.is_empty()));
        }
        at = end + 1;
    }
    shown(text);
    auto_reply(text, text);
}

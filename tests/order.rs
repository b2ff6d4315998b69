//! Promises about data: every ticket once, in order, as it came, and the same
//! bytes whatever the threads and batches.

use std::fmt::Write as _;
use std::io::Cursor;
use std::num::NonZero;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use triage::input::{Input, ReadOptions};
use triage::output::{COLUMNS, Delimited, Dialect, Jsonl, Sink};
use triage::text::unguard;
use triage::{Packs, RunOptions, Summary, Triage, run};

use crate::text::{config, dangerous, formulaic, hostile, same_but_for_guards};

static TRIAGE: LazyLock<Triage> = LazyLock::new(|| Triage::new(Packs::builtin().unwrap()).unwrap());

const HEADER: [&str; 7] =
    ["Ticket ID", "Subject", "Description", "Requester", "Labels", "Labels", "Assignee"];

/// What tickets about the built-in pack, and about other things, say.
const SAID: [&str; 16] = [
    "iMessage says waiting for activation",
    "My texts are green instead of blue since iOS 26.0",
    "FaceTime keeps asking for my Apple ID password",
    "I cannot sign in to iMessage.",
    "My number shows up twice under Send & Receive, I use two eSIMs.",
    "Each iMessage shows a red exclamation mark and Not Delivered.",
    "I already turned iMessage off, restarted and turned it on again.",
    "Messages are sent from my e-mail address instead of my number.",
    "My lawyer will hear of this.",
    "Somebody ported my number without my consent.",
    "Where is my parcel?",
    "iMessage is broken",
    "We have used {{ agent }} for years, {% if x %}.",
    "=HYPERLINK(\"http://example.com\",\"click\")",
    "No green bubbles, thank you.",
    "It just says \u{201C}Waiting for Activation\u{2026}\u{201D} \u{2013} I\u{FE0F} am lost",
];

/// A cell that has trouble in it more often than not. NUL is read as U+FFFD and left to its own test.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        2 => Just(" \t ".to_owned()),
        2 => "[a-zA-Z0-9 ,;\"'|=\n\r\t-]{0,12}",
        2 => hostile(),
        2 => formulaic(),
    ]
    .prop_map(|text| text.replace('\0', "0"))
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[0-9]{1,6}",
        1 => "0{1,5}[0-9]{0,20}",
        1 => "[A-Z]{2,5}-[0-9]{1,5}",
        1 => select(&["1E5", "-7", "+49", "=1+1", "'=1", "a\"b", "a\nb", "a,b", "a;=1", " 7 ", "\u{FEFF}9", "nan", "true", "e\u{301}", "1\r\n2"][..])
            .prop_map(str::to_owned),
        2 => cell(),
    ]
}

fn body() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof![4 => select(&SAID[..]).prop_map(str::to_owned), 2 => hostile(), 1 => cell()];
    prop::collection::vec((piece, select(&[" ", ". ", "\n", "\r\n\r\n", ""][..])), 0..4).prop_map(
        |pieces| {
            pieces.into_iter().map(|(text, end)| text + end).collect::<String>().replace('\0', "0")
        },
    )
}

fn record() -> impl Strategy<Value = Vec<String>> {
    let filled = (id(), prop_oneof![body(), cell()], body(), cell(), cell(), cell(), cell())
        .prop_map(|(id, subject, body, name, first, second, agent)| {
            vec![id, subject, body, name, first, second, agent]
        });
    prop_oneof![
        12 => filled,
        1 => Just(vec![String::new(); HEADER.len()]),
        1 => Just(vec![" ".into(), String::new(), "\t".into(), "\u{A0}".into(), String::new(), "\n".into(), String::new()]),
    ]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    prop::collection::vec(record(), 0..40)
}

/// The table as a help desk would write it.
fn export(records: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(HEADER).unwrap();
    for record in records {
        writer.write_record(record).unwrap();
    }
    writer.into_inner().unwrap()
}

fn is_blank(record: &[String]) -> bool {
    record.iter().all(|cell| cell.chars().all(|c| c.is_whitespace() || c == '\u{1A}'))
}

fn job(export: &[u8], sink: &dyn Sink, threads: usize, batch: usize) -> (Vec<u8>, Summary) {
    let input =
        Input::read("export.csv", Cursor::new(export.to_vec()), &ReadOptions::default()).unwrap();
    let options = RunOptions {
        threads: NonZero::new(threads),
        batch_rows: NonZero::new(batch).unwrap(),
        ..RunOptions::default()
    };
    let mut out = Vec::new();
    let summary = run(&mut [input], &TRIAGE, sink, options, &mut out, |_| {}).unwrap();
    (out, summary)
}

/// RFC 4180 and nothing else: quotes around a whole cell only, doubled inside, one kind of line end, a last one too.
fn strict(text: &str, delimiter: char) -> Result<Vec<Vec<String>>, String> {
    let end = if text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r')) {
        "\r\n"
    } else {
        "\n"
    };
    let (mut rows, mut row, mut rest) = (Vec::new(), Vec::new(), text);
    while !rest.is_empty() || !row.is_empty() {
        let cell;
        if let Some(mut quoted) = rest.strip_prefix('"') {
            let mut value = String::new();
            loop {
                let (before, after) = quoted.split_once('"').ok_or("a quote is never closed")?;
                value.push_str(before);
                let Some(more) = after.strip_prefix('"') else {
                    rest = after;
                    break;
                };
                value.push('"');
                quoted = more;
            }
            cell = value;
        } else {
            let at = rest.find([delimiter, '\n', '\r']).ok_or("no line end at the end")?;
            let bare = &rest[..at];
            if bare.contains('"') {
                return Err(format!("a quote inside the bare cell {bare:?}"));
            }
            cell = bare.to_owned();
            rest = &rest[at..];
        }
        row.push(cell);
        if let Some(next) = rest.strip_prefix(delimiter) {
            rest = next;
        } else if let Some(next) = rest.strip_prefix(end) {
            rest = next;
            rows.push(std::mem::take(&mut row));
        } else {
            return Err(format!("after a cell: {:?}", rest.chars().take(9).collect::<String>()));
        }
    }
    Ok(rows)
}

fn parse(out: &[u8], delimiter: char) -> Result<Vec<Vec<String>>, TestCaseError> {
    let text = std::str::from_utf8(out).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let rows = strict(text, delimiter).map_err(TestCaseError::fail)?;
    let width = rows.first().map_or(0, Vec::len);
    prop_assert!(rows.iter().all(|row| row.len() == width), "not rectangular: {:?}", rows);
    // Ours and the usual reader agree.
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter as u8).has_headers(false).from_reader(out);
    let again: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    prop_assert_eq!(&again, &rows);
    Ok(rows)
}

fn objects(out: &[u8]) -> Result<Vec<Value>, TestCaseError> {
    let text = std::str::from_utf8(out).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(text.is_empty() || text.ends_with('\n'));
    let lines = text.split_terminator('\n');
    lines
        .map(|line| {
            serde_json::from_str(line)
                .map_err(|error| TestCaseError::fail(format!("{error}: {line}")))
        })
        .collect()
}

proptest! {
    #![proptest_config(config(32))]

    #[test]
    fn bytes_do_not_depend_on_threads_or_batches(records in table(), threads in 1_usize..=5, batch in 1_usize..=50) {
        let export = export(&records);
        let header: Vec<String> = HEADER.map(str::to_owned).into();
        let sinks: [&dyn Sink; 3] = [&Delimited::new(Dialect::Csv), &Delimited::new(Dialect::Tsv).append(header), &Jsonl::new()];
        for sink in sinks {
            let (expected, figures) = job(&export, sink, 1, 1000);
            let (out, summary) = job(&export, sink, threads, batch);
            prop_assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(&expected), "{} threads, batches of {}", threads, batch);
            prop_assert_eq!(out, expected);
            prop_assert_eq!(summary, figures);
        }
    }

    #[test]
    fn every_record_comes_out_once_in_order_with_its_id(records in table(), threads in 1_usize..=3, batch in 1_usize..=9) {
        let export = export(&records);
        let kept: Vec<&Vec<String>> = records.iter().filter(|record| !is_blank(record)).collect();
        for (dialect, delimiter) in [(Dialect::Csv, ','), (Dialect::Tsv, '\t')] {
            for raw in [true, false] {
                let (out, summary) = job(&export, &Delimited::new(dialect).raw(raw), threads, batch);
                let rows = parse(&out, delimiter)?;
                prop_assert_eq!(&rows[0], &COLUMNS);
                prop_assert_eq!(rows.len() - 1, kept.len());
                prop_assert_eq!(summary.tickets, kept.len() as u64);
                prop_assert_eq!(summary.matched + summary.review + summary.unmatched, summary.tickets);
                prop_assert_eq!(summary.blank, (records.len() - kept.len()) as u64);
                for (row, record) in rows[1..].iter().zip(&kept) {
                    if raw {
                        prop_assert_eq!(&row[0], &record[0]);
                    } else {
                        prop_assert!(row.iter().all(|cell| !dangerous(cell)), "{:?}", row);
                        prop_assert!(same_but_for_guards(&row[0], &record[0]), "{:?} from {:?}", row[0], record[0]);
                        if !record[0].contains([';', '\t', '\r', '\n']) {
                            prop_assert_eq!(unguard(&row[0]), &record[0]);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn append_keeps_the_input(records in table(), short in prop::collection::vec(1_usize..=7, 40), threads in 1_usize..=3) {
        // Some rows stop early, as rows do.
        let records: Vec<Vec<String>> = records.into_iter().zip(short).map(|(mut record, len)| {
            if len > 3 {
                record.truncate(len);
            }
            record
        }).collect();
        let export = export(&records);
        let kept: Vec<&Vec<String>> = records.iter().filter(|record| !is_blank(record)).collect();
        let header: Vec<String> = HEADER.map(str::to_owned).into();
        for raw in [true, false] {
            let sink = Delimited::new(Dialect::Csv).raw(raw).append(header.clone());
            let (out, _) = job(&export, &sink, threads, 7);
            let rows = parse(&out, ',')?;
            prop_assert_eq!(&rows[0][..HEADER.len()], &HEADER);
            // Our own names may be told apart from the input's, no more.
            let ours = rows[0][HEADER.len()..].iter().map(|name| name.strip_prefix("triage_").unwrap_or(name));
            prop_assert_eq!(ours.collect::<Vec<_>>(), COLUMNS);
            prop_assert_eq!(rows.len() - 1, kept.len());
            for (row, record) in rows[1..].iter().zip(&kept) {
                for (n, cell) in row[..HEADER.len()].iter().enumerate() {
                    let before = record.get(n).map_or("", String::as_str);
                    if raw {
                        prop_assert_eq!(cell, before);
                    } else {
                        prop_assert!(!dangerous(cell) && same_but_for_guards(cell, before), "{:?} from {:?}", cell, before);
                    }
                }
            }
        }
        let (out, _) = job(&export, &Jsonl::new().append(&header), threads, 7);
        for (object, record) in objects(&out)?.iter().zip(&kept) {
            for (n, name) in ["Ticket ID", "Subject", "Description", "Requester", "Labels", "Labels#2", "Assignee"].iter().enumerate() {
                let before = record.get(n).map_or("", String::as_str);
                prop_assert_eq!(object["input"][name].as_str(), Some(before));
            }
        }
    }

    #[test]
    fn csv_and_jsonl_tell_the_same(records in table()) {
        let export = export(&records);
        let kept: Vec<&Vec<String>> = records.iter().filter(|record| !is_blank(record)).collect();
        let (out, _) = job(&export, &Delimited::new(Dialect::Csv).raw(true), 2, 5);
        let rows = parse(&out, ',')?;
        let (out, _) = job(&export, &Jsonl::new(), 2, 5);
        let objects = objects(&out)?;
        prop_assert_eq!(objects.len(), kept.len());
        prop_assert_eq!(rows.len() - 1, kept.len());
        for ((object, row), record) in objects.iter().zip(&rows[1..]).zip(kept) {
            prop_assert_eq!(object["ticket_id"].as_str(), Some(record[0].as_str()));
            for (name, cell) in COLUMNS.iter().zip(row) {
                match &object[*name] {
                    // A list of ids, and a number, as data.
                    Value::Array(ids) if *name == "other_issues" => {
                        let ids: Vec<&str> = ids.iter().map(|id| id.as_str().unwrap_or("?")).collect();
                        prop_assert_eq!(&ids.join(", "), cell);
                    }
                    Value::Number(number) if *name == "confidence" => {
                        let number = number.as_f64().unwrap_or(f64::NAN);
                        prop_assert!((0.0..=1.0).contains(&number));
                        // To the last digit: `confidence_is_one_number_everywhere`.
                        prop_assert!((number - cell.parse::<f64>().unwrap_or(f64::NAN)).abs() < 0.0101, "{} {}", number, cell);
                    }
                    Value::Null if *name == "confidence" => prop_assert_eq!(cell, ""),
                    value => prop_assert_eq!(value.as_str(), Some(cell.as_str()), "{}", name),
                }
            }
            prop_assert!(["matched", "review", "unmatched"].contains(&row[2].as_str()));
            prop_assert_eq!(row[2] == "matched", !row[9].is_empty(), "a reply goes with a match: {:?}", row);
            if row[2] != "unmatched" && !row[3].is_empty() {
                prop_assert!(!row[7].is_empty(), "no evidence: {:?}", row);
            }
            for hit in object["hits"].as_array().into_iter().flatten() {
                let field = match hit["field"].as_str() {
                    Some("subject") => &record[1],
                    Some("body") => &record[2],
                    other => return Err(TestCaseError::fail(format!("field {other:?}"))),
                };
                let at = |name: &str| usize::try_from(hit[name].as_u64().unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
                prop_assert_eq!(field.get(at("start")..at("end")), hit["text"].as_str(), "{}", hit);
                prop_assert!(hit["phrase"].is_string() && hit["points"].is_u64(), "{}", hit);
            }
        }
    }
}

#[test]
fn the_strict_reader_is_strict() {
    assert_eq!(strict("a,\"b\"\"\n\"\n1,\n", ',').unwrap(), [["a", "b\"\n"], ["1", ""]]);
    for text in ["a\"b\n", "\"a", "\"a\"b\n", "a,b", "a\rb\n", "a\r\nb\n"] {
        assert!(strict(text, ',').is_err(), "{text:?}");
    }
}

#[test]
fn numbers_for_the_summary_come_from_the_tickets() {
    let records: Vec<Vec<String>> = SAID
        .iter()
        .enumerate()
        .map(|(n, said)| {
            vec![
                format!("{n:05}"),
                String::new(),
                (*said).to_owned(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ]
        })
        .collect();
    let (out, summary) = job(&export(&records), &Delimited::new(Dialect::Csv), 3, 2);
    let rows = strict(std::str::from_utf8(&out).unwrap(), ',').unwrap();
    let count = |status: &str| rows[1..].iter().filter(|row| row[2] == status).count() as u64;
    assert_eq!(
        (summary.matched, summary.review, summary.unmatched),
        (count("matched"), count("review"), count("unmatched"))
    );
    assert!(summary.matched >= 5 && summary.unmatched >= 2, "{summary:?}");
    let answered = rows[1..].iter().filter(|row| !row[3].is_empty()).count() as u64;
    assert_eq!(summary.issues.iter().map(|(_, count)| count).sum::<u64>(), answered);
    assert!(summary.issues.is_sorted_by(|a, b| a.1 >= b.1));
}

#[test]
fn confidence_is_one_number_everywhere() {
    // An issue and a rival for each pair of points.
    let mut pack = "format = 1\n[pack]\nid = \"pairs\"\ntitle = \"Pairs\"\nthreshold = 4\n\
                    [[fix]]\nid = \"wait\"\ntitle = \"Wait\"\nsteps = [\"Wait.\"]\ntried = [\"waited\"]\n"
        .to_owned();
    let mut export = "id,description\n".to_owned();
    for threshold in [4, 6, 8] {
        for (best, rival) in
            (threshold..=12).flat_map(|best| [1, 2, 3, 4].map(|rival| (best, rival)))
        {
            let name = format!("{threshold}x{best}x{rival}");
            // Both rest on the word between.
            for (kind, points, phrase) in [
                ("best", best, format!("a{name} b{name}")),
                ("rival", rival, format!("b{name} c{name}")),
            ] {
                let _ = write!(
                    pack,
                    "[[issue]]\nid = \"{kind}-{name}\"\ntitle = \"x\"\nthreshold = {threshold}\nfixes = [\"wait\"]\nreply = \"x\"\n\
                     [issue.phrases]\n\"{phrase}\" = {points}\n"
                );
            }
            let _ = writeln!(export, "{name},a{name} b{name} c{name}");
        }
    }
    let triage = Triage::new(Packs::parse("pairs.toml", &pack).unwrap()).unwrap();
    let written = |sink: &dyn Sink| {
        let input = Input::read("export.csv", Cursor::new(export.clone()), &ReadOptions::default())
            .unwrap();
        let mut out = Vec::new();
        run(&mut [input], &triage, sink, RunOptions::default(), &mut out, |_| {}).unwrap();
        out
    };
    let rows = parse(&written(&Delimited::new(Dialect::Csv)), ',').unwrap();
    let objects = objects(&written(&Jsonl::new())).unwrap();
    assert_eq!((rows.len(), objects.len()), (85, 84));
    let wrong: Vec<String> = rows[1..]
        .iter()
        .zip(&objects)
        .map(|(row, object)| {
            (&row[0], &row[6], format!("{:.2}", object["confidence"].as_f64().unwrap()))
        })
        .filter(|(_, cell, number)| *cell != number)
        .map(|(id, cell, number)| format!("{id}: {cell} in CSV, {number} in JSONL"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn several_inputs_come_out_one_after_the_other() {
    let first = "id,description\n1,one\n2,two\n";
    let second = "Ticket ID,Subject,Description\n1,three,iMessage waiting for activation\n";
    for threads in [1, 4] {
        let mut inputs = [
            Input::read("a.csv", first.as_bytes(), &ReadOptions::default()).unwrap(),
            Input::read("b.csv", second.as_bytes(), &ReadOptions::default()).unwrap(),
        ];
        let options = RunOptions {
            threads: NonZero::new(threads),
            batch_rows: NonZero::new(1).unwrap(),
            ..RunOptions::default()
        };
        let (mut out, mut told) = (Vec::new(), Vec::new());
        let summary =
            run(&mut inputs, &TRIAGE, &Delimited::new(Dialect::Csv), options, &mut out, |done| {
                told.push(done);
            })
            .unwrap();
        let rows = strict(std::str::from_utf8(&out).unwrap(), ',').unwrap();
        assert_eq!(
            rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(),
            ["ticket_id", "1", "2", "1"]
        );
        assert_eq!((summary.tickets, summary.matched), (3, 1));
        assert!(told.is_sorted() && told.last() == Some(&3), "{told:?}");
    }
}

#[test]
fn an_output_that_breaks_is_an_error_and_no_panic() {
    /// A pipe that was closed after some bytes.
    struct Closed(usize);
    impl std::io::Write for Closed {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let records: Vec<Vec<String>> = (0..500)
        .map(|n| vec![n.to_string(), String::new(), SAID[n % SAID.len()].to_owned()])
        .collect();
    let export = export(&records);
    for threads in [1, 4] {
        for bytes in [0, 200, 5000] {
            let input =
                Input::read("export.csv", Cursor::new(export.clone()), &ReadOptions::default())
                    .unwrap();
            let options = RunOptions {
                threads: NonZero::new(threads),
                batch_rows: NonZero::new(3).unwrap(),
                ..RunOptions::default()
            };
            let error = run(
                &mut [input],
                &TRIAGE,
                &Delimited::new(Dialect::Csv),
                options,
                &mut Closed(bytes),
                |_| {},
            )
            .unwrap_err();
            assert_eq!(error.kind(), triage::ErrorKind::Output);
            assert_eq!(error.io().map(std::io::Error::kind), Some(std::io::ErrorKind::BrokenPipe));
        }
    }
}

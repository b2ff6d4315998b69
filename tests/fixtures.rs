//! The tickets under fixtures/ against what a help-desk lead said of them before seeing any answer.

use std::collections::HashMap;
use std::fmt::Write;

use triage::input::{Input, ReadOptions};
use triage::output::{Delimited, Dialect};
use triage::{Packs, RunOptions, Triage, run};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/tickets/");

/// Answers of a fixture: id, status, issue.
fn answers(file: &str) -> Vec<(String, String, String)> {
    let triage = Triage::new(Packs::builtin().unwrap()).unwrap();
    let path = format!("{FOLDER}{file}");
    let input = Input::open(path.as_ref(), &ReadOptions::default()).unwrap();
    let mut out = Vec::new();
    let sink = Delimited::new(Dialect::Csv).raw(true);
    run(&mut [input], &triage, &sink, RunOptions::default(), &mut out, |_| {}).unwrap();
    let mut reader = csv::Reader::from_reader(out.as_slice());
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| (row[0].to_owned(), row[2].to_owned(), row[3].to_owned())).collect()
}

#[test]
fn a_lead_would_mostly_agree() {
    let mut expected = csv::Reader::from_path(format!("{FOLDER}expected.csv")).unwrap();
    let mut cache: HashMap<String, Vec<(String, String, String)>> = HashMap::new();
    let (mut agreed, mut all, mut wrong_replies, mut report) = (0, 0, 0, String::new());
    for row in expected.records() {
        let row = row.unwrap();
        let (file, id, status, issue) = (&row[0], &row[1], &row[2], &row[3]);
        let answers = cache.entry(file.to_owned()).or_insert_with(|| answers(file));
        let got = answers
            .iter()
            .find(|answer| answer.0 == id)
            .unwrap_or_else(|| panic!("{file} lost {id}"));
        all += 1;
        if got.1 == status && got.2 == issue {
            agreed += 1;
            continue;
        }
        // What would have gone out to a customer who asked about something else.
        if got.1 == "matched" && (status == "unmatched" || got.2 != issue) {
            wrong_replies += 1;
        }
        let _ = writeln!(
            report,
            "{file} {id}: {} {} instead of {status} {issue} ({})",
            got.1, got.2, &row[4]
        );
    }
    println!(
        "{agreed} of {all} as the lead said; {wrong_replies} replies that should not go out\n{report}"
    );
    assert!(all >= 60, "{all} tickets");
    assert!(agreed * 100 >= all * 85, "{report}");
    assert!(wrong_replies * 100 <= all * 5, "{report}");
}

//! The tickets under fixtures/ against what a help-desk lead said of them before seeing any answer.

use std::collections::HashMap;
use std::fmt::Write;

use triage::input::{Input, ReadOptions};
use triage::output::{Delimited, Dialect};
use triage::{Answer, Packs, RunOptions, Ticket, Triage, run};

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

/// What is otherwise than the lead said: a status, the issues that are answered, and `key:id` for the rest.
fn differences(expected: &str, answer: &Answer<'_>) -> Vec<String> {
    let mut words = expected.split(' ');
    let mut differences = Vec::new();
    let mut check = |what: &str, want: &str, got: &str| {
        if want != got {
            differences.push(format!("{what} {got:?} and not {want:?}"));
        }
    };
    let status = words.next().unwrap_or_default();
    check("status", status, answer.status.name());
    let (keys, issues): (Vec<&str>, Vec<&str>) = words.partition(|word| word.contains(':'));
    // Where a person looks, it may be left to them what it is about.
    if status != "review" || !issues.is_empty() {
        let mut answered: Vec<&str> = answer.answered().map(|issue| issue.id.as_str()).collect();
        // Which of two troubles comes first in the reply is no matter.
        answered.sort_unstable();
        let mut want: Vec<&str> = issues.iter().flat_map(|ids| ids.split('+')).collect();
        want.sort_unstable();
        check("issues", &want.join("+"), &answered.join("+"));
    }
    let guards: Vec<&str> = answer.guards().map(|guard| guard.id.as_str()).collect();
    let want: Vec<&str> = keys.iter().filter_map(|key| key.strip_prefix("guard:")).collect();
    check("guards", &want.join("+"), &guards.join("+"));
    for key in keys {
        let (key, id) = key.split_once(':').unwrap();
        let is_advised = answer.fixes.iter().any(|fix| fix.id == id);
        match key {
            "guard" => {}
            "tried" => {
                let tried: Vec<&str> = answer.tried.iter().map(|fix| fix.id.as_str()).collect();
                check(
                    "tried",
                    id,
                    if tried.is_empty() { "none".to_owned() } else { tried.join("+") }.as_str(),
                );
            }
            "fix" => check(id, "advised", if is_advised { "advised" } else { "left out" }),
            "without" => check(id, "left out", if is_advised { "advised" } else { "left out" }),
            _ => panic!("{key:?} in {expected:?}"),
        }
    }
    differences
}

#[test]
fn people_get_what_a_lead_would_say() {
    let triage = Triage::new(Packs::builtin().unwrap()).unwrap();
    let mut worker = triage.worker();
    let mut tickets = csv::Reader::from_path(format!("{FOLDER}people.csv")).unwrap();
    let (mut all, mut report) = (0, String::new());
    for row in tickets.records() {
        let row = row.unwrap();
        let (id, subject, body, expected, why) = (&row[0], &row[1], &row[2], &row[3], &row[4]);
        let answer = worker.answer(&Ticket { id, subject, body, ..Ticket::default() });
        for difference in differences(expected, &answer) {
            let _ = writeln!(report, "{id}: {difference} ({why}): {subject}: {body}");
        }
        all += 1;
    }
    assert!(report.is_empty(), "{report}");
    assert!(all >= 50, "{all} tickets");
}

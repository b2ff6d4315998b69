//! Answers held against labels, through the real engine.

use std::fmt::Write;
use std::sync::LazyLock;

use proptest::prelude::*;
use triage::eval::{EvalOptions, Evaluation, LabelMap, Turn};
use triage::input::{Input, ReadOptions};
use triage::packs::Calibration;
use triage::{Packs, Triage};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/eval/");

fn shop(pack: &str) -> Triage {
    Triage::new(Packs::load(&[format!("{FOLDER}{pack}")]).unwrap()).unwrap()
}

fn evaluate(export: String, triage: &Triage, against: Option<(&str, &Triage)>) -> Evaluation {
    let mut input =
        Input::read("export.csv", std::io::Cursor::new(export), &ReadOptions::default());
    let map = LabelMap::open(format!("{FOLDER}labels.toml").as_ref()).unwrap();
    let options = EvalOptions { label: "tag", map: Some(&map), against };
    Evaluation::of(std::slice::from_mut(input.as_mut().unwrap()), triage, options, |_| {}).unwrap()
}

fn labelled() -> String {
    std::fs::read_to_string(format!("{FOLDER}labelled.csv")).unwrap()
}

#[test]
fn tickets_and_labels_are_counted_as_a_hand_counts_them() {
    let evaluation = evaluate(labelled(), &shop("shop.toml"), None);
    let tickets = evaluation.tickets;
    assert_eq!((tickets.labelled, tickets.with_issue, tickets.unlabelled), (11, 9, 1));
    assert_eq!((tickets.right, tickets.wrong, tickets.review), (6, 1, 1));
    assert_eq!((tickets.missed, tickets.left_alone, tickets.review_with_issue), (1, 2, 1));
    let all = evaluation.all;
    assert_eq!((all.right, all.wrong, all.missed, all.found), (7, 1, 3, 8));
    // The reply to ticket 5 answers both of its troubles; ticket 10 has a guard.
    let of = |id: &str| evaluation.issues.iter().find(|issue| issue.id == id).unwrap().score;
    let late = of("late-parcel");
    assert_eq!((late.right, late.wrong, late.missed, late.found), (4, 1, 1, 5));
    assert_eq!((of("damaged-goods").right, of("damaged-goods").missed), (2, 1));
    let [wrong] = evaluation.wrong.tickets.as_slice() else { panic!("{:?}", evaluation.wrong) };
    assert_eq!((wrong.ticket_id.as_str(), wrong.place.line), ("7", Some(8)));
    assert!(wrong.evidence.iter().any(|hit| hit.text == "late fee on my parcel"));
    let [missed] = evaluation.missed.tickets.as_slice() else { panic!("{:?}", evaluation.missed) };
    assert_eq!(missed.ticket_id, "8");
    let band = evaluation.bands.last().unwrap();
    assert_eq!((band.answers, band.right), (4, 3), "one of the surest answers is wrong");
}

/// The keys are a promise to programs: the guide lists them.
#[test]
fn as_json_it_has_the_keys_of_the_guide() {
    let shop = shop("shop.toml");
    let json = serde_json::to_value(evaluate(labelled(), &shop, Some(("old", &shop)))).unwrap();
    let keys = |value: &serde_json::Value| {
        value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        keys(&json),
        "tickets all mean issues confusions bands unknown_labels wrong missed against"
    );
    let figures = "right wrong missed found precision recall found_recall f1";
    assert_eq!(keys(&json["all"]), figures);
    assert_eq!(keys(&json["issues"][0]), format!("id {figures}"));
    assert_eq!(keys(&json["all"]["f1"]), "value low high");
    assert_eq!(
        keys(&json["wrong"]["tickets"][0]),
        "place ticket_id text labels outcome confidence evidence notes"
    );
    assert_eq!(json["wrong"]["tickets"][0]["place"], "export.csv:8");
    assert_eq!(json["wrong"]["tickets"][0]["outcome"]["status"], "matched");
    assert_eq!(keys(&json["against"]), "name tickets all better worse other chance changes");
}

#[test]
fn changes_are_for_the_better_or_the_worse() {
    let (old, new) = (shop("shop.toml"), shop("mended.toml"));
    let better = evaluate(labelled(), &new, Some(("old", &old))).against.unwrap();
    assert_eq!((better.better, better.worse, better.other), (2, 0, 0));
    let worse = evaluate(labelled(), &old, Some(("new", &new))).against.unwrap();
    assert_eq!((worse.better, worse.worse), (0, 2));
    assert!(worse.changes.iter().all(|change| change.turn == Turn::Worse));
    let same = evaluate(labelled(), &old, Some(("itself", &old))).against.unwrap();
    assert_eq!((same.better, same.worse, same.other, same.changes.len()), (0, 0, 0, 0));
}

#[test]
fn an_unknown_label_is_an_issue_that_nobody_answers() {
    let export = "id,body,tag\n1,Where is my parcel?,late-parcle\n2,The lamp is damaged.,damage\n";
    let evaluation = evaluate(export.to_owned(), &shop("shop.toml"), None);
    let [unknown] = evaluation.unknown_labels.as_slice() else { panic!("one label is unknown") };
    assert_eq!((unknown.label.as_str(), unknown.tickets), ("late-parcle", 1));
    assert_eq!(unknown.near.as_deref(), Some("late-parcel"));
    assert_eq!((evaluation.all.right, evaluation.all.wrong, evaluation.all.missed), (1, 1, 1));
}

#[test]
fn nothing_in_a_page_is_what_a_ticket_or_a_label_makes_of_it() {
    let export = "id,body,tag\n<b>1</b>,Where is my parcel? <b>1</b> < 2 | x <script,<i>|x\n\
                  2,invoice & invoice twice,damage\n";
    let evaluation = evaluate(export.to_owned(), &shop("shop.toml"), None);
    let (html, markdown) = (evaluation.to_html(), evaluation.to_markdown());
    for page in [&html, &markdown] {
        assert!(page.contains("&lt;b&gt;1") && page.contains("&lt;i&gt;"), "{page}");
        assert!(
            !page.contains("<script") && !page.contains("<b>") && !page.contains("<i>"),
            "{page}"
        );
    }
    let table = markdown.lines().find(|line| line.contains("&lt;b&gt;1")).unwrap();
    let bars = table.replace("\\|", "").matches('|').count();
    assert_eq!(bars, 7, "a bar in a ticket opens no cell: {table}");
}

/// Texts that come out as every status, and labels of every kind.
const TEXTS: [&str; 7] = [
    "Where is my parcel?",
    "It is damaged.",
    "My parcel is late and the lamp is damaged",
    "It is late.",
    "Hello",
    "Why is there a late fee on my order?",
    "Where is my parcel? My lawyer asks.",
];
const LABELS: [&str; 7] =
    ["", "none", "late-parcel", "damage", "late-parcel;damage", "vip", "billing late-parcel"];

static SHOP: LazyLock<Triage> = LazyLock::new(|| shop("shop.toml"));
static MENDED: LazyLock<Triage> = LazyLock::new(|| shop("mended.toml"));

proptest! {
    #[test]
    fn every_ticket_and_every_label_is_counted_once(
        rows in prop::collection::vec((0..TEXTS.len(), 0..LABELS.len()), 0..60),
    ) {
        let mut export = String::from("id,body,tag\n0,Hello,none\n");
        let mut labels = 0;
        for (n, &(text, label)) in rows.iter().enumerate() {
            writeln!(export, "{},{},{}", n + 1, TEXTS[text], LABELS[label]).unwrap();
            labels += [0, 0, 1, 1, 2, 1, 2][label];
        }
        let evaluation = evaluate(export, &SHOP, Some(("mended", &MENDED)));
        let against = evaluation.against.as_ref().unwrap();
        for (tickets, all) in [(evaluation.tickets, evaluation.all), (against.tickets, against.all)] {
            prop_assert_eq!(
                tickets.right + tickets.wrong + tickets.review + tickets.missed + tickets.left_alone,
                tickets.labelled
            );
            prop_assert_eq!(tickets.labelled + tickets.unlabelled, rows.len() as u64 + 1);
            prop_assert_eq!(all.right + all.missed, labels);
            prop_assert!(all.found >= all.right && all.found <= labels);
        }
        let sum = |part: fn(&triage::eval::Score) -> u64| -> u64 {
            evaluation.issues.iter().map(|issue| part(&issue.score)).sum()
        };
        prop_assert_eq!(sum(|score| score.right), evaluation.all.right);
        prop_assert_eq!(sum(|score| score.wrong), evaluation.all.wrong);
        let replies: u64 = evaluation.bands.iter().map(|band| band.answers).sum();
        prop_assert_eq!(replies, evaluation.tickets.answered());
        prop_assert_eq!(evaluation.wrong.count, evaluation.tickets.wrong);
        prop_assert_eq!(evaluation.missed.count, evaluation.tickets.missed);
    }
}

#[test]
fn of_many_tickets_and_labels_the_first_are_kept_and_all_are_counted() {
    let mut export = String::from("id,body,tag\n0,Hello,none\n");
    for n in 1..=1200 {
        writeln!(export, "{n},Where is my parcel?,word{n}").unwrap();
    }
    let other = "format = 1\n[pack]\nid = \"other\"\n[[issue]]\nid = \"other\"\ntitle = \"Other\"\n\
                 reply = \"No\"\n[issue.phrases]\n\"where is my parcel\" = 4\n";
    let other = Triage::new(Packs::parse("other.toml", other).unwrap()).unwrap();
    let evaluation = evaluate(export, &shop("shop.toml"), Some(("other", &other)));
    assert_eq!((evaluation.wrong.count, evaluation.wrong.tickets.len()), (1200, 1000));
    assert_eq!(evaluation.unknown_labels.len(), 1001);
    let [first, ..] = evaluation.unknown_labels.as_slice() else { panic!("there are labels") };
    assert_eq!((first.label.as_str(), first.tickets), ("(other labels)", 200));
    assert_eq!(evaluation.unknown_labels.iter().map(|label| label.tickets).sum::<u64>(), 1200);
    let against = evaluation.against.unwrap();
    assert_eq!((against.other, against.changes.len()), (1200, 1000), "as wrong as before");
}

#[test]
fn a_calibration_is_replaced_wherever_it_stands_and_nothing_else_moves() {
    let text = std::fs::read_to_string(format!("{FOLDER}shop.toml")).unwrap();
    let new = Calibration { tickets: 30, table: vec![(0.5, 0.5)] };
    let table = "[calibration]\ntickets = 30\ntable = [\n  [0.500, 0.500],\n]\n";
    let old = "[calibration]   # spring\ntable = [ # points\n[0.1, 0.2],\n  [0.3, 0.4] ]  # end\n";
    // Before any section but those that belong to the [[issue]] above them.
    let starts = text.match_indices("\n[").map(|(at, _)| at + 1);
    let starts: Vec<usize> = starts.filter(|at| !text[*at..].starts_with("[issue.")).collect();
    assert!(starts.len() > 4);
    for at in starts {
        let (before, after) = text.split_at(at);
        let put = new.put_into("shop.toml", &format!("{before}{old}{after}")).unwrap();
        assert_eq!(put, format!("{before}{table}{after}"));
        let packs = Packs::parse("shop.toml", &put).unwrap();
        assert_eq!(packs.iter().next().unwrap().calibration.as_ref(), Some(&new));
    }
}

/// An export where "damaged" alone is right for two of three tickets, and with the parcel always.
fn history() -> String {
    let mut export = String::from("id,body,tag\n");
    for n in 0..60 {
        let (text, tag) = match n % 4 {
            0 => ("The damaged parcel is torn", "damage"),
            1 | 2 => ("The lamp is damaged", "damage"),
            _ => ("The lamp is damaged", "none"),
        };
        writeln!(export, "{n},{text},{tag}").unwrap();
    }
    export
}

#[test]
fn a_calibrated_pack_says_what_was_right_and_measures_the_same_again() {
    let plain = evaluate(history(), &shop("shop.toml"), None);
    let calibration = plain.calibration().unwrap();
    // 30 of 45 at 4 of 4 points, and 15 of 15 at 8 of 4; each with one more right and one more wrong.
    assert_eq!(calibration.tickets, 60);
    assert_eq!(calibration.table, [(0.667, 0.66), (0.8, 0.941)]);
    let text = std::fs::read_to_string(format!("{FOLDER}shop.toml")).unwrap();
    let packs = Packs::parse("shop.toml", &calibration.put_into("shop.toml", &text).unwrap());
    let again = evaluate(history(), &Triage::new(packs.unwrap()).unwrap(), None);
    assert_eq!(again.calibration().unwrap(), calibration, "measured from raw confidence");
    assert_eq!(again.all, plain.all, "a calibration changes no answer");
    for band in &again.bands {
        let precision = band.precision.unwrap();
        assert!((band.confidence - precision.value).abs() < 0.07, "{band:?}");
    }
}

#[test]
fn a_pack_inherits_a_calibration_unless_it_has_its_own() {
    let base = format!("{FOLDER}../packs/good/calibrated.toml");
    let text =
        |own: &str| format!("format = 1\n[pack]\nid = \"ours\"\nextends = \"{base}\"\n{own}");
    let table = |text: &str| {
        let packs = Packs::parse("ours.toml", text).unwrap();
        packs.iter().next().unwrap().calibration.clone().unwrap().table
    };
    assert_eq!(table(&text("")), [(0.66, 0.5), (0.9, 0.95)]);
    assert_eq!(table(&text("[calibration]\ntable = [[0.7, 1]]\n")), [(0.7, 1.0)]);
}

#[test]
fn too_few_answers_are_not_calibrated_on() {
    let error = evaluate(labelled(), &shop("shop.toml"), None).calibration().unwrap_err();
    assert!(error.to_string().contains("\"7\" labelled tickets"), "{error}");
}

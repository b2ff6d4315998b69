//! `triage check`: each lint and its message, and what programs read.
//!
//! `fixtures/packs/lint/NAME.toml` is a pack with what the lint NAME finds,
//! `NAME.txt` what is said of it; tickets beside it, `NAME.csv`, are given with
//! `--on`. `SNAPSHOTS=overwrite cargo test --test tests check` records anew.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use proptest::prelude::*;
use proptest::sample::select;
use triage::Level;
use triage::check::{Check, Checked, LINTS, Lint, When, json, junit, sarif};
use triage::packs::builtin_packs;

use super::bad_packs::packs;
use super::text::config;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn check(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_triage"));
    command.current_dir(ROOT).arg("check").args(arguments).output().unwrap()
}

#[test]
fn each_lint_says_what_stands_beside_its_pack() {
    for pack in packs("lint") {
        let stem = pack.file_stem().unwrap().to_str().unwrap().to_owned();
        let tickets = pack.with_extension("csv");
        let mut arguments = vec![pack.to_str().unwrap()];
        if Path::new(ROOT).join(&tickets).exists() {
            arguments.extend(["--on", tickets.to_str().unwrap()]);
        }
        let output = check(&arguments);
        let said = String::from_utf8(output.stdout).unwrap();
        let beside =
            snapbox::Data::read_from(&Path::new(ROOT).join(pack.with_extension("txt")), None);
        snapbox::assert_data_eq!(said.clone(), beside.raw());
        let names: BTreeSet<&str> = said
            .lines()
            .filter_map(|line| line.strip_prefix("warning[").or(line.strip_prefix("error[")))
            .filter_map(|line| line.split_once(']'))
            .map(|(name, _)| name)
            .collect();
        assert!(names.iter().any(|name| stem.starts_with(name)), "{stem}: {names:?}");
        let errors = said.contains("error[");
        assert_eq!(output.status.code(), Some(i32::from(errors)), "{stem}");
        arguments.push("--strict");
        assert_eq!(check(&arguments).status.code(), Some(1), "{stem}");
        assert!(said.contains("help: "), "{stem}: nothing to type");
    }
}

#[test]
fn every_lint_has_a_pack_that_is_named_after_it() {
    let stems: BTreeSet<String> = packs("lint")
        .iter()
        .map(|pack| pack.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let missing: Vec<&str> =
        LINTS.iter().map(|lint| lint.name).filter(|name| !stems.contains(*name)).collect();
    assert!(missing.is_empty(), "no pack for {missing:?}");
}

/// The table in the documentation is the table in the code.
#[test]
fn the_documentation_lists_every_lint() {
    let docs = std::fs::read_to_string(format!("{ROOT}/docs/PACKS.md")).unwrap();
    let rows: Vec<&str> = docs
        .lines()
        .skip_while(|line| !line.starts_with("| lint |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    let want: Vec<String> = LINTS.iter().map(row).collect();
    assert_eq!(rows.join("\n"), want.join("\n"), "the table should be:\n{}", want.join("\n"));
}

fn row(lint: &Lint) -> String {
    let marks = match (lint.mends, lint.when) {
        (true, _) => ", `--fix`",
        (_, When::History) => ", `--on`",
        _ => "",
    };
    format!("| `{}` | {}{marks} | {} |", lint.name, lint.level, lint.why)
}

#[test]
fn good_and_built_in_packs_are_clean() {
    for packs in [vec!["patterns/"], vec!["fixtures/packs/good"], vec![]] {
        let output = check(&[&packs[..], &["--strict"]].concat());
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.ends_with(" examples, 0 errors, 0 warnings\n"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

/// A pack has to bring its examples for that to mean anything.
#[test]
fn the_examples_of_the_built_in_packs_are_tried() {
    for pack in builtin_packs() {
        let checked = Check::new(pack.id).unwrap().finish(None);
        let written =
            pack.text.matches("\nmatch = [").count() + pack.text.matches("\nreject = [").count();
        assert!(checked.examples > 5 * written, "{}: {} of {written}", pack.id, checked.examples);
    }
}

/// What cannot be loaded is a finding as others are; what is no text cannot be checked at all.
#[test]
fn each_mistake_is_a_finding() {
    for pack in packs("bad") {
        let path = Path::new(ROOT).join(&pack).display().to_string();
        let checked = Check::new(&path).map(|check| check.finish(None));
        if pack.ends_with("not-utf8.toml") {
            assert!(checked.is_err());
            continue;
        }
        let checked: Checked = checked.unwrap();
        assert!(checked.count(Level::Error) > 0, "{path}");
        assert_eq!(checked.examples, 0, "{path}");
    }
}

const MESSY: &str = r#"# A pack with much to mend.
format = 1

[pack]
id = "parcels"

[words]
parcel = [
  "parcel",   # the word itself
  "package",
  "Parcel",
]

[[issue]]
id = "late-parcel"
title = "A parcel is late"
not = ["fee", "fee"]
reply = "We are sorry."
[issue.phrases]
"overdue" = 1  # of invoices too
"{parcel} .. late" = 4

# allow: too-short
"hint" = 1
[issue.tests]
match = ["My parcel is late.", "My parcel is late.", "The package is late."]
reject = [
  "My parcel has come.",
  "My parcel has come.",
]
"#;

const MENDED: &str = r#"# A pack with much to mend.
format = 1

[pack]
id = "parcels"

[words]
parcel = [
  "parcel",   # the word itself
  "package",
]

[[issue]]
id = "late-parcel"
title = "A parcel is late"
not = ["fee"]
reply = "We are sorry."
[issue.phrases]
"{parcel} .. late" = 4
"overdue" = 1  # of invoices too

"hint" = 1
[issue.tests]
match = ["My parcel is late.", "The package is late."]
reject = [
  "My parcel has come.",
]
"#;

#[test]
fn what_is_mended_leaves_all_else_byte_for_byte() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mend");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("parcels.toml");
    for ending in ["\n", "\r\n"] {
        let lines = |text: &str| text.replace('\n', ending);
        std::fs::write(&path, lines(MESSY)).unwrap();
        let output = check(&[path.to_str().unwrap(), "--fix", "--strict"]);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), lines(MENDED));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.lines().filter(|line| line.starts_with("mended ")).count(), 6, "{said}");
        assert_eq!(output.status.code(), Some(0));
        let again = check(&[path.to_str().unwrap(), "--fix"]);
        assert!(again.stderr.is_empty(), "nothing is left to mend");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no temporary file is left");
    }
}

/// A file without a last line end keeps none; a comment that may be about an entry keeps the entry.
#[test]
fn what_may_be_meant_is_left() {
    let head =
        "format = 1\n[pack]\nid = \"p\"\n[[issue]]\nid = \"i\"\ntitle = \"I\"\nreply = \"R\"\n";
    for (tail, want) in [
        (
            "[issue.phrases]\n\"low\" = 1\n\"high up\" = 4",
            "[issue.phrases]\n\"high up\" = 4\n\"low\" = 1",
        ),
        (
            "not = [\"a b\",\n  \"a b\", # meant\n]\n[issue.phrases]\n\"high up\" = 4\n",
            "not = [\"a b\",\n  \"a b\", # meant\n]\n[issue.phrases]\n\"high up\" = 4\n",
        ),
        (
            "phrases = { \"low\" = 1, \"high up\" = 4 }\n",
            "phrases = { \"low\" = 1, \"high up\" = 4 }\n",
        ),
    ] {
        let checked = Check::of_text("p.toml", &format!("{head}{tail}")).finish(None);
        assert!(checked.loads, "{:?}", checked.findings);
        assert_eq!(checked.mended().0, format!("{head}{want}"));
    }
}

#[test]
fn a_built_in_pack_is_never_written_to() {
    let output = check(&["apple-messaging", "--fix"]);
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn allowed_warnings_are_not_said_at_load_either() {
    let pack = |comment: &str| {
        format!(
            "format = 1\n[pack]\nid = \"p\"\n[[issue]]\nid = \"i\"\ntitle = \"I\"\nreply = \"R\"\n[issue.phrases]\n\"ee\" = 2 {comment}\n"
        )
    };
    for (comment, want) in
        [("", 1), ("# allow: too-short (a carrier)", 0), ("# allow: too-common", 1)]
    {
        let packs = triage::Packs::parse("p.toml", &pack(comment)).unwrap();
        assert_eq!(packs.warnings().len(), want, "{comment}");
    }
}

/// Every finding of every fixture, with names that need escapes.
fn all() -> Vec<Checked> {
    let mut all: Vec<Checked> = ["lint", "bad"]
        .into_iter()
        .flat_map(packs)
        .filter_map(|pack| {
            let text = std::fs::read_to_string(Path::new(ROOT).join(&pack)).ok()?;
            Some(Check::of_text(pack.to_str()?, &text).finish(None))
        })
        .collect();
    let name = "packs/my <\"pack\"> & \u{1b}[31m more.toml";
    all.push(Check::of_text(name, "format = 1\n[pack]\nid = \"]]>\u{1}\"\n").finish(None));
    all
}

#[test]
fn json_has_every_finding() {
    let all = all();
    let read: serde_json::Value = serde_json::from_str(&json(&all)).unwrap();
    let count: usize = all.iter().map(|checked| checked.findings.len()).sum();
    let findings: Vec<&serde_json::Value> = read["packs"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|pack| pack["findings"].as_array().unwrap())
        .collect();
    assert_eq!(findings.len(), count);
    assert_eq!(read["errors"].as_u64().unwrap() + read["warnings"].as_u64().unwrap(), count as u64);
    for finding in findings {
        assert!(
            finding["line"].as_u64().unwrap() > 0 && finding["message"].is_string(),
            "{finding}"
        );
    }
}

/// What the schema and GitHub's code scanning ask for.
#[test]
fn sarif_has_what_code_scanning_reads() {
    let all = all();
    let read: serde_json::Value = serde_json::from_str(&sarif(&all)).unwrap();
    assert_eq!(read["version"], "2.1.0");
    assert!(read["$schema"].as_str().unwrap().ends_with("sarif-2.1.0.json"));
    let run = &read["runs"][0];
    assert!(run["tool"]["driver"]["name"].is_string());
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len(), "each rule once");
    for rule in rules {
        for key in ["shortDescription", "fullDescription", "help"] {
            assert!(!rule[key]["text"].as_str().unwrap().is_empty(), "{rule}");
        }
        assert!(matches!(
            rule["defaultConfiguration"]["level"].as_str(),
            Some("error" | "warning")
        ));
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), all.iter().map(|checked| checked.findings.len()).sum::<usize>());
    let mut prints = BTreeSet::new();
    for result in results {
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[rule]["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(
            uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\".contains(&byte)),
            "{uri}"
        );
        let region = |key: &str| place["region"][key].as_u64();
        assert!(region("startLine") >= Some(1) && region("startColumn") >= Some(1), "{place}");
        if let (Some(end), Some(start)) = (region("endLine"), region("startLine")) {
            assert!((end, region("endColumn")) > (start, region("startColumn")), "{place}");
        }
        let print = &result["partialFingerprints"]["primaryLocationLineHash"];
        assert!(prints.insert((uri, print.as_str().unwrap())), "the same twice: {result}");
    }
}

/// What the schema that Jenkins publishes asks for.
#[test]
fn junit_has_what_test_reports_read() {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    let all = all();
    for strict in [false, true] {
        let text = junit(&all, strict).unwrap();
        let mut reader = Reader::from_str(&text);
        let (mut path, mut counts) = (Vec::<String>::new(), Vec::<(usize, usize)>::new());
        let (mut said, mut total) = (Vec::new(), (0, 0));
        loop {
            let event = reader.read_event().unwrap();
            let (element, empty) = match &event {
                Event::Start(element) => (element, false),
                Event::Empty(element) => (element, true),
                Event::End(_) => {
                    if path.pop().as_deref() == Some("testsuite") {
                        assert_eq!(counts.pop(), said.pop());
                    }
                    continue;
                }
                Event::Eof => break,
                _ => continue,
            };
            let name = element.name().as_ref().to_owned();
            let attribute = |key: &str| {
                let found = element.try_get_attribute(key).unwrap();
                found.map(|found| found.value.into_owned())
            };
            let number = |key: &str| attribute(key).unwrap().parse::<usize>().unwrap();
            let parent = path.last().map_or("", String::as_str);
            match name.as_str() {
                "testsuites" => assert_eq!(parent, ""),
                "testsuite" => {
                    assert_eq!(parent, "testsuites");
                    assert!(attribute("name").is_some());
                    said.push((number("tests"), number("failures")));
                    counts.push((0, 0));
                }
                "testcase" => {
                    assert_eq!(parent, "testsuite");
                    assert!(attribute("name").is_some() && attribute("classname").is_some());
                    counts.last_mut().unwrap().0 += 1;
                    total.0 += 1;
                }
                "failure" => {
                    assert_eq!(parent, "testcase");
                    assert!(attribute("message").is_some() && attribute("type").is_some());
                    counts.last_mut().unwrap().1 += 1;
                    total.1 += 1;
                }
                "system-out" => assert!(parent == "testcase" && !strict),
                other => panic!("{other}"),
            }
            if !empty {
                path.push(name);
            }
        }
        assert!(path.is_empty() && total.1 > 20 && total.0 > total.1, "{total:?}");
        let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
        assert!(!text.contains(control), "XML cannot hold control characters");
    }
}

/// Words of generated phrases and texts: few, so that they meet.
const WORDS: [&str; 3] = ["parcel", "late", "won't"];

fn phrase() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => select(&WORDS[..]).prop_map(str::to_owned),
        1 => select(&WORDS[..]).prop_map(|word| format!("{}*", &word[..3])),
        2 => select(&WORDS[..]).prop_map(|word| format!("{word}*")),
        1 => select(&WORDS[..]).prop_map(|word| format!("={word}")),
        1 => Just("{set}".to_owned()),
        1 => (select(&WORDS[..]), select(&WORDS[..])).prop_map(|(one, two)| format!("{one} | {two}")),
    ];
    let join = select(&[" ", " .. ", " & "][..]);
    (prop::collection::vec((word.clone(), join), 0..3), word).prop_map(|(pieces, last)| {
        let pieces: String = pieces.into_iter().map(|(word, join)| word + join).collect();
        pieces + &last
    })
}

/// The words and their like, with none to four others between.
fn text() -> impl Strategy<Value = String> {
    let words = [&WORDS[..], &WORDS[..], &["wont", "lately", "parcels", "late.", "my"]].concat();
    prop::collection::vec((select(words), 0..5_usize), 1..6).prop_map(|words| {
        let words =
            words.into_iter().map(|(word, others)| format!("{word} {}", "x ".repeat(others)));
        words.collect::<String>()
    })
}

fn generated(phrases: &[(String, u8)], tests: &[String]) -> String {
    let lines = phrases.iter().map(|(phrase, points)| format!("\"{phrase}\" = {points}\n"));
    let lines: String = lines.collect();
    format!(
        "format = 1\n[pack]\nid = \"p\"\n[words]\nset = [\"my parcel\", \"late\", \"Late\"]\n\
         [[issue]]\nid = \"i\"\ntitle = \"I\"\nreply = \"R\"\n[issue.phrases]\n{lines}\
         [issue.tests]\nmatch = {tests:?}\n"
    )
}

proptest! {
    #![proptest_config(config(300))]

    /// What is said to hit wherever another phrase does, does in any text.
    #[test]
    fn a_shadow_falls_on_every_text(phrases in prop::collection::vec(phrase(), 4..12), texts in prop::collection::vec(text(), 40)) {
        let phrases: Vec<(String, u8)> = phrases.into_iter().map(|phrase| (phrase, 4)).collect();
        let check = Check::of_text("p.toml", &generated(&phrases, &[]));
        // The same phrase twice cannot be loaded.
        let Some(triage) = check.triage() else { return Ok(()) };
        let mut worker = triage.worker();
        let mut hits = Vec::new();
        for text in &texts {
            let answer = worker.answer(&triage::Ticket { body: text, ..triage::Ticket::default() });
            hits.push(answer.hits.iter().map(|hit| hit.phrase.to_owned()).collect::<BTreeSet<_>>());
        }
        for finding in check.finish(None).findings.iter().filter(|f| f.name == "shadowed-phrase") {
            let quoted: Vec<&str> = finding.message.split('"').skip(1).step_by(2).collect();
            for (text, hits) in texts.iter().zip(&hits) {
                prop_assert!(!hits.contains(quoted[0]) || hits.contains(quoted[1]), "{finding} in {text:?}");
            }
        }
    }

    /// Mending changes no answer, and leaves nothing to mend.
    #[test]
    fn a_mended_pack_answers_the_same(
        phrases in prop::collection::vec((phrase(), 1_u8..5), 1..7),
        tests in prop::collection::vec(text(), 0..4),
        texts in prop::collection::vec(text(), 20),
    ) {
        let first = Check::of_text("p.toml", &generated(&phrases, &tests));
        let Some(triage) = first.triage() else { return Ok(()) };
        let packs = triage.packs().clone();
        let mut checked = first.finish(None);
        for _ in 0..8 {
            checked = Check::of_text("p.toml", &checked.mended().0).finish(None);
        }
        prop_assert!(checked.loads && checked.findings.iter().all(|finding| finding.mend.is_none()));
        let before = triage::Triage::new(packs).unwrap();
        let after = triage::Triage::new(triage::Packs::parse("p.toml", &checked.file.text).unwrap()).unwrap();
        for text in &texts {
            let ticket = triage::Ticket { body: text, ..triage::Ticket::default() };
            let answers = [&before, &after].map(|triage| {
                let answer = triage.worker().answer(&ticket);
                (answer.status, answer.confidence.to_bits(), answer.reply)
            });
            prop_assert_eq!(&answers[0], &answers[1]);
        }
    }
}

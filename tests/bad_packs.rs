//! Packs with one mistake each, and the message that each gets.
//!
//! `fixtures/packs/bad/NAME.toml` is refused with what stands in `NAME.txt`;
//! `warn` works and says what stands there; `good` works and says nothing.
//! `SNAPSHOTS=overwrite cargo test --test tests bad_packs` records anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The packs of a folder, from the project's root.
pub(super) fn packs(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new("fixtures/packs").join(folder);
    let entries = std::fs::read_dir(Path::new(ROOT).join(&folder)).unwrap();
    let mut packs: Vec<PathBuf> = entries
        .map(|entry| folder.join(entry.unwrap().file_name()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    packs.sort();
    assert!(!packs.is_empty());
    packs
}

fn run(pack: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_triage"));
    let tickets = "fixtures/tickets/one.csv";
    command.current_dir(ROOT).arg("--pack").arg(pack).args([tickets]).output().unwrap()
}

/// Holds standard error, up to what is said of the tickets, against the text beside the pack.
fn hold(pack: &Path, output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    let said = said.split("fixtures/tickets/one.csv: ").next().unwrap().to_owned();
    let beside = snapbox::Data::read_from(&Path::new(ROOT).join(pack.with_extension("txt")), None);
    snapbox::assert_data_eq!(said.clone(), beside.raw());
    said
}

#[test]
fn each_mistake_is_refused_with_its_message() {
    for pack in packs("bad") {
        let output = run(&pack);
        assert_eq!(output.status.code(), Some(2), "{}", pack.display());
        assert!(output.stdout.is_empty(), "{}", pack.display());
        let said = hold(&pack, &output);
        let first = said.lines().next().unwrap();
        let message = first.split_once("]: ").map_or(first, |(_, message)| message);
        let capital = message.starts_with(char::is_uppercase);
        assert!(!capital && !message.ends_with('.'), "{}: {message}", pack.display());
        assert!(said.contains("help: "), "{}: nothing to type", pack.display());
        assert!(said.contains(&*pack.to_string_lossy()), "{}: no place", pack.display());
    }
}

#[test]
fn what_an_author_would_want_to_know_is_said_and_hinders_nothing() {
    for pack in packs("warn") {
        let output = run(&pack);
        assert_eq!(output.status.code(), Some(0), "{}", pack.display());
        assert!(hold(&pack, &output).starts_with("warning["), "{}", pack.display());
    }
}

#[test]
fn good_packs_hear_nothing() {
    for pack in packs("good") {
        let output = run(&pack);
        assert_eq!(output.status.code(), Some(0), "{}", pack.display());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("fixtures/tickets/one.csv: "), "{said}");
    }
}

/// A finding nobody has seen is a finding nobody has read.
#[test]
fn every_finding_has_a_pack_that_is_named_after_it() {
    let mut names = BTreeSet::new();
    for file in ["check", "draft", "load", "pattern", "phrase", "template"] {
        let source = std::fs::read_to_string(format!("{ROOT}/src/packs/{file}.rs")).unwrap();
        let code = source.split("#[cfg(test)]").next().unwrap();
        for literal in code.split('"').skip(1).step_by(2) {
            let word = |c: char| c.is_ascii_lowercase() || c == '-';
            if literal.contains('-') && literal.chars().all(word) && !literal.starts_with('-') {
                names.insert(literal.to_owned());
            }
        }
    }
    let packs = packs("bad").into_iter().chain(packs("warn"));
    let stems: BTreeSet<String> =
        packs.map(|pack| pack.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let missing: Vec<&String> = names
        .iter()
        .filter(|name| !stems.iter().any(|stem| stem.starts_with(name.as_str())))
        .filter(|name| !["apple-messaging", "green-bubbles"].contains(&name.as_str()))
        .collect();
    assert!(names.len() > 30, "{names:?}");
    assert!(missing.is_empty(), "no pack for {missing:?}");
}

//! `triage check`: each lint and its message, and what programs read.
//!
//! `fixtures/packs/lint/NAME.toml` is a pack with what the lint NAME finds,
//! `NAME.txt` what is said of it; tickets beside it, `NAME.csv`, are given with
//! `--on`. `SNAPSHOTS=overwrite cargo test --test tests check` records anew.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use triage::Level;
use triage::check::{Check, Checked, LINTS, Lint, When};

use super::bad_packs::packs;

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

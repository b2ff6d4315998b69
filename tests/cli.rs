//! The command, as a user meets it.
//!
//! Sessions are data: `tests/cmd/*.trycmd`, and the `console` blocks of the
//! README and the guide. `TRYCMD=overwrite cargo test --test tests cli`
//! records them anew. Here is only what a session cannot show: files, pipes,
//! standard input.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const TICKETS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/tickets/zendesk.csv");

#[test]
fn sessions() {
    trycmd::TestCases::new()
        .case("tests/cmd/*.trycmd")
        .case("README.md")
        .case("docs/GUIDE.md")
        .run();
}

fn triage() -> Command {
    Command::new(env!("CARGO_BIN_EXE_triage"))
}

/// An empty folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn an_output_file_appears_whole_and_alone() {
    let folder = folder("whole");
    let target = folder.join("answers.csv");
    fs::write(&target, "old\n").unwrap();
    let output = triage().arg(TICKETS).arg("-o").arg(&target).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{}", said(&output));
    let piped = triage().args([TICKETS, "--quiet"]).output().unwrap();
    assert_eq!(fs::read(&target).unwrap(), piped.stdout);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn the_ending_of_the_output_decides_the_format() {
    let folder = folder("ending");
    for (name, start) in
        [("a.jsonl", "{\"ticket_id\""), ("a.tsv", "ticket_id\t"), ("a.txt", "ticket_id,")]
    {
        let target = folder.join(name);
        assert!(triage().args([TICKETS, "-q", "-o"]).arg(&target).status().unwrap().success());
        assert!(fs::read_to_string(&target).unwrap().starts_with(start), "{name}");
    }
    let target = folder.join("bom.csv");
    assert!(triage().args([TICKETS, "-q", "--bom", "-o"]).arg(&target).status().unwrap().success());
    assert!(fs::read_to_string(&target).unwrap().starts_with("\u{FEFF}ticket_id,"));
}

#[test]
fn a_failed_run_leaves_the_old_file() {
    let folder = folder("old");
    let target = folder.join("answers.csv");
    fs::write(&target, "old\n").unwrap();
    for arguments in [["missing.csv", "-q"], [TICKETS, "--set=no=thing"]] {
        let output = triage().args(arguments).arg("-o").arg(&target).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
    }
    assert_eq!(fs::read_to_string(&target).unwrap(), "old\n");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn an_input_is_never_written_to() {
    let folder = folder("same");
    let input = folder.join("tickets.csv");
    fs::copy(TICKETS, &input).unwrap();
    let hard = folder.join("hard.csv");
    fs::hard_link(&input, &hard).unwrap();
    let mut targets = vec![input.clone(), hard, folder.join("../same/tickets.csv")];
    #[cfg(unix)]
    {
        let soft = folder.join("soft.csv");
        std::os::unix::fs::symlink("tickets.csv", &soft).unwrap();
        targets.push(soft);
    }
    for target in targets {
        let output = triage().arg(&input).arg("-o").arg(&target).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", target.display());
        assert!(said(&output).contains("this is the input"), "{}", said(&output));
    }
    assert_eq!(fs::read(&input).unwrap(), fs::read(TICKETS).unwrap());
}

#[test]
fn folders_are_not_files_and_are_not_invented() {
    let folder = folder("folders");
    for target in [folder.clone(), folder.join("no/such/answers.csv")] {
        let output = triage().arg(TICKETS).arg("-o").arg(&target).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains(&*target.to_string_lossy()));
    }
}

#[test]
fn standard_input_is_a_file_like_others() {
    let mut child = triage()
        .args(["-", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&fs::read(TICKETS).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    let file = triage().args([TICKETS, "--quiet"]).output().unwrap();
    assert_eq!(output.stdout, file.stdout);
}

#[test]
fn a_reader_that_has_seen_enough_hears_nothing() {
    let folder = folder("enough");
    let long = folder.join("long.csv");
    let rows = "1,iMessage says waiting for activation\n".repeat(20_000);
    fs::write(&long, format!("id,description\n{rows}")).unwrap();
    let mut child =
        triage().arg(&long).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 9];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"ticket_id");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), ""));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = triage().arg(TICKETS).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("cannot write the answers"), "{}", said(&output));
}

#[test]
fn a_file_named_like_a_command_is_given_by_its_path() {
    let folder = folder("named");
    fs::copy(TICKETS, folder.join("packs")).unwrap();
    let output = triage().current_dir(&folder).args(["./packs", "-q"]).output().unwrap();
    assert!(output.status.success() && output.stdout.starts_with(b"ticket_id,"));
}

#[test]
fn quiet_is_quiet() {
    let output = triage().args([TICKETS, "--quiet"]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
}

#[test]
fn the_schema_is_printed_as_it_is() {
    let output = triage().args(["gen", "schema"]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), triage::packs::SCHEMA);
}

const SHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/eval/shop.toml");

#[test]
fn calibrating_adds_a_table_to_the_pack_and_every_command_says_what_it_says() {
    let folder = folder("calibrate");
    let (pack, history) = (folder.join("shop.toml"), folder.join("history.csv"));
    let written = fs::read_to_string(SHOP).unwrap();
    fs::write(&pack, &written).unwrap();
    let rows = "1,The lamp is damaged,damaged-goods\n2,My desk is damaged,none\n".repeat(20);
    fs::write(&history, format!("id,body,tag\n{rows}")).unwrap();
    let calibrate = || {
        let mut command = triage();
        command.arg("eval").arg(&history).args(["--label", "tag", "--calibrate", "--pack"]);
        let output = command.arg(&pack).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        said(&output)
    };
    let first = calibrate();
    assert!(first.ends_with("calibrated on 40 replies: confidence 0.67 is now 0.50\n"), "{first}");
    let table = "\n[calibration]\ntickets = 40\ntable = [\n  [0.667, 0.500],\n]\n";
    assert_eq!(fs::read_to_string(&pack).unwrap(), format!("{written}{table}"));
    calibrate();
    assert_eq!(fs::read_to_string(&pack).unwrap(), format!("{written}{table}"), "once more");
    let run = |arguments: &[&str]| {
        let output = triage().arg("--pack").arg(&pack).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let answers = run(&["--quiet", &history.to_string_lossy()]);
    assert_eq!(answers.matches(",normal,0.50,damaged,").count(), 40, "{answers}");
    let mut explain = triage();
    explain.args(["explain", "--text", "It is damaged", "--pack"]).arg(&pack);
    let output = String::from_utf8(explain.output().unwrap().stdout).unwrap();
    assert!(output.starts_with("matched damaged-goods, confidence 0.50"), "{output}");
}

#[test]
fn an_evaluation_writes_over_nothing_that_it_reads() {
    let folder = folder("eval-same");
    let labelled = folder.join("labelled.csv");
    fs::copy(SHOP.replace("shop.toml", "labelled.csv"), &labelled).unwrap();
    let pack = folder.join("shop.toml");
    fs::copy(SHOP, &pack).unwrap();
    for target in [&labelled, &pack] {
        let mut command = triage();
        command.arg("eval").arg(&labelled).args(["--label", "tag", "--pack"]).arg(&pack);
        let output = command.arg("-o").arg(target).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", target.display());
        assert!(said(&output).contains("this is the input"), "{}", said(&output));
    }
    assert_eq!(fs::read(&pack).unwrap(), fs::read(SHOP).unwrap());
}

#[test]
fn the_ending_decides_the_format_of_an_evaluation() {
    let folder = folder("eval-ending");
    for (name, start) in [
        ("a.json", "{\n  \"tickets\": {\n    \"labelled\": 11,"),
        ("a.md", "# Answers held against labels\n"),
        ("a.html", "<!doctype html>"),
        ("a.txt", "11 tickets with a label, 10 of them about an issue;"),
    ] {
        let target = folder.join(name);
        let labelled = SHOP.replace("shop.toml", "labelled.csv");
        let mut command = triage();
        command
            .args(["eval", &labelled, "--label", "tag", "--pack", SHOP, "-q", "-o"])
            .arg(&target);
        assert!(command.status().unwrap().success());
        let written = fs::read_to_string(&target).unwrap();
        assert!(written.starts_with(start), "{name}: {written}");
    }
}

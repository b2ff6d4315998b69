//! Workbooks, pages and Markdown: what comes back from them, and what ticket
//! text cannot do to them.

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Read};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use calamine::{Data, DataType, Reader, Xlsx as Workbook};
use proptest::prelude::*;
use triage::input::{Input, ReadOptions};
use triage::output::{COLUMNS, Html, Markdown, Sink, Xlsx};
use triage::{Packs, RunOptions, Summary, Triage, run};

use crate::text::{config, formulaic, hostile};

static TRIAGE: LazyLock<Triage> = LazyLock::new(|| Triage::new(Packs::builtin().unwrap()).unwrap());

const TICKETS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/tickets/zendesk.csv");

const HEADER: [&str; 4] = ["id", "subject", "description", "Reply"];

/// What customers write who would like to see what happens.
const HOSTILE: &str = "<script>alert(1)</script> & \"quotes\" 'too' | a\\|b `code` [link](http://example.com) \
     ![x](y) www.example.com ann@example.com @ann *b* _i_ ~~s~~ &lt; <!-- \u{202E}\u{1B}[31m $x$";

fn export<R: AsRef<[C]>, C: AsRef<[u8]>>(records: &[R]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER).unwrap();
    for record in records {
        writer.write_record(record.as_ref()).unwrap();
    }
    writer.into_inner().unwrap()
}

fn job(export: &[u8], sink: &dyn Sink, threads: usize) -> (Vec<u8>, Summary) {
    let named = ReadOptions::default();
    let input = Input::read("export.csv", Cursor::new(export.to_vec()), &named).unwrap();
    let options = RunOptions {
        threads: NonZero::new(threads),
        batch_rows: NonZero::new(1 + 6 / threads).unwrap(),
        ..RunOptions::default()
    };
    let mut out = Vec::new();
    let summary = run(&mut [input], &TRIAGE, sink, options, &mut out, |_| {}).unwrap();
    (out, summary)
}

fn page(export: &[u8], sink: &dyn Sink) -> String {
    String::from_utf8(job(export, sink, 1).0).unwrap()
}

fn header() -> Vec<String> {
    HEADER.map(str::to_owned).to_vec()
}

/// The first sheet's rows. No cell may be anything but text, none a formula.
fn cells(workbook: Vec<u8>) -> Vec<Vec<String>> {
    let mut workbook = Workbook::new(Cursor::new(workbook)).unwrap();
    let name = workbook.sheet_names()[0].clone();
    assert!(workbook.worksheet_formula(&name).unwrap().is_empty());
    let sheet = workbook.worksheet_range(&name).unwrap();
    assert!(sheet.cells().all(|(_, _, cell)| cell.is_string() || *cell == Data::Empty));
    sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

/// The XML of the first sheet.
fn xml(workbook: Vec<u8>) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut xml = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut xml).unwrap();
    xml
}

// ---------------------------------------------------------------- workbooks

#[test]
fn a_workbook_holds_text_as_it_came() {
    let records = [
        ["007", "iMessage says waiting for activation", "", "x"],
        ["12345678901234567890", "=1+1", "=HYPERLINK(\"http://example.com\",\"go\")", "+49 30"],
        ["1E5", "http://example.com", "true", "2026-01-01"],
        ["-7", " spaces ", "two\r\nlines", "_x0041_"],
        ["0", "\u{1B}[31m", "\u{FFFF}\0", "😀"],
    ];
    let (bytes, summary) = job(&export(&records), &Xlsx::new().append(header()), 1);
    assert_eq!(summary.cut, 0);
    let rows = cells(bytes.clone());
    let names = ["id", "subject", "description", "Reply", "ticket_id", "triage_subject"];
    assert_eq!(rows[0][..6], names);
    assert_eq!(rows[0][13], "triage_reply", "two columns of one name");
    assert_eq!((rows[0].len(), rows.len()), (HEADER.len() + COLUMNS.len(), 6));
    for (row, record) in rows[1..].iter().zip(&records) {
        assert_eq!((row[0].as_str(), row[4].as_str()), (record[0], record[0]), "ids");
    }
    assert_eq!(rows[2][1..4], records[1][1..]);
    assert_eq!(rows[3][1..4], records[2][1..]);
    assert_eq!(rows[4][1..4], [" spaces ", "two\nlines", "_x0041_"]);
    assert_eq!(rows[5][1], "\u{FFFD}[31m");
    assert_eq!(rows[5][3], "😀");
    assert_eq!(rows[1][6], "matched");
    assert!(rows[1][13].starts_with("Hello"), "the reply: {:?}", rows[1][13]);
    let xml = xml(bytes);
    for not in ["<f>", "<f ", "<hyperlink", "<v>"] {
        assert!(!xml.contains(not), "{not}");
    }
    for is in ["state=\"frozen\"", "<autoFilter ref=\"A1:P6\"", "numberStoredAsText=\"1\""] {
        assert!(xml.contains(is), "{is}");
    }
}

#[test]
fn a_cell_that_is_too_long_is_cut_and_counted() {
    let long = "😀".repeat(20_000);
    let record = ["1", "short", &long, ""];
    let (bytes, summary) = job(&export(&[record]), &Xlsx::new().append(header()), 1);
    assert_eq!(summary.cut, 1);
    let cell = &cells(bytes)[1][2];
    assert_eq!(cell.encode_utf16().count(), 32_767);
    assert_eq!(cell.trim_end_matches('…'), "😀".repeat(16_383));
}

#[test]
fn more_columns_than_a_sheet_has_are_an_error() {
    let wide = (0..16_373).map(|n| n.to_string()).collect();
    let error = Xlsx::new().append(wide).head(&mut Vec::new()).unwrap_err();
    assert!(format!("{error:#}").contains("16384 columns, and this has 16385"), "{error:#}");
}

#[test]
fn the_same_tickets_make_the_same_bytes() {
    let export = fs::read(TICKETS).unwrap();
    for sink in [&Xlsx::new() as &dyn Sink, &Html::new(), &Markdown::new()] {
        assert!(job(&export, sink, 1) == job(&export, sink, 4));
    }
}

// -------------------------------------------------------------------- pages

/// What is between the tags, and the tags; a `<` or a `"` that is neither is a mistake.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).map(|tag| tag.split_once('>').unwrap().0).collect()
}

#[test]
fn a_page_shows_hostile_text_and_does_nothing_else() {
    let body = format!("iMessage says waiting for activation. {HOSTILE}");
    let record = [HOSTILE, HOSTILE, &body, ""];
    let html = page(&export(&[record]), &Html::new());
    assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">") && html.ends_with("</html>\n"));
    assert!(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    assert!(
        html.contains(
            "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot; &#39;too&#39;"
        )
    );
    assert!(html.contains("&amp;lt; &lt;!-- \u{FFFD} [31m"), "{html}");
    assert!(html.contains("<q dir=\"auto\">waiting for activation</q>"), "{html}");
    assert!(html.contains("<details><summary>Reply</summary>"));
    let plain =
        page(&export(&[["1", "x", "iMessage says waiting for activation", ""]]), &Html::new());
    assert_eq!(tags(&html), tags(&plain), "ticket text made a tag");
    for outside in ["src=", "href=", "url(", "@import", "<script", "<link", "<img", "on"] {
        let all = tags(&html).join("\n");
        assert!(!all.contains(&format!(" {outside}")) && !all.starts_with(outside), "{outside}");
    }
    assert!(!html.contains("url(") && !html.contains("@import"));
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn no_text_makes_tags_cells_or_control_characters(
        subject in prop_oneof![hostile(), formulaic()],
        id in "[0-9a-z|<>&\"'`\\\\\n]{1,9}",
    ) {
        let records = [[id.replace('\0', "0"), subject.replace('\0', "0"), "Where is my parcel?".into(), String::new()]];
        let export = export(&records);
        let html = page(&export, &Html::new());
        let plain = page(&self::export(&[["1", "", "Where is my parcel?", ""]]), &Html::new());
        prop_assert_eq!(tags(&html), tags(&plain));
        let markdown = page(&export, &Markdown::new());
        prop_assert_eq!(markdown.lines().count(), 3);
        prop_assert_eq!(bars(markdown.lines().nth(2).unwrap()), 9, "{}", markdown);
        for page in [&html, &markdown] {
            prop_assert!(!page.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
            prop_assert!(!page.contains(TURNS));
        }
        let (workbook, _) = job(&export, &Xlsx::new().append(header()), 1);
        let rows = cells(workbook);
        let subject = records[0][1].replace("\r\n", "\n").replace('\r', "\n");
        let subject = subject.replace(|c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\u{7F}'), "\u{FFFD}");
        prop_assert_eq!(&rows[1][1], &subject.replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}"));
    }
}

/// What turns the direction of writing.
const TURNS: [char; 9] = [
    '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{2069}',
];

// ----------------------------------------------------------------- Markdown

/// The bars that part cells, which are those without a backslash of their own before them.
fn bars(row: &str) -> usize {
    let (mut bars, mut escaped) = (0, false);
    for c in row.chars() {
        bars += usize::from(c == '|' && !escaped);
        escaped = c == '\\' && !escaped;
    }
    bars
}

#[test]
fn markdown_is_one_table_and_ticket_text_no_markup() {
    let markdown =
        page(&export(&[["1", HOSTILE, "a\nb", ""], ["2", "", "x", ""]]), &Markdown::new());
    let lines: Vec<&str> = markdown.lines().collect();
    assert_eq!(lines.len(), 4, "{markdown}");
    assert!(lines.iter().all(|line| bars(line) == 9 && line.ends_with('|')), "{markdown}");
    let mut expected = String::new();
    let _ = write!(
        expected,
        "| 1 | &lt;script&gt;alert(1)&lt;/script&gt; &amp; \"quotes\" 'too' \\| a\\\\\\|b \\`code\\` \
         \\[link\\](http\\://example.com) !\\[x\\](y) www\\.example.com ann@<!-- -->example.com @<!-- -->ann \
         \\*b\\* \\_i\\_ \\~\\~s\\~\\~ &amp;lt; &lt;!-- \u{FFFD} \\[31m \\$x\\$ | unmatched |  |  |  |  |  |"
    );
    assert_eq!(lines[2], expected);
}

// -------------------------------------------------------------- the command

fn triage() -> Command {
    Command::new(env!("CARGO_BIN_EXE_triage"))
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_workbook_goes_into_a_file_or_a_pipe() {
    let folder = folder("workbook");
    let target = folder.join("answers.XLSX");
    // Its temporary files are made beside it, whatever TMPDIR says.
    let missing = folder.join("missing");
    let mut command = triage();
    command.args([TICKETS, "-q", "-o"]).arg(&target).env("TMPDIR", &missing);
    assert!(command.status().unwrap().success());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no temporary file is left");
    let piped = |tmp: &Path| {
        triage().args([TICKETS, "-q", "--format", "xlsx"]).env("TMPDIR", tmp).output().unwrap()
    };
    let file = fs::read(&target).unwrap();
    assert!(piped(&folder).stdout == file);
    let output = piped(&missing);
    assert!(output.stdout == file, "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(cells(file)[0], COLUMNS);
}

#[test]
fn endings_name_the_new_formats() {
    let folder = folder("endings");
    for (name, start) in
        [("a.html", "<!doctype html>"), ("a.HTM", "<!doctype html>"), ("a.md", "| ticket |")]
    {
        let target = folder.join(name);
        assert!(triage().args([TICKETS, "-q", "-o"]).arg(&target).status().unwrap().success());
        assert!(fs::read_to_string(&target).unwrap().starts_with(start), "{name}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_workbook_for_a_full_disk_or_a_closed_pipe() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = triage().args([TICKETS, "-q", "-f", "xlsx"]).stdout(full).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.starts_with("triage: cannot write the answers") && said.lines().count() == 1,
        "{said}"
    );
    let mut child = triage()
        .args([TICKETS, "-q", "-f", "xlsx"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
}

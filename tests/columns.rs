//! Which column is what, by the headers that help desks give them, and whom a
//! reply greets.

use std::io::Cursor;
use std::sync::LazyLock;

use serde_json::Value;
use triage::input::{ColumnNames, Columns, Input, ReadOptions};
use triage::output::{Delimited, Dialect, Jsonl};
use triage::{ErrorKind, Packs, RunOptions, Triage, run};

/// A pack whose replies show what was read.
const PROBE: &str = r#"
format = 1
[pack]
id = "probe"
title = "Probe"
threshold = 4
[[fix]]
id = "plant"
title = "Plant them"
steps = ["Dig."]
tried = ["planted"]
[[issue]]
id = "beans"
title = "Beans"
fixes = ["plant"]
reply = "Beans."
[issue.phrases]
"magic beans" = 4
[reply]
text = "{{ customer.name }}|{{ customer.first_name }}|{{ customer.email }}|{{ opening }}"
"#;

static TRIAGE: LazyLock<Triage> =
    LazyLock::new(|| Triage::new(Packs::parse("probe.toml", PROBE).unwrap()).unwrap());

/// What was read of a ticket that has magic beans in it; names are known of such tickets only.
#[derive(Debug)]
struct Seen {
    id: String,
    subject: String,
    matched: bool,
    name: String,
    first: String,
    email: String,
    /// Field and words of each hit.
    hits: Vec<(String, String)>,
}

fn read(export: &[u8], named: &ColumnNames) -> Vec<Seen> {
    let options = ReadOptions { columns: named.clone(), ..ReadOptions::default() };
    let input = Input::read("export.csv", Cursor::new(export.to_vec()), &options).unwrap();
    let mut out = Vec::new();
    run(&mut [input], &TRIAGE, &Jsonl::new(), RunOptions::default(), &mut out, |_| {}).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let out = String::from_utf8(out).unwrap();
    out.lines()
        .map(|line| {
            let object: Value = serde_json::from_str(line).unwrap();
            let reply = text(&object["reply"]);
            let mut parts = reply.split('|').map(str::to_owned);
            let mut part = || parts.next().unwrap_or_default().trim().to_owned();
            Seen {
                id: text(&object["ticket_id"]),
                subject: text(&object["subject"]),
                matched: object["status"] == "matched",
                name: part(),
                first: part(),
                email: part(),
                hits: object["hits"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|hit| (text(&hit["field"]), text(&hit["text"])))
                    .collect(),
            }
        })
        .collect()
}

fn csv(rows: &[&[&str]]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(*row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// One ticket of one row.
fn one(header: &[&str], row: &[&str]) -> Seen {
    let mut seen = read(&csv(&[header, row]), &ColumnNames::default());
    assert_eq!(seen.len(), 1, "{header:?}");
    seen.remove(0)
}

fn find(header: &[&str]) -> triage::Result<Columns> {
    let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
    Columns::find(&header, &ColumnNames::default())
}

/// Whether a header by itself is known for what it is.
fn is_known(field: &str, header: &str) -> Result<(), String> {
    let (seen, right) = match field {
        "id" => {
            let seen = one(&[header, "Description"], &["A-0042", "magic beans"]);
            let right = seen.id == "A-0042";
            (seen, right)
        }
        "subject" => {
            let seen = one(&["Id", header, "Description"], &["7", "Green tea", "magic beans"]);
            let right = seen.subject == "Green tea";
            (seen, right)
        }
        "body" => {
            let seen = one(&["Id", header], &["7", "magic beans"]);
            let right = seen.hits == [("body".to_owned(), "magic beans".to_owned())];
            (seen, right)
        }
        "name" => {
            let seen = one(&["Id", "Description", header], &["7", "magic beans", "Ada Vance"]);
            let right = seen.name == "Ada Vance" && seen.first == "Ada";
            (seen, right)
        }
        "first" => {
            let seen = one(&["Id", "Description", header], &["7", "magic beans", "Ada"]);
            let right = seen.first == "Ada";
            (seen, right)
        }
        "email" => {
            let seen =
                one(&["Id", "Description", header], &["7", "magic beans", "ada@example.com"]);
            let right = seen.email == "ada@example.com";
            (seen, right)
        }
        other => panic!("field {other}"),
    };
    if right { Ok(()) } else { Err(format!("{header:?} is not known as {field}: {seen:?}")) }
}

/// As [`is_known`]; an input that is refused for it is one more thing to report.
fn check(field: &str, header: &str) -> Option<String> {
    let refused = match field {
        "body" => find(&["Id", header]).err(),
        _ => None,
    };
    refused
        .map(|error| format!("{header:?} is not known as {field}: {error}"))
        .or_else(|| is_known(field, header).err())
}

#[test]
fn every_header_is_known_alone() {
    let mut table = csv::Reader::from_reader(include_str!("data/columns.csv").as_bytes());
    let rows: Vec<csv::StringRecord> = table.records().map(|row| row.unwrap()).collect();
    assert!(rows.len() > 120, "{} headers", rows.len());
    let wrong: Vec<String> = rows.iter().filter_map(|row| check(&row[0], &row[1])).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn spelling_does_not_count() {
    let spellings: [(&str, &[&str]); 6] = [
        (
            "id",
            &[
                "TICKET ID",
                "ticket_id",
                "ticket-id",
                "Ticket  ID",
                " Ticket ID ",
                "\u{FEFF}Ticket ID",
                "ticket.id",
                "Ticket/ID",
                "Zendesk Tickets Ticket ID",
                "\u{FF29}\u{FF24}",
            ],
        ),
        (
            "subject",
            &[
                "SUBJECT",
                "subject ",
                "\u{A0}Subject",
                "short_description",
                "Short Description",
                "Subject [txt]",
                "Custom field (Subject)",
                "cf_subject",
                "ASUNTO",
                "Ti\u{301}tulo",
                "TITULO",
            ],
        ),
        (
            "body",
            &[
                "DESCRIPTION",
                "Description [txt]",
                "Custom field (Description)",
                "cf_description",
                "Ticket_Description",
                "message-body",
                "Descripcio\u{301}n",
                "DESCRIPCION",
                "Descricao",
            ],
        ),
        (
            "name",
            &[
                "REQUESTER NAME",
                "requester_name",
                "Requester [list]",
                "Custom field (Customer Name)",
                "full_name",
                "Full Name",
                "contact.name",
            ],
        ),
        (
            "first",
            &["FIRST NAME", "first_name", "first-name", "Custom field (First Name)", "Prenom"],
        ),
        (
            "email",
            &[
                "EMAIL",
                "requester_email",
                "e_mail",
                "Email Address",
                "Custom field (Email)",
                "Email [txt]",
            ],
        ),
    ];
    let wrong: Vec<String> = spellings
        .iter()
        .flat_map(|(field, headers)| headers.iter().filter_map(move |header| check(field, header)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_header() {
    let export =
        ["\u{FEFF}".as_bytes(), &csv(&[&["Id", "Description"], &["0042", "magic beans"]])].concat();
    let seen = read(&export, &ColumnNames::default());
    assert_eq!((seen[0].id.as_str(), seen[0].matched), ("0042", true));
    let quoted = "\u{FEFF}\"Id\",\"Description\"\r\n\"0042\",\"magic beans\"\r\n";
    let seen = read(quoted.as_bytes(), &ColumnNames::default());
    assert_eq!((seen[0].id.as_str(), seen[0].matched), ("0042", true));
}

#[test]
fn exports_of_the_help_desks_are_known() {
    // One row for each cell of one ticket. Agents are called Bo, requesters Ada.
    let mut table = csv::Reader::from_reader(include_str!("data/exports.csv").as_bytes());
    let mut exports: Vec<(String, Vec<String>, Vec<String>)> = Vec::new();
    for row in table.records().map(|row| row.unwrap()) {
        if exports.last().is_none_or(|(desk, ..)| *desk != row[0]) {
            exports.push((row[0].to_owned(), Vec::new(), Vec::new()));
        }
        if let Some((_, header, cells)) = exports.last_mut() {
            header.push(row[1].to_owned());
            cells.push(row[2].to_owned());
        }
    }
    assert_eq!(exports.len(), 14);
    let mut wrong = Vec::new();
    for (desk, header, row) in &exports {
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let row: Vec<&str> = row.iter().map(String::as_str).collect();
        let seen = one(&header, &row);
        let has = |value: &str| row.contains(&value);
        let name = if has("Ada Vance") { ("Ada Vance", "Ada") } else { ("", "") };
        let right = seen.id == "ID"
            && (seen.subject == "SUBJECT") == has("SUBJECT")
            && seen.hits == [("body".to_owned(), "magic beans".to_owned())]
            && (seen.name.as_str(), seen.first.as_str()) == name
            && (seen.email == "ada@example.com") == has("ada@example.com");
        if !right {
            wrong.push(format!("{desk}: {seen:?}; {}", find(&header).unwrap()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_choice_is_told_in_one_line() {
    let columns = find(&[
        "Ticket ID",
        "Subject",
        "Status",
        "Description",
        "Summary",
        "Full name",
        "Title",
        "Email",
        "Contact ID",
    ])
    .unwrap();
    assert!(
        columns.to_string().starts_with(
            "Freshdesk export: id=Ticket ID, text=Subject+Description, name=Full name"
        ),
        "{columns}"
    );
    for header in [
        &["Kennung", "Nachricht", "Kunde\nund so"][..],
        &["id", "de\u{1B}[31mscription"],
        &["Summary", "Issue key", "Reporter", "Reporter Id", "Description", "Comment", "Comment"],
    ] {
        if let Ok(columns) = find(header) {
            assert!(!columns.to_string().contains(['\n', '\r']), "{columns}");
        }
    }
}

#[test]
fn a_freshdesk_title_is_a_job_and_its_summary_is_a_machines() {
    let header = [
        "Ticket ID",
        "Subject",
        "Status",
        "Agent",
        "Summary",
        "Full name",
        "Title",
        "Email",
        "Contact ID",
        "Company Name",
        "Description",
    ];
    let row = [
        "0007",
        "Hello",
        "Open",
        "Bo Stone",
        "magic beans",
        "Ada Vance",
        "Head of magic beans",
        "ada@example.com",
        "1",
        "Magic Beans",
        "good day",
    ];
    let seen = one(&header, &row);
    assert_eq!(
        (seen.id.as_str(), seen.subject.as_str(), seen.matched),
        ("0007", "Hello", false),
        "{seen:?}"
    );
    // Not even where there is no other text.
    let seen = one(&header[..10], &row[..10]);
    assert_eq!((seen.subject.as_str(), seen.matched), ("Hello", false), "{seen:?}");
    // Elsewhere a title is a subject, unless there is one.
    let seen = one(&["Id", "Title", "Description"], &["1", "magic beans", "x"]);
    assert_eq!(seen.hits, [("subject".to_owned(), "magic beans".to_owned())]);
    let seen = one(&["Id", "Title", "Subject", "Description"], &["1", "magic beans", "Hello", "x"]);
    assert_eq!((seen.subject.as_str(), seen.matched), ("Hello", false));
}

#[test]
fn apostrophes_of_osticket_are_not_what_the_customer_wrote() {
    let header = [
        "Ticket Number",
        "Date Created",
        "Subject",
        "From",
        "From Email",
        "Priority",
        "Department",
        "Help Topic",
        "Source",
        "Current Status",
        "Last Updated",
        "Agent Assigned",
    ];
    let row = |subject| {
        [
            "000123",
            "2026-11-01",
            subject,
            "Ada Vance",
            "ada@example.com",
            "Normal",
            "Desk",
            "x",
            "Web",
            "open",
            "",
            "Bo Stone",
        ]
    };
    for (cell, subject) in [
        ("'=magic beans", "=magic beans"),
        ("'+magic beans", "+magic beans"),
        ("'-magic beans", "-magic beans"),
        ("'@magic beans", "@magic beans"),
        ("'magic beans'", "'magic beans'"),
    ] {
        let seen = one(&header, &row(cell));
        assert_eq!(
            (seen.id.as_str(), seen.subject.as_str(), seen.matched),
            ("000123", subject, true),
            "{seen:?}"
        );
        assert_eq!(
            (seen.name.as_str(), seen.first.as_str(), seen.email.as_str()),
            ("Ada Vance", "Ada", "ada@example.com")
        );
    }
    // In a spreadsheet it has one guard, not two.
    let export = csv(&[&header, &row("'=magic beans")]);
    let export = ["\u{FEFF}".as_bytes(), &export].concat();
    let input = Input::read("export.csv", Cursor::new(export), &ReadOptions::default()).unwrap();
    let mut out = Vec::new();
    run(
        &mut [input],
        &TRIAGE,
        &Delimited::new(Dialect::Csv),
        RunOptions::default(),
        &mut out,
        |_| {},
    )
    .unwrap();
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(out.as_slice()).records().map(|row| row.unwrap()).collect();
    assert_eq!(&rows[0][1], "'=magic beans");
}

#[test]
fn of_jira_comments_the_reporters_own_are_read() {
    let header = "Summary|Issue key|Issue id|Issue Type|Assignee|Assignee Id|Reporter|Reporter Id|\
                  Description|Labels|Labels|Comment|Comment|Comment";
    let header: Vec<&str> = header.split('|').collect();
    let cells =
        "Hello|KEY-7|10001|Task|Bo Stone|acc-9|Ada Vance|acc-1|good day|magic-beans|magic beans";
    // Three comments, whether the ticket is about beans.
    let cases = [
        (["", "", ""], false),
        (["01/Nov/26 5:00 PM;acc-1;I have magic beans", "", ""], true),
        (["01/Nov/26 5:00 PM;acc-9;Have you magic beans?", "", ""], false),
        (
            ["01/Nov/26 5:00 PM;acc-9;Any?", "02/Nov/26 9:00 AM;acc-1;yes; magic beans; many", ""],
            true,
        ),
        (
            [
                "01/Nov/26 5:00 PM;acc-9;Hello",
                "",
                "03/Nov/26 9:00 AM;acc-1;two\nlines of magic beans",
            ],
            true,
        ),
        (["01/Nov/26 5:00 PM;acc-9;acc-1;magic beans", "", ""], false),
        (["01/Nov/26 5:00 PM;acc-12;magic beans", "", ""], false),
    ];
    for (comments, about) in cases {
        let row: Vec<&str> = cells.split('|').chain(comments).collect();
        let seen = one(&header, &row);
        assert_eq!(seen.matched, about, "{comments:?}");
        assert_eq!((seen.id.as_str(), seen.subject.as_str()), ("KEY-7", "Hello"));
        if about {
            assert_eq!(seen.first, "Ada");
            assert_eq!(seen.hits, [("body".to_owned(), "magic beans".to_owned())]);
        }
    }
    // Where only names are exported, they are who wrote.
    let header =
        ["Summary", "Issue key", "Issue Type", "Assignee", "Reporter", "Description", "Comment"];
    for (author, about) in [("ada", true), ("bo", false)] {
        let comment = format!("01/Nov/26 5:00 PM;{author};magic beans");
        let seen = one(&header, &["Hello", "KEY-7", "Task", "bo", "ada", "good day", &comment]);
        assert_eq!(seen.matched, about, "{seen:?}");
    }
}

#[test]
fn repeated_headers_lose_nothing() {
    // A body that comes in several columns is all of them.
    let seen = one(
        &["Id", "Description", "Tags", "Description", "Tags"],
        &["7", "good day", "a", "magic beans", "b"],
    );
    assert!(seen.matched, "{seen:?}");
    // A column that has no header is no ticket's text by itself, and in nobody's way.
    let seen =
        one(&["", "Id", "Subject", "Description", ""], &["0", "7", "Hello", "magic beans", "x"]);
    assert_eq!((seen.id.as_str(), seen.subject.as_str(), seen.matched), ("7", "Hello", true));
}

#[test]
fn agents_are_never_greeted() {
    for agent in [
        "Agent",
        "Assignee",
        "Owner",
        "Ticket owner",
        "Assigned to",
        "Agent Assigned",
        "Case Owner",
        "assigned_to",
        "Case Owner: Full Name",
    ] {
        let seen = one(&["Id", "Description", agent], &["7", "magic beans", "Bo Stone"]);
        assert_eq!(
            (seen.matched, seen.name.as_str(), seen.first.as_str()),
            (true, "", ""),
            "{agent}: {seen:?}"
        );
        // Who works on the ticket may have opened it for somebody else.
        for requester in ["Requester", "Reporter", "Submitter", "Creator", "Customer"] {
            let seen = one(
                &["Id", "Description", requester, agent],
                &["7", "magic beans", "Bo Stone", "Bo Stone"],
            );
            assert_eq!(
                (seen.matched, seen.first.as_str()),
                (true, ""),
                "{requester}, {agent}: {seen:?}"
            );
            let seen = one(
                &["Id", "Description", requester, agent],
                &["7", "magic beans", "Ada Vance", "Bo Stone"],
            );
            assert_eq!(
                (seen.matched, seen.first.as_str()),
                (true, "Ada"),
                "{requester}, {agent}: {seen:?}"
            );
        }
    }
}

#[test]
fn the_most_trusted_header_wins_wherever_it_stands() {
    // Headers and cells; the one that is to be taken says so.
    let seen = one(
        &["Submitter", "Creator", "Requester", "Description"],
        &["Bo Stone", "Cy Wood", "Ada Vance", "magic beans"],
    );
    assert_eq!(seen.first, "Ada");
    let seen =
        one(&["Id", "Issue id", "Issue key", "Description"], &["1", "2", "3", "magic beans"]);
    assert_eq!(seen.id, "3");
    let seen = one(&["Id", "Preview", "Description"], &["1", "magic beans", "good day"]);
    assert!(!seen.matched, "{seen:?}");
    let seen = one(
        &["Id", "Subject [list]", "Subject", "Description"],
        &["1", "custom", "own", "magic beans"],
    );
    assert_eq!(seen.subject, "own");
    let seen = one(
        &["Id", "Description", "Requester", "First name"],
        &["1", "magic beans", "Vance Ada", "Ada"],
    );
    assert_eq!(seen.first, "Ada");
}

#[test]
fn only_a_subject_is_said_and_read() {
    for header in [
        &["Ticket Number", "Subject", "From", "From Email"][..],
        &["Id", "Requester", "Subject", "Assignee"],
        &["Subject"],
    ] {
        let columns = find(header).unwrap();
        assert!(columns.warning().is_some(), "{header:?}");
    }
    assert!(find(&["Id", "Subject", "Description"]).unwrap().warning().is_none());
    let seen = one(&["Id", "Subject"], &["7", "magic beans"]);
    assert_eq!((seen.matched, seen.hits[0].0.as_str()), (true, "subject"));
}

#[test]
fn no_text_column_is_an_error_that_lists_the_columns() {
    for header in [&["Ticket ID", "Status", "Colour of the car"][..], &["1042", "open", "low"]] {
        let error = find(header).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Columns);
        let said = format!("{error:#}");
        assert!(header.iter().all(|name| said.contains(name)), "{said}");
        assert!(said.contains("--body") || said.contains("--subject"), "what to type: {said}");
    }
    let error =
        Input::read("export.csv", &b"Ticket ID,Status\n1,open\n"[..], &ReadOptions::default())
            .err()
            .unwrap();
    assert_eq!(error.place().map(|place| place.file.as_str()), Some("export.csv"));
}

#[test]
fn named_columns_overrule() {
    let export = csv(&[
        &[
            "Ticket ID",
            "Subject",
            "Description",
            "Requester",
            "Email",
            "Our ref",
            "What",
            "Said",
            "Who",
            "Where",
        ],
        &[
            "1",
            "s",
            "good day",
            "Bo Stone",
            "bo@example.com",
            "R-01",
            "Tea",
            "magic beans",
            "Ada Vance",
            "ada@example.com",
        ],
    ]);
    let name = |name: &str| Some(name.to_owned());
    let named = ColumnNames {
        id: name("Our ref"),
        subject: name("What"),
        body: name("Said"),
        name: name("Who"),
        email: name("Where"),
    };
    let seen = read(&export, &named).remove(0);
    assert_eq!((seen.id.as_str(), seen.subject.as_str(), seen.matched), ("R-01", "Tea", true));
    assert_eq!((seen.name.as_str(), seen.email.as_str()), ("Ada Vance", "ada@example.com"));
    // One is named, the others are found; capitals do not count.
    let seen =
        read(&export, &ColumnNames { body: name("SAID"), ..ColumnNames::default() }).remove(0);
    assert_eq!((seen.id.as_str(), seen.subject.as_str(), seen.matched), ("1", "s", true));
}

#[test]
fn a_named_column_that_is_not_there_is_an_error_that_knows_better() {
    let header = ["Ticket ID", "Subject", "Description", "Customer voice"].map(String::from);
    let named = |body: &str| ColumnNames { body: Some(body.to_owned()), ..ColumnNames::default() };
    for (wrong, meant) in [
        ("Descripton", "Description"),
        ("customer voise", "Customer voice"),
        ("Subjekt", "Subject"),
    ] {
        let error = Columns::find(&header, &named(wrong)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Columns);
        let said = format!("{error:#}");
        assert!(
            said.contains(wrong) && said.contains("did you mean") && said.contains(meant),
            "{said}"
        );
    }
    let error = Columns::find(&header, &named("zzzzzzzz")).unwrap_err();
    let said = format!("{error:#}");
    assert!(said.contains("zzzzzzzz") && header.iter().all(|name| said.contains(name)), "{said}");
    for named in [
        ColumnNames { id: Some("Tiket ID".into()), ..ColumnNames::default() },
        ColumnNames { subject: Some("Subjct".into()), ..ColumnNames::default() },
        ColumnNames { name: Some("nobody".into()), ..ColumnNames::default() },
        ColumnNames { email: Some("nothing".into()), ..ColumnNames::default() },
    ] {
        assert_eq!(
            Columns::find(&header, &named).unwrap_err().kind(),
            ErrorKind::Columns,
            "{named:?}"
        );
    }
}

#[test]
fn without_ids_records_are_numbered() {
    let export =
        csv(&[&["Subject", "Description"], &["a", "magic beans"], &["b", "x"], &["c", "y"]]);
    let seen = read(&export, &ColumnNames::default());
    assert_eq!(seen.iter().map(|seen| seen.id.as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);
    // An empty id of a column that is there stays empty.
    let export = csv(&[&["Id", "Description"], &["", "magic beans"], &["5", "x"]]);
    let seen = read(&export, &ColumnNames::default());
    assert_eq!(seen.iter().map(|seen| seen.id.as_str()).collect::<Vec<_>>(), ["", "5"]);
}

#[test]
fn what_stands_beyond_the_header_is_read_too() {
    let export = csv(&[
        &["Id", "Description"],
        &["7", "good day", "of magic beans"],
        &["8"],
        &["9", "magic beans", "", ""],
    ]);
    let seen = read(&export, &ColumnNames::default());
    assert_eq!(
        seen.iter().map(|seen| (seen.id.as_str(), seen.matched)).collect::<Vec<_>>(),
        [("7", true), ("8", false), ("9", true)]
    );
}

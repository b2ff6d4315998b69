//! Exports that are no CSV, as the help desks write them.

use std::io::Cursor;

use serde_json::Value;
use triage::input::{Input, InputFormat, Problems, ReadOptions, Trouble};
use triage::output::Jsonl;
use triage::{Packs, RunOptions, Triage, run};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/exports/");

/// A pack that says what was read: its replies hold the person, its hits the texts.
const PROBE: &str = r#"
format = 1
[pack]
id = "probe"
title = "Probe"
threshold = 1
[[fix]]
id = "restart"
title = "Restart"
steps = ["Restart."]
tried = ["planted it"]
[[issue]]
id = "any"
title = "Any"
fixes = ["restart"]
reply = "Any."
[issue.phrases]
"waiting for activation" = 4
"green bubbles" = 4
"magic beans" = 4
"parcel" = 4
"badge" = 4
"thanks" = 4
"restarted the phone" = 4
[reply]
text = "{{ customer.name }}|{{ customer.email }}"
"#;

/// One line for each ticket: id, subject, what was found, and whose it is.
fn answers(input: Input) -> (Vec<String>, Problems) {
    let triage = Triage::new(Packs::parse("probe.toml", PROBE).unwrap()).unwrap();
    let mut out = Vec::new();
    let mut inputs = [input];
    run(&mut inputs, &triage, &Jsonl::new(), RunOptions::default(), &mut out, |_| {}).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let line = |line: &str| {
        let object: Value = serde_json::from_str(line).unwrap();
        let hits = object["hits"].as_array().unwrap().iter();
        let hits: Vec<_> =
            hits.map(|hit| format!("{}={}", text(&hit["field"]), text(&hit["text"]))).collect();
        let (id, subject) = (text(&object["ticket_id"]), text(&object["subject"]));
        format!("{id} / {subject} / {} / {}", hits.join(", "), text(&object["reply"]))
    };
    let lines = String::from_utf8(out).unwrap().lines().map(line).collect();
    let [mut input] = inputs;
    (lines, input.rows().problems().clone())
}

fn fixture(file: &str) -> Input {
    Input::open(format!("{FOLDER}{file}").as_ref(), &ReadOptions::default()).unwrap()
}

fn json(text: &str) -> Input {
    let bytes = Cursor::new(text.as_bytes().to_vec());
    Input::read("export.json", bytes, &ReadOptions::default()).unwrap()
}

#[test]
fn exports_in_json_are_read_as_the_desk_means_them() {
    for (file, manner, columns, want) in [
        (
            "zendesk.json",
            "JSON under \"tickets\"",
            "Zendesk export: id=id, text=subject+description+comments, name=requester.name",
            &[
                "35436 / Messages stuck / body=waiting for activation, body=restarted the phone / Mara Quist|mara@example.com",
                "90071992547409931234 / Where is my parcel? / subject=parcel / Ilse Marten|ilse@example.com",
            ][..],
        ),
        (
            "servicenow.json",
            "JSON under \"result\"",
            "ServiceNow export: id=number, text=short_description+description, name=caller_id",
            &[
                "INC0010023 / iMessage on my phone / body=waiting for activation / Noor Haddad|",
                "INC0010024 / Badge / subject=Badge / Ivo Lang|",
            ],
        ),
        (
            "jira.json",
            "JSON under \"issues\"",
            "Jira export: id=key, text=fields.summary+fields.description+fields.comment.comments, name=fields.reporter.displayName",
            &[
                "SUP-7 / FaceTime does not sign in / body=waiting for activation, body=restarted the phone / Petra Falk|petra@example.com",
            ],
        ),
        (
            "hubspot.json",
            "JSON under \"results\"",
            "HubSpot export: id=id, text=properties.subject+properties.content",
            &[
                "3301 / Blue to green / body=green bubbles / |",
                "3302 / Thanks / subject=Thanks / |",
            ],
        ),
    ] {
        let input = fixture(file);
        assert_eq!(input.taken(), format!("{columns} [{manner}]"), "{file}");
        let (lines, problems) = answers(input);
        assert_eq!(lines, want, "{file}");
        assert_eq!(problems.rows(), 0, "{file}: {:?}", problems.warnings());
    }
}

#[test]
fn a_broken_line_of_json_costs_that_line_only() {
    let (lines, problems) = answers(fixture("broken_line.jsonl"));
    assert_eq!(
        lines,
        [
            "B-1 / First / body=waiting for activation / |",
            "B-3 / Half an emoji \u{FFFD} / body=Green bubbles / |",
        ]
    );
    assert_eq!(problems.of(Trouble::BadJson).first(), [2]);
    assert_eq!(problems.of(Trouble::CutOff).first(), [6]);
    assert!(problems.is_damaged());
}

#[test]
fn other_desks_are_known_by_their_fields() {
    for (record, columns, want) in [
        (
            r#"{"type":"conversation","id":"215","title":null,"source":{"type":"conversation","id":"s1","subject":"Tea","body":"magic beans","author":{"type":"user","name":"Ada Vance","email":"ada@example.com"}},"conversation_parts":{"conversation_parts":[{"part_type":"comment","body":"green bubbles","author":{"type":"admin","name":"Bo"}},{"part_type":"comment","body":"I restarted the phone","author":{"type":"user"}}]}}"#,
            "Intercom export: id=id, text=source.subject+source.body+conversation_parts.conversation_parts, name=source.author.name",
            "215 / Tea / body=magic beans, body=restarted the phone / Ada Vance|ada@example.com",
        ),
        (
            r#"{"id":9,"subject":"Tea","customer":{"id":4,"email":"ada@example.com","name":"Ada Vance","firstname":"Ada"},"messages":[{"id":1,"from_agent":false,"public":true,"sender":{"id":4},"stripped_text":"magic beans"},{"id":2,"from_agent":true,"public":true,"body_text":"green bubbles"}],"excerpt":"green"}"#,
            "id=id, text=subject+messages, name=customer.firstname",
            "9 / Tea / body=magic beans / Ada Vance|ada@example.com",
        ),
        (
            r#"{"id":77,"number":1204,"subject":"Tea","preview":"parcel","primaryCustomer":{"id":4,"first":"Ada","email":"ada@example.com"},"_embedded":{"threads":[{"id":2,"type":"message","body":"green bubbles","createdBy":{"type":"user","id":1}},{"id":1,"type":"customer","body":"magic beans","createdBy":{"type":"customer","id":4}}]}}"#,
            "id=number, text=subject+_embedded.threads, name=primaryCustomer.first",
            "1204 / Tea / body=magic beans / |ada@example.com",
        ),
        (
            r#"{"id":5,"number":"31005","title":"Tea","customer":{"firstname":"Ada","lastname":"Vance","email":"ada@example.com"},"articles":[{"sender":"Customer","internal":false,"body":"magic beans"},{"sender":"Agent","internal":false,"body":"green bubbles"}]}"#,
            "id=number, text=title+articles, name=customer.firstname",
            "31005 / Tea / body=magic beans / |ada@example.com",
        ),
        (
            r#"{"id":12,"summary":"Tea","description":"magic beans","creator":{"id":3,"name":"Ada Vance","email":"ada@example.com"},"comments":[{"body":"I restarted the phone","creator":{"id":3}},{"body":"green bubbles","creator":{"id":8}}]}"#,
            "id=id, text=summary+description+comments, name=creator.name",
            "12 / Tea / body=magic beans, body=restarted the phone / Ada Vance|ada@example.com",
        ),
        (
            r#"{"id":3,"subject":"Tea","description":"<p>magic beans</p>","description_text":"magic beans","requester":{"name":"Ada Vance","email":"ada@example.com"},"requester_id":4,"conversations":[{"body_text":"green bubbles","incoming":false,"private":false,"user_id":1},{"body_text":"I restarted the phone","incoming":true,"private":false,"user_id":4}]}"#,
            "id=id, text=subject+description_text+conversations, name=requester.name",
            "3 / Tea / body=magic beans, body=restarted the phone / Ada Vance|ada@example.com",
        ),
    ] {
        let input = json(record);
        assert_eq!(input.columns().to_string(), columns, "{record}");
        assert_eq!(answers(input).0, [want], "{record}");
    }
}

#[test]
fn a_table_may_begin_with_a_bracket_and_json_with_anything() {
    let table = "[id],[description]\n7,magic beans\n";
    let (lines, _) = answers(json(&table.replace(['[', ']'], "")));
    let columns = ReadOptions {
        columns: triage::input::ColumnNames {
            body: Some("[description]".into()),
            ..Default::default()
        },
        ..ReadOptions::default()
    };
    let input = Input::read("export.csv", table.as_bytes(), &columns).unwrap();
    assert_eq!(answers(input).0.len(), lines.len());
    // What is told is not doubted.
    let told = ReadOptions { format: Some(InputFormat::Json), ..ReadOptions::default() };
    let input = Input::read("x", &b"noise\n{\"id\":1,\"description\":\"magic beans\"}"[..], &told);
    let (lines, problems) = answers(input.unwrap());
    assert_eq!(lines, ["1 /  / body=magic beans / |"]);
    assert_eq!(problems.of(Trouble::BadJson).first(), [1]);
    let error = Input::read("x", table.as_bytes(), &told).err().unwrap();
    assert_eq!(error.kind(), triage::ErrorKind::Input);
}

#[test]
fn an_export_without_tickets_is_no_error() {
    for text in ["[]", "{\"tickets\":[],\"count\":0}\n", "{}"] {
        assert_eq!(answers(json(text)).0, Vec::<String>::new(), "{text}");
    }
}

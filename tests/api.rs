//! The library as others use it: what may cross threads, workers that remember
//! nothing, packs from text with the outcomes that they promise, and replies.

use std::fmt::Write as _;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use triage::answer::{Answer, Gate, Note, Weight};
use triage::packs::{Fact, Fix, Guard, Issue, Pack, Pattern, Phrase, Priority, Template};
use triage::{ErrorKind, Packs, Requester, Status, Ticket, Triage, Worker};

use crate::text::{config, hostile};

static BUILTIN: LazyLock<Triage> =
    LazyLock::new(|| Triage::new(Packs::builtin().unwrap()).unwrap());

// ---------------------------------------------------------------- the types

#[test]
fn types_cross_threads_and_panics() {
    fn shared<T: Send + Sync + UnwindSafe + RefUnwindSafe>() {}
    fn sent<T: Send>() {}
    fn sync<T: Sync>() {}
    shared::<Packs>();
    shared::<Pack>();
    shared::<Issue>();
    shared::<Fix>();
    shared::<Fact>();
    shared::<Guard>();
    shared::<Phrase>();
    shared::<Pattern>();
    shared::<Template>();
    shared::<Priority>();
    shared::<Answer<'static>>();
    shared::<Status>();
    shared::<Note<'static>>();
    shared::<Gate>();
    shared::<Weight>();
    shared::<Ticket<'static>>();
    shared::<Requester<'static>>();
    shared::<triage::Field>();
    shared::<triage::Span>();
    shared::<triage::Finding>();
    shared::<triage::Level>();
    shared::<triage::SourceFile>();
    shared::<triage::Place>();
    shared::<triage::ErrorKind>();
    shared::<triage::RunOptions>();
    shared::<triage::Summary>();
    shared::<triage::text::Folded>();
    shared::<triage::input::Columns>();
    shared::<triage::input::ColumnNames>();
    shared::<triage::input::Row>();
    shared::<triage::input::Problems>();
    shared::<triage::input::Lines>();
    shared::<triage::output::Delimited>();
    shared::<triage::output::Dialect>();
    shared::<triage::output::Jsonl>();
    shared::<triage::output::Xlsx>();
    shared::<triage::output::Html>();
    shared::<triage::output::Markdown>();
    // The template engine in it is not marked as unwind safe.
    sent::<Triage>();
    sync::<Triage>();
    // An error may carry any cause, which may not be unwind safe; one thread at a time has a worker.
    sent::<triage::Error>();
    sync::<triage::Error>();
    sent::<Worker<'static>>();
    sent::<triage::input::Input>();
    sent::<triage::output::OutputFile>();
}

#[test]
fn errors_are_errors() {
    fn is_error<T: std::error::Error + Send + Sync + 'static>(_: &T) {}
    let error =
        Packs::parse("my.toml", "format = 1\n[pack]\nid = \"x\"\ntitel = \"X\"\n").unwrap_err();
    is_error(&error);
    assert_eq!(error.kind(), ErrorKind::Pack);
    assert!(!error.findings().is_empty());
    let line = error.to_string();
    assert!(line.starts_with("my.toml:4:") && !line.contains('\n'), "{line}");
    assert!(format!("{error:#}").contains("help: "), "{error:#}");
}

// -------------------------------------------------------------- the workers

/// Everything an answer says, on one page.
fn page(answer: &Answer<'_>, ticket: &Ticket<'_>) -> String {
    let mut page = format!(
        "{} {:?} {}\n",
        answer.status,
        answer.issue.map(|issue| &issue.id),
        answer.confidence
    );
    let _ = writeln!(
        page,
        "others {:?}",
        answer.others.iter().map(|issue| &issue.id).collect::<Vec<_>>()
    );
    let _ = writeln!(page, "fixes {:?}", ids(&answer.fixes));
    let _ = writeln!(page, "tried {:?}", ids(&answer.tried));
    let _ =
        writeln!(page, "asks {:?}", answer.asks.iter().map(|fact| &fact.id).collect::<Vec<_>>());
    for fact in &answer.facts {
        let _ = writeln!(page, "fact {} {:?} {:?}", fact.fact.id, fact.value(ticket), fact.span);
    }
    for note in &answer.notes {
        let _ = writeln!(page, "note {note}");
    }
    for candidate in &answer.candidates {
        let _ = writeln!(
            page,
            "candidate {} {} {:?}",
            candidate.issue.id, candidate.points, candidate.gate
        );
    }
    for hit in &answer.hits {
        let _ = writeln!(
            page,
            "hit {:?} {} {:?} {} {:?} {:?}",
            hit.phrase,
            hit.points,
            hit.field,
            hit.span,
            hit.weight,
            hit.text(ticket)
        );
    }
    page + &answer.reply
}

fn ids<'t>(fixes: &[&'t Fix]) -> Vec<&'t str> {
    fixes.iter().map(|fix| fix.id.as_str()).collect()
}

const TEXTS: [&str; 12] = [
    "iMessage is waiting for activation on iOS 26.0",
    "My texts are green instead of blue. I toggled iMessage off and on, restarted, no change.",
    "FaceTime keeps asking for my Apple ID password",
    "My number shows up twice under Send & Receive. Messages are also sent from my e-mail address.",
    "Each iMessage shows a red exclamation mark and Not Delivered.",
    "FaceTime calls fail at once, audio works fine.",
    "Somebody ported my number without my consent, and iMessage is waiting for activation.",
    "My lawyer says hello.",
    "Where is my parcel?",
    "iMessage is broken",
    "",
    "\u{FDFA} \u{BD} \u{202E}iMessage\u{202C} waiting\u{200B} for activation",
];

#[test]
fn a_worker_remembers_nothing() {
    let tickets = TEXTS.map(|body| Ticket {
        body,
        requester: Requester { name: "Ada Vance", ..Requester::default() },
        ..Ticket::default()
    });
    let fresh = tickets.map(|ticket| page(&BUILTIN.worker().answer(&ticket), &ticket));
    let mut worker = BUILTIN.worker();
    for _ in 0..2 {
        for (ticket, expected) in tickets.iter().zip(&fresh) {
            assert_eq!(&page(&worker.answer(ticket), ticket), expected);
            assert_eq!(&page(&worker.answer(ticket), ticket), expected, "asked again");
        }
        for (ticket, expected) in tickets.iter().zip(&fresh).rev() {
            assert_eq!(&page(&worker.answer(ticket), ticket), expected, "after other tickets");
        }
    }
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut worker = BUILTIN.worker();
                for (ticket, expected) in tickets.iter().zip(&fresh) {
                    assert_eq!(
                        &page(&worker.answer(ticket), ticket),
                        expected,
                        "on another thread"
                    );
                }
            });
        }
    });
}

proptest! {
    #![proptest_config(config(80))]

    #[test]
    fn any_ticket_has_an_answer_that_holds_together(
        subject in hostile(),
        body in prop::collection::vec(prop_oneof![select(&TEXTS[..]).prop_map(str::to_owned), hostile()], 0..4),
        name in hostile(),
        first_name in prop_oneof![3 => Just(String::new()), 1 => hostile()],
    ) {
        let body = body.join("\n");
        let requester = Requester { name: &name, first_name: &first_name, email: "" };
        let ticket = Ticket { id: "1", subject: &subject, body: &body, requester, ..Ticket::default() };
        let mut worker = BUILTIN.worker();
        let _ = worker.answer(&Ticket { body: TEXTS[0], ..Ticket::default() });
        let answer = worker.answer(&ticket);
        let fresh = BUILTIN.worker().answer(&ticket);
        prop_assert_eq!(page(&answer, &ticket), page(&fresh, &ticket));
        prop_assert!((0.0..=1.0).contains(&answer.confidence));
        prop_assert_eq!(answer.status == Status::Matched, !answer.reply.is_empty());
        prop_assert!(answer.guards().next().is_none() || answer.status == Status::Review);
        prop_assert!(answer.asks.len() <= 2);
        for hit in &answer.hits {
            let field = ticket.field(hit.field);
            prop_assert!(field.get(hit.span.range()).is_some(), "{:?} cuts {:?}", hit.span, field);
            prop_assert!(!hit.text(&ticket).is_empty());
        }
        if answer.status == Status::Matched {
            whole(&answer.reply).map_err(TestCaseError::fail)?;
        }
    }
}

/// What is wrong with a reply that goes out as it is.
fn whole(reply: &str) -> Result<(), String> {
    let first = reply.lines().next().unwrap_or_default();
    for leak in ["{{", "}}", "{%", "%}", "Hello ,", "undefined"] {
        if reply.contains(leak) {
            return Err(format!("{leak:?} in {reply}"));
        }
    }
    if !first.starts_with("Hello")
        || !first.ends_with(',')
        || first.contains(char::is_control)
        || first.contains("  ")
    {
        return Err(format!("greeting {first:?}"));
    }
    if reply.contains("\n\n\n")
        || reply.trim() != reply.trim_end()
        || reply.lines().any(|line| line.ends_with(' '))
    {
        return Err(format!("loose ends in {reply:?}"));
    }
    Ok(())
}

// ------------------------------------------------------------ packs from text

/// A small shop for kettles: everything that a pack can say, once.
const KETTLES: &str = r#"
format = 1

[pack]
id = "kettles"
title = "Kettles"
lang = "en"
threshold = 4
margin = 2

[words]
kettle = ["kettle", "water boiler"]
stuck  = ["stuck", "jammed", "does not open"]

[[fact]]
id = "model"
title = "Model"
regex = '\bmodel (?<value>[a-z]+[0-9]+)'
ask = "Which model is it?"

[[fact]]
id = "age"
title = "Age"
regex = '\b(?<value>[0-9]+) years? old'
ask = "How old is it?"

[[fact]]
id = "shop"
title = "Shop"
regex = '\bbought at (?<value>[a-z]+ [a-z]+)'
ask = "Where did you buy it?"

[[fix]]
id = "descale"
title = "Descale it"
steps = ["Fill in vinegar.", "Wait an hour."]
tried = ["descaled"]

[[fix]]
id = "new-seal"
title = "Change the seal"
steps = ["Pull out the old seal."]
tried = ["changed .. seal", "new seal"]

[[fix]]
id = "oil-hinge"
title = "Oil the hinge"
steps = ["One drop is enough."]
tried = ["oiled"]

[[guard]]
id = "injury"
title = "Somebody was hurt"
phrases = ["burned | scalded .. hand | arm"]
regex = ['\bhospital\b']

[[issue]]
id = "leak"
title = "It leaks"
priority = "high"
needs = ["{kettle}"]
not = ["roof"]
fixes = ["new-seal", "descale"]
ask = ["model", "age", "shop"]
reply = "Your {{ brand }} loses water{% if facts.model %} (model {{ facts.model }}){% endif %}."
[issue.phrases]
"leak*" = 5
"puddle" = 3
"wet" = 1
[issue.tests]
match = ["my kettle leaks"]
reject = ["my roof leaks"]

[[issue]]
id = "lid"
title = "The lid is stuck"
fixes = ["oil-hinge", "descale"]
reply = "The lid should open by itself."
[issue.phrases]
"lid .. {stuck}" = 4

[[issue]]
id = "noise"
title = "It makes no sound"
fixes = ["descale"]
reply = "It should whistle."
[issue.phrases]
"whistle no longer" = 4

[[issue]]
id = "whistle-late"
title = "It sounds late"
fixes = ["descale"]
reply = "It should whistle in time."
[issue.phrases]
"no longer sounds" = 4

[reply]
text = '''
Hello{% if customer.first_name %} {{ customer.first_name }}{% endif %},

{{ opening }}
{% for fix in fixes %}
{{ loop.index }}. {{ fix.title }}{% for step in fix.steps %} | {{ step }}{% endfor %}

{% endfor %}
{% for question in ask %}
- {{ question }}
{% endfor %}
About: {{ ticket.subject }} ({{ ticket.id }})
{% if facts.shop %}From {{ facts.shop }}.{% endif %}

{{ agent }}, {{ company }}
'''
[reply.values]
brand = "kettle"
"#;

fn triage_of(pack: &str) -> Triage {
    match Packs::parse("pack.toml", pack) {
        Ok(packs) => Triage::new(packs).unwrap(),
        Err(error) => panic!("{error:#}\n{pack}"),
    }
}

static KETTLE_DESK: LazyLock<Triage> = LazyLock::new(|| {
    triage_of(KETTLES).set("agent", "Noor").unwrap().set("company", "Kettle Desk").unwrap()
});

fn kettle(body: &str) -> Answer<'static> {
    KETTLE_DESK.worker().answer(&Ticket { body, ..Ticket::default() })
}

fn issue<'t>(answer: &Answer<'t>) -> Option<&'t str> {
    answer.issue.map(|issue| issue.id.as_str())
}

#[test]
fn an_issue_answers_when_its_points_reach_the_threshold() {
    let answer = kettle("My kettle leaks.");
    assert_eq!((answer.status, issue(&answer)), (Status::Matched, Some("leak")));
    assert!(answer.confidence > 0.0 && answer.confidence <= 1.0);
    // Three points and one are four; three alone are not, however often they are said.
    let answer = kettle("A puddle under the kettle, the table is wet.");
    assert_eq!((answer.status, issue(&answer)), (Status::Matched, Some("leak")));
    let answer = kettle("A puddle under the kettle. Such a puddle! I hate the puddle.");
    assert_eq!((answer.status, issue(&answer)), (Status::Review, None), "a phrase counts once");
    assert_eq!(answer.candidates.first().map(|candidate| candidate.points), Some(3));
    assert!(answer.reply.is_empty());
    assert!(
        answer
            .notes
            .iter()
            .any(|note| matches!(note, Note::TooLittle { issue, points: 3 } if issue.id == "leak"))
    );
    let answer = kettle("How much is a toaster?");
    assert_eq!((answer.status, issue(&answer)), (Status::Unmatched, None));
    assert!(answer.hits.is_empty() && answer.reply.is_empty() && answer.confidence == 0.0);
}

#[test]
fn the_evidence_is_what_the_customer_wrote() {
    let ticket = Ticket {
        subject: "Kettle",
        body: "Hello! It\u{2019}s  LEAKING\u{2026} again.",
        ..Ticket::default()
    };
    let answer = KETTLE_DESK.worker().answer(&ticket);
    assert_eq!(answer.status, Status::Matched, "subject and body are one ticket");
    let evidence: Vec<&str> = answer.evidence().map(|hit| hit.text(&ticket)).collect();
    assert!(evidence.contains(&"LEAKING"), "{evidence:?}");
}

#[test]
fn needs_must_hit_and_nots_must_not() {
    for (body, gate) in
        [("My bucket leaks.", Gate::NeedMissing), ("My roof leaks on my kettle.", Gate::NotHit)]
    {
        let answer = kettle(body);
        assert_ne!(answer.status, Status::Matched, "{body}");
        assert_eq!(issue(&answer), None, "{body}");
        assert!(answer.reply.is_empty());
        let candidate =
            answer.candidates.iter().find(|candidate| candidate.issue.id == "leak").unwrap();
        assert_eq!((candidate.gate, candidate.points), (gate, 5), "{body}");
    }
    // A need may be met by any of a word set, in the subject too.
    let ticket = Ticket { subject: "Water boiler", body: "It leaks", ..Ticket::default() };
    assert_eq!(KETTLE_DESK.worker().answer(&ticket).status, Status::Matched);
}

#[test]
fn a_guard_always_sends_to_a_person() {
    for body in [
        "My kettle leaks and burned my hand.",
        "My kettle leaks; I went to the hospital.",
        "I scalded my left arm",
    ] {
        let answer = kettle(body);
        assert_eq!(answer.status, Status::Review, "{body}");
        assert_eq!(
            answer.guards().map(|guard| guard.id.as_str()).collect::<Vec<_>>(),
            ["injury"],
            "{body}"
        );
        assert!(answer.reply.is_empty(), "{body}");
        assert!(
            answer.notes.iter().any(|note| note.to_string().contains("Somebody was hurt")),
            "{body}"
        );
    }
    assert_eq!(kettle("My kettle leaks. My hand is fine").guards().count(), 0);
}

#[test]
fn too_close_a_rival_goes_to_review() {
    // Both rest on "no longer": four points each, and neither leads.
    let answer = kettle("The whistle no longer sounds.");
    assert_eq!(answer.status, Status::Review);
    assert_eq!(issue(&answer), Some("noise"), "ties break by id");
    assert!(answer.reply.is_empty());
    assert!(answer.notes.iter().any(
        |note| matches!(note, Note::TooClose { rival, lead: 0 } if rival.id == "whistle-late")
    ));
    // A lead as large as the margin is enough, a smaller one is not.
    for (points, status) in [(5, Status::Review), (6, Status::Matched)] {
        let pack = KETTLES
            .replace("\"whistle no longer\" = 4", &format!("\"whistle no longer\" = {points}"));
        let triage = triage_of(&pack);
        let answer = triage
            .worker()
            .answer(&Ticket { body: "The whistle no longer sounds.", ..Ticket::default() });
        assert_eq!((answer.status, issue(&answer)), (status, Some("noise")), "{points} points");
    }
    let triage = triage_of(&KETTLES.replace("margin = 2", "margin = 0"));
    let answer = triage
        .worker()
        .answer(&Ticket { body: "The whistle no longer sounds.", ..Ticket::default() });
    assert_eq!(
        (answer.status, issue(&answer)),
        (Status::Matched, Some("noise")),
        "a margin of nothing"
    );
}

#[test]
fn two_troubles_are_answered_in_one_reply() {
    let answer = kettle("My kettle leaks. And the lid is jammed.");
    assert_eq!((answer.status, issue(&answer)), (Status::Matched, Some("leak")));
    assert_eq!(answer.others.iter().map(|issue| issue.id.as_str()).collect::<Vec<_>>(), ["lid"]);
    assert_eq!(
        ids(&answer.fixes),
        ["new-seal", "descale", "oil-hinge"],
        "each fix once, the first issue's first"
    );
    let reply = &answer.reply;
    for once in [
        "Your kettle loses water.",
        "The lid should open by itself.",
        "Descale it",
        "Oil the hinge",
        "Fill in vinegar.",
    ] {
        assert_eq!(reply.matches(once).count(), 1, "{once}: {reply}");
    }
    assert!(
        reply.contains("1. Change the seal")
            && reply.contains("2. Descale it")
            && reply.contains("3. Oil the hinge"),
        "{reply}"
    );
}

#[test]
fn what_was_tried_is_left_out() {
    let answer = kettle("My kettle leaks, although I descaled it yesterday.");
    assert_eq!(answer.status, Status::Matched);
    assert_eq!((ids(&answer.fixes), ids(&answer.tried)), (vec!["new-seal"], vec!["descale"]));
    assert!(
        !answer.reply.contains("vinegar") && answer.reply.contains("1. Change the seal"),
        "{}",
        answer.reply
    );
    assert!(
        answer.notes.iter().any(|note| note.to_string().contains("Descale it")),
        "the note names it"
    );
    // What another issue would have advised is worth knowing all the same.
    let answer = kettle("My kettle leaks. I oiled it.");
    assert_eq!(
        (ids(&answer.fixes), ids(&answer.tried)),
        (vec!["new-seal", "descale"], vec!["oil-hinge"])
    );
}

#[test]
fn when_all_was_tried_a_person_looks() {
    let answer = kettle("My kettle leaks. I descaled it and put in a new seal.");
    assert_eq!((answer.status, issue(&answer)), (Status::Review, Some("leak")));
    assert!(answer.fixes.is_empty() && answer.reply.is_empty());
    assert_eq!(ids(&answer.tried), ["new-seal", "descale"]);
    assert!(answer.notes.iter().any(|note| matches!(note, Note::NothingLeft)));
}

#[test]
fn at_most_two_questions_and_none_that_is_answered() {
    let asks = |answer: &Answer<'static>| -> Vec<&str> {
        answer.asks.iter().map(|fact| fact.id.as_str()).collect()
    };
    let answer = kettle("My kettle leaks.");
    assert_eq!(asks(&answer), ["model", "age"]);
    assert!(answer.reply.contains("- Which model is it?\n- How old is it?"), "{}", answer.reply);
    assert!(!answer.reply.contains("Where did you buy it?"));
    let answer = kettle("My kettle, model KX200, leaks.");
    assert_eq!(asks(&answer), ["age", "shop"]);
    let answer = kettle("My kettle (Model KX200, bought at Corner Shop) is 3 years old. It leaks.");
    assert_eq!(asks(&answer), [""; 0]);
    assert!(!answer.reply.contains('?'), "{}", answer.reply);
}

#[test]
fn facts_are_read_in_the_customers_own_words() {
    let ticket = Ticket {
        body: "My kettle, MODEL  Kx200, leaks; bought at \u{201C}Corner\u{A0}Shop\u{201D}.",
        ..Ticket::default()
    };
    let answer = KETTLE_DESK.worker().answer(&ticket);
    let facts: Vec<(&str, &str)> =
        answer.facts.iter().map(|fact| (fact.fact.id.as_str(), fact.value(&ticket))).collect();
    assert_eq!(facts, [("model", "Kx200"), ("shop", "Corner\u{A0}Shop")]);
    assert!(answer.reply.contains("(model Kx200)"), "{}", answer.reply);
    // Of several values the first one stands.
    let ticket = Ticket {
        subject: "Kettle model A1",
        body: "leaks. My neighbour has model B2.",
        ..Ticket::default()
    };
    let answer = KETTLE_DESK.worker().answer(&ticket);
    assert_eq!(answer.facts.iter().map(|fact| fact.value(&ticket)).collect::<Vec<_>>(), ["A1"]);
}

#[test]
fn values_can_be_set_and_only_those_there_are() {
    let reply = |triage: &Triage| {
        triage.worker().answer(&Ticket { body: "The kettle leaks", ..Ticket::default() }).reply
    };
    let triage = triage_of(KETTLES);
    assert!(reply(&triage).contains("Your kettle loses water."));
    let triage = triage.set("brand", "Model T").unwrap().set("company", "{{ agent }}").unwrap();
    let text = reply(&triage);
    assert!(
        text.contains("Your Model T loses water.") && text.contains("{{ agent }}"),
        "a value is no template: {text}"
    );
    let error = triage_of(KETTLES).set("brnad", "x").unwrap_err();
    assert!(error.to_string().contains("brnad"), "{error}");
    assert!(format!("{error:#}").contains("brand"), "did you mean: {error:#}");
}

// -------------------------------------------------------------- the phrases

#[test]
fn phrases_match_what_their_table_says() {
    // Phrase, text, whether it hits.
    let cases = [
        ("waiting for activation", "Waiting for Activation", true),
        ("waiting for activation", "WAITING   FOR\nACTIVATION", true),
        ("waiting for activation", "waiting-for-activation", true),
        ("waiting for activation", "waiting for the activation", false),
        ("waiting for activation", "waiting for. Activation", false),
        ("waiting for activation", "waiting for\n\nactivation", false),
        ("waiting for activation", "awaiting for activation", false),
        ("activate", "reactivate", false),
        ("won't start", "won\u{2019}t start", true),
        ("won't start", "won't  start", true),
        ("won't start", "wont start", true),
        ("activat*", "activation", true),
        ("activat*", "activated", true),
        ("activat*", "activat", true),
        ("activat*", "inactivated", false),
        ("=text", "text", true),
        ("=text", "TEXT", true),
        ("=text", "texts", false),
        ("=text", "texting", false),
        ("cannot .. activate", "cannot activate", true),
        ("cannot .. activate", "cannot a activate", true),
        ("cannot .. activate", "cannot a b c activate", true),
        ("cannot .. activate", "cannot a b c d activate", false),
        ("cannot .. activate", "cannot. Activate", false),
        ("cannot .. activate", "activate cannot", false),
        ("old | inactive lamp", "old lamp", true),
        ("old | inactive lamp", "inactive lamp", true),
        ("old | inactive lamp", "lamp", false),
        ("old | inactive {light}", "old torch", true),
        ("old | inactive {light}", "inactive oil lamp", true),
        ("old | inactive {light}", "old candle", false),
        ("green bubble & phone", "my phone shows a green bubble", true),
        ("green bubble & phone", "green bubble on a phone", true),
        ("green bubble & phone", "a green bubble. My phone", false),
        ("green bubble & phone", "green bubble", false),
        ("caf\u{E9}", "CAFE", true),
        ("cafe", "caf\u{E9}", true),
        ("cafe", "cafe\u{301}", true),
        ("imessage", "I\u{FE0F}Message", true),
        ("stra\u{DF}e", "STRASSE", true),
        ("\u{6FC0}\u{6D3B}", "\u{8BF7}\u{6FC0}\u{6D3B}\u{624B}\u{673A}", true),
        ("fine print", "the \u{FB01}ne print", true),
    ];
    check_phrases(&cases);
}

/// Phrase, text, and whether it should hit.
fn check_phrases(cases: &[(&str, &str, bool)]) {
    let mut wrong = Vec::new();
    for &(phrase, text, hits) in cases {
        let pack = format!(
            "format = 1\n[pack]\nid = \"one\"\ntitle = \"One\"\nlang = \"en\"\nthreshold = 4\n\
             [words]\nlight = [\"lamp\", \"oil lamp\", \"torch\"]\n\
             [[fix]]\nid = \"wait\"\ntitle = \"Wait\"\nsteps = [\"Wait.\"]\ntried = [\"waited\"]\n\
             [[issue]]\nid = \"one\"\ntitle = \"One\"\nfixes = [\"wait\"]\nreply = \"One.\"\n[issue.phrases]\n\"{phrase}\" = 4\n"
        );
        let triage = triage_of(&pack);
        let ticket = Ticket { body: text, ..Ticket::default() };
        let answer = triage.worker().answer(&ticket);
        if (answer.status == Status::Matched) != hits {
            wrong.push(format!("\"{phrase}\" in {text:?}: {} instead of {hits}", !hits));
        }
        for hit in &answer.hits {
            assert!(text.contains(hit.text(&ticket)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// ---------------------------------------------------------------- extending

/// A file of its own for a test, in the place that is meant for that.
fn file(name: &str, text: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn status_of(triage: &Triage, body: &str) -> (Status, Option<String>) {
    let answer = triage.worker().answer(&Ticket { body, ..Ticket::default() });
    (answer.status, answer.issue.map(|issue| issue.id.clone()))
}

#[test]
fn a_pack_can_extend_a_built_in_one() {
    let extended = file(
        "api-extends.toml",
        r#"
format = 1
[pack]
id = "our-messaging"
title = "Our messaging"
extends = "apple-messaging"
disable = ["activation-sms"]

[[issue]]
id = "waiting-for-activation"
[issue.phrases]
"gear keeps spinning" = 4

[[issue]]
id = "facetime-calls-fail"
title = "Our video calls fail"

[[issue]]
id = "our-portal"
title = "Our portal"
fixes = ["wait-24-hours"]
reply = "The portal is slow today."
[issue.phrases]
"blue portal" = 4
"#,
    );
    let plain = &*BUILTIN;
    let triage = Triage::new(Packs::load(std::slice::from_ref(&extended)).unwrap()).unwrap();
    let packs: Vec<&str> = triage.packs().iter().map(|pack| pack.id.as_str()).collect();
    assert_eq!(packs, ["our-messaging"], "the packs named are the packs used");
    let pack = triage.packs().iter().next().unwrap();
    let find = |id: &str| pack.issues.iter().find(|issue| issue.id == id);

    // What is not mentioned is as before.
    let body = "My texts are green instead of blue.";
    assert_eq!(status_of(&triage, body), status_of(plain, body));
    assert_eq!(status_of(&triage, body).1.as_deref(), Some("green-bubbles"));
    // Disabled.
    assert!(find("activation-sms").is_none());
    let body = "I was charged for an international SMS when I switched on iMessage.";
    assert_eq!(status_of(plain, body).1.as_deref(), Some("activation-sms"));
    assert_ne!(status_of(&triage, body).1.as_deref(), Some("activation-sms"));
    // A phrase more.
    let body = "iMessage: the gear keeps spinning";
    assert_eq!(status_of(&triage, body), (Status::Matched, Some("waiting-for-activation".into())));
    // Another title, the rest as it was.
    assert_eq!(
        find("facetime-calls-fail").map(|issue| issue.title.as_str()),
        Some("Our video calls fail")
    );
    let body = "FaceTime calls fail at once.";
    assert_eq!(status_of(&triage, body), status_of(plain, body));
    // An issue more, with a fix of the base.
    assert_eq!(
        status_of(&triage, "The blue portal!"),
        (Status::Matched, Some("our-portal".into()))
    );
    // Guards stay.
    assert_eq!(status_of(&triage, "The blue portal! My lawyer will call.").0, Status::Review);
}

#[test]
fn a_pack_can_reweigh_what_it_extends() {
    let base = file("api-base.toml", KETTLES);
    let extension = |name: &str, points: u32| {
        let text = format!(
            "format = 1\n[pack]\nid = \"my-kettles\"\ntitle = \"Mine\"\nextends = \"{}\"\n\
             [[issue]]\nid = \"leak\"\n[issue.phrases]\n\"puddle\" = {points}\n[reply.values]\nbrand = \"boiler\"\n",
            Path::new(&base).file_name().unwrap().to_str().unwrap()
        );
        Triage::new(Packs::load(&[file(name, &text)]).unwrap()).unwrap()
    };
    let body = "A puddle under the kettle.";
    assert_eq!(status_of(&KETTLE_DESK, body), (Status::Review, None));
    let more = extension("api-more.toml", 4);
    assert_eq!(status_of(&more, body), (Status::Matched, Some("leak".into())));
    let reply = more.worker().answer(&Ticket { body, ..Ticket::default() }).reply;
    assert!(reply.contains("Your boiler loses water."), "{reply}");
    // No points: the phrase is gone, the others stay.
    let none = extension("api-none.toml", 0);
    assert_eq!(status_of(&none, body), (Status::Unmatched, None));
    assert_eq!(status_of(&none, "My kettle leaks."), (Status::Matched, Some("leak".into())));
    let pack = none.packs().iter().next().unwrap();
    let leak = pack.issues.iter().find(|issue| issue.id == "leak").unwrap();
    let phrases: Vec<(&str, u32)> = leak
        .phrases
        .iter()
        .map(|phrase| (phrase.what.value.written.as_str(), phrase.points))
        .collect();
    assert_eq!(phrases, [("leak*", 5), ("wet", 1)]);
}

#[test]
fn the_packs_named_are_the_packs_used() {
    let kettles = file("api-kettles.toml", KETTLES);
    let only = Triage::new(Packs::load(std::slice::from_ref(&kettles)).unwrap()).unwrap();
    assert_eq!(status_of(&only, TEXTS[0]), (Status::Unmatched, None));
    let both = Triage::new(Packs::load(&[kettles, "apple-messaging".into()]).unwrap()).unwrap();
    assert_eq!(status_of(&both, TEXTS[0]).1.as_deref(), Some("waiting-for-activation"));
    assert_eq!(status_of(&both, "My kettle leaks.").1.as_deref(), Some("leak"));
    let none = Packs::load(&[]).unwrap();
    assert!(
        none.iter().any(|pack| pack.id == "apple-messaging"),
        "none named: all that are built in"
    );
}

// --------------------------------------------------------------- the replies

fn greeting(name: &str, first_name: &str) -> String {
    let ticket = Ticket {
        body: TEXTS[0],
        requester: Requester { name, first_name, email: "" },
        ..Ticket::default()
    };
    let answer = BUILTIN.worker().answer(&ticket);
    assert_eq!(answer.status, Status::Matched);
    whole(&answer.reply).unwrap();
    answer.reply.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn people_are_greeted_by_their_first_name_and_nothing_else_is() {
    // Full name, first name, greeting.
    let cases = [
        ("Ada Vance", "", "Hello Ada,"),
        ("Ada", "", "Hello Ada,"),
        ("  Ada   Vance ", "", "Hello Ada,"),
        ("ADA VANCE", "", "Hello Ada,"),
        ("ada vance", "", "Hello Ada,"),
        ("Silva, Ana", "", "Hello Ana,"),
        ("SILVA, ANA", "", "Hello Ana,"),
        ("Jean-Luc Moreau", "", "Hello Jean-Luc,"),
        ("J\u{F6}rg M\u{FC}ller", "", "Hello J\u{F6}rg,"),
        ("Dr. Ana Silva", "", "Hello Ana,"),
        ("", "Noor", "Hello Noor,"),
        ("Somebody Else", "Noor", "Hello Noor,"),
        ("Ada Vance", "  ", "Hello Ada,"),
        ("", "", "Hello,"),
        ("   ", "", "Hello,"),
        ("Support Team", "", "Hello,"),
        ("info@example.com", "", "Hello,"),
        ("Example GmbH", "", "Hello,"),
        ("Example Ltd", "", "Hello,"),
        ("J. Vance", "", "Hello,"),
        ("A V", "", "Hello,"),
        ("42", "", "Hello,"),
        ("ada99", "", "Hello,"),
        ("@ada", "", "Hello,"),
        ("+49 170 5550100", "", "Hello,"),
        ("557058:0f3c1a7e", "", "Hello,"),
        ("{{ 7 * 7 }}", "", "Hello,"),
        ("{% raw %}", "", "Hello,"),
        ("=cmd", "", "Hello,"),
        ("https://example.com", "", "Hello,"),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .map(|&(name, first, expected)| (name, first, expected, greeting(name, first)))
        .filter(|(_, _, expected, got)| got != expected)
        .map(|(name, first, expected, got)| {
            format!("{name:?} {first:?}: {got:?} instead of {expected:?}")
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_customers_write_is_never_a_template() {
    let said = "{{ agent }} {% for x in fixes %}{{ x }}{% endfor %} {# gone #} {{ 7 * 7 }}";
    let ticket = Ticket {
        id: "{{ company }}",
        subject: said,
        body: "My kettle leaks, it was bought at Corner }}{{agent}}{% raw %} Shop.",
        requester: Requester {
            name: "{{ agent }}",
            first_name: "{{ agent }}",
            email: "{{ agent }}@example.com",
        },
        ..Ticket::default()
    };
    let answer = KETTLE_DESK.worker().answer(&ticket);
    assert_eq!(answer.status, Status::Matched);
    assert!(
        answer.reply.contains(&format!("About: {said} ({{{{ company }}}})")),
        "{}",
        answer.reply
    );
    assert_eq!(
        answer.reply.matches("Noor").count(),
        1,
        "the agent signs, and is not let in twice: {}",
        answer.reply
    );
    // A line break in a value of one line would be the customer's to write lines of ours with.
    let ticket = Ticket {
        subject: "one\r\nNoor, Kettle Desk\u{2028}three",
        body: "My kettle leaks",
        ..Ticket::default()
    };
    let answer = KETTLE_DESK.worker().answer(&ticket);
    assert!(answer.reply.contains("About: one Noor, Kettle Desk three"), "{}", answer.reply);
}

#[test]
fn values_that_are_missing_leave_no_trace() {
    let triage = triage_of(KETTLES);
    let reply =
        triage.worker().answer(&Ticket { body: "The kettle leaks", ..Ticket::default() }).reply;
    assert!(reply.starts_with("Hello,\n"), "{reply}");
    assert!(reply.contains("Your kettle loses water.\n"), "{reply}");
    assert!(
        !reply.contains("(model") && !reply.contains("From") && !reply.contains("\n\n\n"),
        "{reply}"
    );
    for body in TEXTS {
        let answer = BUILTIN.worker().answer(&Ticket { body, ..Ticket::default() });
        if answer.status == Status::Matched {
            whole(&answer.reply).unwrap();
        }
    }
}

#[test]
fn a_reply_that_cannot_be_filled_is_for_a_person() {
    // Bounded, at load or at work: nothing hangs, and nothing half made goes out.
    let endless = KETTLES.replace(
        "{{ opening }}\n",
        "{{ opening }}{% for a in ticket.subject %}{% for b in ticket.subject %}{% for c in ticket.subject %}x{% endfor %}{% endfor %}{% endfor %}\n",
    );
    if let Ok(packs) = Packs::parse("endless.toml", &endless) {
        let triage = Triage::new(packs).unwrap();
        let subject = "kettle ".repeat(500);
        let answer = triage.worker().answer(&Ticket {
            subject: &subject,
            body: "It leaks",
            ..Ticket::default()
        });
        assert_eq!(answer.status, Status::Review);
        assert!(answer.reply.is_empty());
        assert!(answer.notes.iter().any(|note| matches!(note, Note::ReplyFailed(_))));
    }
    let unknown = KETTLES.replace("{{ ticket.subject }}", "{{ ticket.subjct }}");
    let error = Packs::parse("unknown.toml", &unknown).unwrap_err();
    assert!(format!("{error:#}").contains("subject"), "did you mean: {error:#}");
}

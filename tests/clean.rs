//! What is read of a text: cases as data, and what must hold for all text.

use proptest::prelude::*;
use proptest::sample::select;
use serde::Deserialize;
use triage::text::{AutoReply, Cleaner, Edit, Folded, Kept, Why, auto_reply, one_line, shown};

use crate::text::config;

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    text: String,
    /// Folded; sentences end with a slash.
    read: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    kept: String,
}

fn clean(text: &str) -> (Folded, Vec<Edit>, Kept) {
    let (mut folded, mut edits) = (Folded::default(), Vec::new());
    let kept = Cleaner::new().clean(text, &mut edits);
    folded.refold_edited(text, &edits);
    (folded, edits, kept)
}

#[test]
fn texts_are_read_as_the_customer_wrote_them() {
    let cases: Cases = toml::from_str(include_str!("data/clean.toml")).unwrap();
    let mut failed = Vec::new();
    for Case { name, text, read, why, kept } in &cases.case {
        let (folded, edits, was_kept) = clean(text);
        let mut whys: Vec<&str> = Vec::new();
        for edit in &edits {
            if !whys.contains(&edit.why.name()) {
                whys.push(edit.why.name());
            }
        }
        whys.sort_unstable();
        let got = (folded.text().replace('\n', "/"), whys.join(", "), was_kept == Kept::All);
        let want = (read.clone(), why.clone(), kept == "all");
        if got != want {
            failed.push(format!("{name}\n  got  {got:?}\n  want {want:?}"));
        }
    }
    assert!(failed.is_empty(), "{} of {}\n{}", failed.len(), cases.case.len(), failed.join("\n"));
}

#[test]
fn history_is_read_where_it_is_wanted() {
    let text = "Same.\n\nOn 3 Nov 2026, Help <h@example.com> wrote:\n> Is iMessage on?\n\n-- \nAnn";
    let (mut folded, mut edits) = (Folded::default(), Vec::new());
    Cleaner::new().keep_quotes(true).clean(text, &mut edits);
    folded.refold_edited(text, &edits);
    assert!(folded.text().contains("is imessage on"), "{}", folded.text());
    assert!(!folded.text().contains("ann"), "{}", folded.text());
}

#[test]
fn encoded_data_is_found_wherever_it_stands() {
    let data = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk9sBf";
    for before in 0..130 {
        for (length, found) in [(63, false), (64, true)] {
            let text = format!(
                "{} {}\u{e9} end",
                "word ".repeat(26)[..before].trim_end(),
                &data[..length]
            );
            let (_, edits, _) = clean(&text);
            let blobs: Vec<&str> = edits
                .iter()
                .filter(|edit| edit.why == Why::Blob)
                .map(|edit| &text[edit.span.range()])
                .collect();
            assert_eq!(blobs, Vec::from_iter(found.then_some(&data[..length])), "{text}");
        }
    }
}

#[test]
fn machines_are_known_by_how_they_begin() {
    use AutoReply::{Bounce, OutOfOffice, Receipt};
    for (subject, body, want) in [
        ("Automatic reply: Re: iMessage", "", Some(OutOfOffice)),
        ("AUTOMATISCHE ANTWORT: weg", "", Some(OutOfOffice)),
        ("Réponse automatique : absent", "", Some(OutOfOffice)),
        ("自動応答: 不在", "", Some(OutOfOffice)),
        ("Undeliverable: your order", "", Some(Bounce)),
        ("Mail delivery failed: returning message to sender", "", Some(Bounce)),
        ("Read: Your ticket", "", Some(Receipt)),
        ("", "This is the mail system at host mx.example.com.\n\nI'm sorry", Some(Bounce)),
        ("Undeliverable messages since the update", "", None),
        ("Message not delivered", "iMessage says not delivered", None),
        ("Auto activation fails", "", None),
        ("Read receipts", "they are gone", None),
        ("Re: Automatic reply", "", None),
        ("", "Your message to my phone does not arrive", None),
        ("Out of office mode", "", None),
        ("", "", None),
    ] {
        assert_eq!(auto_reply(subject, body), want, "{subject:?} {body:?}");
    }
}

#[test]
fn excerpts_are_shown_as_they_were_meant() {
    for (text, want) in [
        ("plain", "plain"),
        ("wait<b>ing</b> for", "waiting for"),
        ("isn&amp;#39;t &lt;3", "isn't 3"),
        ("Ger\u{c3}\u{a4}t", "Gerät"),
    ] {
        assert_eq!(one_line(&shown(text)), want, "{text:?}");
    }
}

#[test]
fn long_and_hostile_texts_take_no_longer_than_others() {
    let n = 20_000;
    for text in [
        "<div>".repeat(n),
        "<a <b &lt; <!-- ".repeat(n),
        "<script>".repeat(n),
        "&amp;".repeat(n),
        "&lt;b".repeat(n),
        "a@".repeat(n),
        "x://".repeat(n),
        "ab://".repeat(n),
        "-www.".repeat(n),
        "www.a".repeat(n),
        "\u{c3}".repeat(n),
        "> On 1 2 3 a@b.cd wrote:\n".repeat(n),
        "From: a\nTo: b\n".repeat(n),
        "On 123\n".repeat(n),
        "<blockquote>".repeat(n),
        "best regards\n".repeat(n),
        "a".repeat(n * 10),
        "this e-mail and any\n".repeat(n),
    ] {
        let text = format!("{text} waiting for activation");
        let (folded, ..) = clean(&text);
        assert!(!folded.text().is_empty(), "{text:.40}");
    }
}

#[rustfmt::skip]
const PIECES: [&str; 62] = [
    "word", "iMessage", " ", "\n", "\r\n", "\n\n", "<b>", "</b>", "<br>", "<p>", "</div>", "<div class=\"gmail_quote\">", "<blockquote>", "</blockquote>",
    "<!--", "-->", "<script>", "</script>", "<style", ">", "<", "\"", "'", "=", "&amp;", "&eacute;", "&lt;", "&gt;", "&#39;", "&#x1F600;", "&", ";",
    "\u{c3}\u{a9}", "\u{e2}\u{20ac}\u{2122}", "\u{c3}", "\u{f0}\u{178}", "é", "激活", "https://example.com/x", "www.", "a@b.com", "@", "://",
    "> quoted", "On 3 Nov 2026 Ann <a@b.com> wrote:", "From: Ann\n", "Sent: 2026\n", "To: Bob\n", "-- \n", "Best regards,\n", "Sent from my iPhone",
    "-----Original Message-----", "---------- Forwarded message ---------", "This e-mail is confidential and intended", "2026-11-03 10:00 x\n",
    "Received: x\n", "MIME-Version: 1.0\n", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk", "Am 3.11.26 schrieb Ann:\n", "\u{FE0F}", "\u{200B}", "____________________",
];

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn any_text_can_be_cleaned(pieces in prop::collection::vec(select(&PIECES[..]), 0..24)) {
        crate::fuzz::bodies::cleaner(&pieces.concat());
    }

    #[test]
    fn any_characters_can_be_cleaned(text in any::<String>()) {
        crate::fuzz::bodies::cleaner(&text);
    }
}

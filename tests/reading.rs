//! How words are read, for all input: slips, what sentences deny, and spaces that mean nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use triage::answer::{Answer, Note, Role, Weight};
use triage::text::fold;
use triage::{Packs, State, Status, Ticket, Triage};

use crate::text::{config, hostile};

static BUILTIN: LazyLock<Triage> =
    LazyLock::new(|| Triage::new(Packs::builtin().unwrap()).unwrap());

/// Common English words, which are never slips.
static ENGLISH: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../src/matcher/words/english.txt").lines().collect());

/// Words as the phrases of the built-in packs write them.
static OF_PACKS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut words = BTreeSet::new();
    for issue in BUILTIN.packs().iter().flat_map(|pack| &pack.issues) {
        for scored in &issue.phrases {
            // The names of word sets are no words.
            let outside = scored.what.value.written.split(['{', '}']).step_by(2);
            let plain = outside.flat_map(|text| text.split([' ', '|', '&', '.', '=']));
            let letters = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
            words.extend(plain.filter(letters).map(str::to_owned));
        }
    }
    words.into_iter().filter(|word| !word.is_empty()).collect()
});

/// Everything that the Chinese pack gives as an example, of what it knows and of what it does not.
static CHINESE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let pack = BUILTIN.packs().iter().find(|pack| pack.lang == "zh").unwrap();
    let tests = pack.issues.iter().map(|issue| &issue.tests);
    let tests = tests.chain(pack.guards.iter().map(|guard| &guard.tests));
    let texts = tests.flat_map(|tests| tests.accept.iter().chain(&tests.reject));
    texts.map(|text| text.value.clone()).collect()
});

/// What customers say, in words that the built-in packs know.
const SAID: [&str; 20] = [
    "iMessage says waiting for activation",
    "FaceTime does not activate since iOS 26",
    "my texts are all green instead of blue",
    "messages are sent from my e-mail address",
    "my number shows up twice under Send & Receive",
    "every FaceTime call fails",
    "each iMessage shows Not Delivered",
    "I cannot sign in to iMessage",
    "I was charged for the activation SMS",
    "I turned iMessage off and on again",
    "I removed the old SIM",
    "my phone number was stolen",
    "there are no green bubbles",
    "it works now",
    "please close the ticket",
    "what if it turns green",
    "iMessage wartet auf Aktivierung",
    "meine Nachrichten sind gr\u{FC}n",
    "iMessage \u{6FC0}\u{6D3B}\u{5931}\u{8D25}",
    "\u{4FE1}\u{606F}\u{90FD}\u{53D8}\u{6210}\u{7EFF}\u{8272}\u{4E86}",
];

const ENDS: [&str; 6] = [" ", ", ", ". ", "\n\n", "! ", " but "];

/// Tickets about what the packs know, and other words between.
fn said() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        5 => select(&SAID[..]).prop_map(str::to_owned),
        1 => "[a-z]{1,9}",
        1 => select(ENGLISH.as_slice()).prop_map(str::to_owned),
    ];
    prop::collection::vec((piece, select(&ENDS[..])), 1..6)
        .prop_map(|pieces| pieces.into_iter().map(|(text, end)| text + end).collect())
}

/// A slip: at which of the letters, of which kind, and with which letter.
fn slip() -> impl Strategy<Value = (Index, u8, char)> {
    (any::<Index>(), 0_u8..6, prop::char::range('a', 'z'))
}

/// The same, without a space too many or too few.
fn slip_of_letters() -> impl Strategy<Value = (Index, u8, char)> {
    (any::<Index>(), 0_u8..4, prop::char::range('a', 'z'))
}

/// A text with a slip in one of its words.
fn slipped(text: &str, (at, kind, letter): &(Index, u8, char)) -> String {
    let places: Vec<usize> = text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_lowercase())
        .map(|(place, _)| place)
        .collect();
    if places.is_empty() {
        return text.to_owned();
    }
    let place = *at.get(&places);
    let (before, after) = (&text[..place], &text[place + 1..]);
    let here = &text[place..=place];
    let next = after.chars().next().filter(char::is_ascii_lowercase);
    match (kind, next) {
        (4, _) => format!("{before}{here} {after}"),
        (5, _) => format!("{before}{here}{}", after.replacen(' ', "", 1)),
        (0, _) => format!("{before}{after}"),
        (1, _) => format!("{before}{letter}{after}"),
        (2, Some(next)) => format!("{before}{next}{here}{}", &after[1..]),
        _ => format!("{before}{here}{letter}{after}"),
    }
}

/// What an answer comes to, apart from where its words stand and what is asked for.
fn outcome(answer: &Answer<'_>) -> String {
    let mut page = format!("{} {:?}", answer.status, answer.issue.map(|issue| &issue.id));
    for candidate in &answer.candidates {
        let _ = write!(page, ", {} {} {:?}", candidate.issue.id, candidate.points, candidate.gate);
    }
    for guard in answer.guards() {
        let _ = write!(page, ", guard {}", guard.id);
    }
    page
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn words_that_are_known_are_never_read_as_others(
        words in prop::collection::vec(
            (prop_oneof![select(ENGLISH.as_slice()).prop_map(str::to_owned), select(OF_PACKS.as_slice())], select(&ENDS[..])),
            1..40,
        ),
        subject in select(OF_PACKS.as_slice()),
    ) {
        let body: String = words.iter().flat_map(|(word, end)| [word, *end]).collect();
        let ticket = Ticket { subject: &subject, body: &body, ..Ticket::default() };
        let answer = BUILTIN.worker().answer(&ticket);
        prop_assert_eq!(&answer.slips, &[], "in {:?}", body);
    }

    #[test]
    fn only_what_is_no_word_is_read_as_one(body in prop_oneof![said(), hostile()], first in slip(), second in slip()) {
        let body = slipped(&slipped(&body, &first), &second);
        let ticket = Ticket { body: &body, ..Ticket::default() };
        let answer = BUILTIN.worker().answer(&ticket);
        let mut before = 0;
        for slip in &answer.slips {
            let written = fold(&body[slip.span.range()]);
            prop_assert_ne!(written.text(), slip.read.as_str());
            // One letter more or less, and spaces.
            let letters = |text: &str| text.bytes().filter(|byte| *byte != b' ').count();
            prop_assert!(letters(written.text()).abs_diff(letters(&slip.read)) <= 1, "{:?} as {:?}", written.text(), slip.read);
            let odd = |word: &str| ENGLISH.binary_search(&word).is_err();
            prop_assert!(written.text().split(' ').any(odd), "{:?} is a word", written.text());
            prop_assert!(slip.span.start >= before, "{:?} overlaps the one before", written.text());
            before = slip.span.end;
        }
    }

    #[test]
    fn what_hit_hits_by_itself_as_it_was_read(body in said(), first in slip_of_letters(), second in slip_of_letters()) {
        let body = slipped(&slipped(&body, &first), &second);
        let ticket = Ticket { body: &body, ..Ticket::default() };
        let answer = BUILTIN.worker().answer(&ticket);
        let folded = fold(&body);
        // Facts are read only of tickets that something comes of, and alone nothing does.
        for hit in answer.hits.iter().filter(|hit| !matches!(hit.role, Role::Fact(_))) {
            let written = fold(hit.text(&ticket));
            // Spans begin and end with words of the text.
            let at = folded.text().match_indices(written.text()).find(|(at, found)| {
                folded.original(*at..at + found.len()) == Some(hit.span)
            });
            prop_assert!(at.is_some(), "{:?} is not in {:?}", written.text(), folded.text());
            // By itself it hits again: as it is written where that was clear, else as it was read.
            let read_as = answer.read_as(hit, &ticket);
            let hits = |alone: &str| {
                let again = BUILTIN.worker().answer(&Ticket { body: alone, ..Ticket::default() });
                again.hits.iter().any(|other| other.phrase == hit.phrase)
            };
            prop_assert!(read_as.as_deref().is_some_and(hits) || hits(hit.text(&ticket)),
                "{:?} hit {:?}, read as {:?}", hit.phrase, hit.text(&ticket), read_as);
        }
    }

    #[test]
    fn only_what_is_said_gives_points(body in said(), subject in said()) {
        let ticket = Ticket { subject: &subject, body: &body, ..Ticket::default() };
        let answer = BUILTIN.worker().answer(&ticket);
        for candidate in &answer.candidates {
            let counted = answer.hits.iter().filter(|hit| hit.weight == Weight::Counted);
            let points = counted.map(|hit| match hit.role {
                Role::Issue(issue) if std::ptr::eq(issue, candidate.issue) => hit.points,
                _ => 0,
            });
            prop_assert_eq!(points.sum::<u32>(), candidate.points, "{} in {:?}", candidate.issue.id, body);
        }
        for hit in &answer.hits {
            // What is not meant is known to be so: points of a hint, and what gives none, always count.
            if let (Role::Issue(_), Weight::NotMeant(state)) = (hit.role, hit.weight) {
                prop_assert!(hit.points > 1 && state != State::Said && state != State::NotDone, "{:?}", hit.phrase);
            }
        }
    }

    #[test]
    fn spaces_between_letters_that_need_none_change_nothing(
        texts in prop::collection::vec((select(CHINESE.as_slice()), select(&["", "\u{3002}", "\u{FF0C}", "\n\n"][..])), 1..4),
        spaces in prop::collection::vec(select(&["", "", " ", "  ", "\u{3000}", "\n"][..]), 64),
    ) {
        let text: String = texts.iter().flat_map(|(text, end)| [text, *end]).collect();
        let mut spaced = String::new();
        let mut spaces = spaces.iter().cycle();
        let mut before = None;
        for c in text.chars() {
            if before.is_some_and(is_han) && is_han(c) {
                spaced.push_str(spaces.next().copied().unwrap_or_default());
            }
            spaced.push(c);
            before = Some(c);
        }
        let [plain, spaced] = [&text, &spaced]
            .map(|body| outcome(&BUILTIN.worker().answer(&Ticket { body, ..Ticket::default() })));
        prop_assert_eq!(plain, spaced, "{:?}", text);
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

/// What is left of tickets in two languages once one of them says that the trouble is over.
#[test]
fn a_trouble_told_in_two_languages_is_over_in_both() {
    let table = include_str!("data/over_in_two_languages.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let mut wrong = Vec::new();
    for record in reader.records() {
        let record = record.unwrap();
        let ticket = Ticket { subject: &record[0], body: &record[1], ..Ticket::default() };
        let answer = BUILTIN.worker().answer(&ticket);
        let told = answer.hits.iter().filter_map(|hit| match (hit.role, hit.weight) {
            (Role::Issue(issue), Weight::Counted) if !hit.is_hint() => Some(issue.id.as_str()),
            _ => None,
        });
        let mut left: Vec<&str> = told.collect();
        left.sort_unstable();
        left.dedup();
        if left.join(" ") != record[2] {
            wrong.push(format!("{} {}: {left:?}", &record[0], &record[1]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Three troubles that have nothing to do with each other, four points each.
static TROUBLES: LazyLock<Triage> = LazyLock::new(|| {
    let mut pack = "format = 1\n[pack]\nid = \"troubles\"\n".to_owned();
    for trouble in TROUBLE_WORDS {
        let id = trouble.replace(' ', "-");
        let _ = write!(
            pack,
            "[[issue]]\nid = \"{id}\"\ntitle = \"x\"\nreply = \"x\"\nphrases = {{ \"{trouble}\" = 4 }}\n"
        );
    }
    Triage::new(Packs::parse("troubles.toml", &pack).unwrap()).unwrap()
});

const TROUBLE_WORDS: [&str; 3] = ["green bubble", "red mark", "broken lamp"];

/// Sentences around a trouble, and whether they say that there is one.
const FRAMES: [(&str, bool); 12] = [
    ("I see a @ every day.", true),
    ("There is a @!", true),
    ("Why is there always a @?", true),
    ("I do not know why I get a @.", true),
    ("If I press it, I get a @.", true),
    ("No, a @ all day.", true),
    ("There is no @.", false),
    ("I have never seen any @ here.", false),
    ("It is not a @ any more.", false),
    ("What if I get a @?", false),
    ("I wish I had a @.", false),
    ("In case of a @, whom do I call?", false),
];

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn a_trouble_counts_if_any_sentence_says_that_it_is_there(
        sentences in prop::collection::vec((select(&TROUBLE_WORDS[..]), select(&FRAMES[..])), 1..6),
        solved in any::<bool>(),
    ) {
        let mut body = String::new();
        for (trouble, (frame, _)) in &sentences {
            let _ = write!(body, "{} ", frame.replace('@', trouble));
        }
        if solved {
            body.push_str("All of it is solved, please close the ticket.");
        }
        let answer = TROUBLES.worker().answer(&Ticket { body: &body, ..Ticket::default() });
        for trouble in TROUBLE_WORDS {
            let id = trouble.replace(' ', "-");
            let is_there = sentences.iter().any(|(other, (_, said))| *other == trouble && *said);
            let candidate = answer.candidates.iter().find(|candidate| candidate.issue.id == id);
            let points = candidate.map_or(0, |candidate| candidate.points);
            prop_assert_eq!(points, if is_there && !solved { 4 } else { 0 }, "{} in {:?}", trouble, body);
        }
        prop_assert_eq!(answer.status == Status::Unmatched, answer.candidates.is_empty(), "{:?}", body);
        let doubted = answer.notes.iter().any(|note| matches!(note, Note::TooLittle { .. }));
        prop_assert!(!doubted, "{:?}", body);
    }
}

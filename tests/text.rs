//! The text layer, from its contract: the fold and its way back, the formula
//! guard, what a terminal may see, and text on one line.

use std::collections::HashMap;
use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use triage::Span;
use triage::text::{Folded, fold, guard, one_line, unguard, visible};

/// As many cases as fit into a few seconds without optimisation; failures leave no file behind.
///
/// The same cases for everyone, so that a change is judged by what it changes.
/// `PROPTEST_CASES` and `PROPTEST_RNG_SEED` look further.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Pieces of text that have broken text tools before.
#[rustfmt::skip]
const HOSTILE: [&str; 168] = [
    // Plain words, digits, versions, addresses.
    "the", "iMessage", "won't", "WAITING", "for", "activation", "a", "I", "26", "26.0.1", "v1.2",
    "1.", ".5", "3..4", "e.g.", "U.S.A.", "ada@example.com", "https://example.com/a?b=c#d", "rock'n'roll",
    // Apostrophes and quotes of all shapes.
    "won\u{2019}t", "don\u{2018}t", "can\u{02BC}t", "it\u{FF07}s", "\u{201C}quoted\u{201D}", "\u{AB}so\u{BB}",
    "'", "''", "\u{2019}", "`", "\u{B4}", "'tis", "users'", "\u{2032}", "\u{2033}",
    // Space, and what looks like it or like nothing.
    " ", "  ", "\t", "\u{A0}", "\u{202F}", "\u{2003}", "\u{3000}", "\u{1680}", "\u{200B}", "\u{200C}", "\u{200D}",
    "\u{2060}", "\u{FEFF}", "\u{AD}", "soft\u{AD}hyphen", "I\u{FE0F}", "I\u{FE0E}Message", "\u{FE0F}", "\u{34F}",
    "\u{180E}", "\u{115F}", "\u{3164}", "\u{E0061}",
    // Combining marks, with and without a letter.
    "e\u{301}", "\u{301}", "\u{20DD}", "Z\u{351}\u{36B}\u{343}a\u{30A}lgo", "\u{345}", "o\u{308}\u{323}",
    // Letters that grow, shrink or change when folded.
    "\u{FB01}", "\u{FB03}", "\u{DF}", "\u{1E9E}", "\u{130}", "\u{131}", "\u{3A3}\u{3A3}", "\u{39F}\u{394}\u{39F}\u{3A3}",
    "\u{3C2}", "\u{17F}", "\u{149}", "\u{1F0}", "\u{1E96}", "\u{390}", "\u{1FB4}", "\u{23A}", "\u{2126}", "\u{212A}", "\u{212B}",
    "\u{C5}ngstr\u{F6}m", "na\u{EF}ve", "\u{141}\u{F3}d\u{17A}", "\u{132}\u{133}", "\u{1C4}", "\u{FDFA}",
    // Full-width and half-width forms.
    "\u{FF26}\u{FF35}\u{FF2C}\u{FF2C}", "\u{FF12}\u{FF16}\u{FF0E}\u{FF11}", "\u{FF76}\u{FF9E}", "\u{FF8A}\u{FF9F}",
    "\u{FF9E}", "\u{FFDA}", "\u{FFA1}",
    // Scripts.
    "\u{304C}", "\u{304B}\u{3099}", "\u{30D1}\u{30A4}", "\u{3099}", "\u{30FC}", "\u{6FC0}\u{6D3B}", "\u{4FE1}\u{606F}", "\u{F900}", "\u{7C21}\u{8A0A}", "\u{555F}", "\u{2FA5}",
    "\u{20000}", "\u{D55C}\u{AE00}", "\u{1112}\u{1161}\u{11AB}", "\u{E2A}\u{E27}\u{E31}\u{E2A}\u{E14}\u{E35}", "\u{E33}", "\u{E31}",
    "\u{939}\u{93F}\u{928}\u{94D}\u{926}\u{940}", "\u{958}", "\u{93F}", "\u{645}\u{631}\u{62D}\u{628}\u{627}", "\u{645}\u{64F}", "\u{FEFB}",
    "\u{5E9}\u{5C1}\u{5DC}\u{5D5}\u{5DD}", "\u{FB2A}", "\u{1000}\u{103B}", "\u{17AF}\u{17D2}", "\u{F40}\u{F71}",
    // Emoji and symbols.
    "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{1F44D}\u{1F3FD}", "\u{1F1E9}\u{1F1EA}", "1\u{FE0F}\u{20E3}", "\u{2764}\u{FE0F}",
    "\u{BD}", "3\u{BD}", "\u{2474}", "\u{3231}", "\u{2116}", "\u{2122}", "\u{33A1}", "\u{2460}", "\u{2175}", "\u{B2}", "\u{FF05}",
    // Sentence ends.
    ".", "!", "?", "...", "\u{2026}", "?!", "\u{3002}", "\u{FF01}", "\u{61F}", "\u{6D4}", "\u{964}", "\u{203D}", "\u{2048}", "\u{BF}",
    ";", ":", ",", "-", "\u{2013}", "\u{2014}", "\u{2011}", "/", "&", "\u{FF0E}", "\u{FF61}", "\u{2024}", "\u{2025}",
    // Lines.
    "\r", "\n",
];

/// Pieces that need to be kept away from each other less often.
const CONTROLS: [&str; 24] = [
    "\r\n",
    "\r\n\r\n",
    "\n\n",
    "\n\r",
    "\r\r",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{B}",
    "\u{C}",
    "\0",
    "\u{1B}[31m",
    "\u{7}",
    "\u{7F}",
    "\u{9B}",
    "\u{202E}",
    "\u{2066}",
    "\u{2069}",
    "\u{61C}",
    "\u{E000}",
    "\u{FFFE}",
    "\u{1FFFF}",
    "\u{FFFD}",
    "\u{10FFFF}",
];

/// Text as people, programs and attackers send it.
pub(crate) fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => select(&HOSTILE[..]).prop_map(str::to_owned),
        2 => select(&CONTROLS[..]).prop_map(str::to_owned),
        2 => Just(" ".to_owned()),
        1 => "[a-zA-Z]{1,6}",
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\n')
}

/// Whether a hit can begin with this character of a folded text: what is nothing alone leans on a letter.
fn can_begin(c: char) -> bool {
    !matches!(c, ' ' | '\n' | '.' | '\'') && !fold(&c.to_string()).text().is_empty()
}

/// The words of a folded text, as bytes of it.
fn words(folded: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut at = 0;
    for word in folded.split(is_separator) {
        if !word.is_empty() {
            words.push(at..at + word.len());
        }
        at += word.len() + 1;
    }
    words
}

/// The promise: what a hit points at folds to the hit.
fn leads_back(original: &str, folded: &Folded, hit: Range<usize>) -> Result<(), TestCaseError> {
    let words = &folded.text()[hit.clone()];
    let Some(span) = folded.original(hit.clone()) else {
        return Err(TestCaseError::fail(format!(
            "{original:?}: no way back from {words:?} at {hit:?}"
        )));
    };
    prop_assert!(span.end <= original.len(), "{:?}: {} is outside", original, span);
    prop_assert!(
        original.is_char_boundary(span.start) && original.is_char_boundary(span.end),
        "{:?}: {} cuts a character",
        original,
        span
    );
    let slice = &original[span.range()];
    let again = fold(slice);
    prop_assert_eq!(again.text(), words, "{:?} of {:?} at {}", slice, original, span);
    Ok(())
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn every_run_of_words_leads_back(original in hostile(), picks in prop::collection::vec(any::<(u16, u8)>(), 8)) {
        let folded = fold(&original);
        let words = words(folded.text());
        for (pick, length) in picks {
            if words.is_empty() {
                break;
            }
            let first = usize::from(pick) % words.len();
            let last = (first + usize::from(length) % 5).min(words.len() - 1);
            let hit = words[first].start..words[last].end;
            // A combining mark of its own is no word that a phrase could have.
            if folded.text()[hit.clone()].chars().next().is_some_and(can_begin) {
                leads_back(&original, &folded, hit)?;
            }
        }
    }

    #[test]
    fn every_range_leads_back_or_cuts_a_character(original in hostile()) {
        let folded = fold(&original);
        let text = folded.text();
        // Quadratic, so on the first words only; one past the end on purpose.
        let limit = text.len().min(24);
        for start in 0..=limit {
            for end in 0..=limit + 1 {
                let Some(span) = folded.original(start..end) else { continue };
                prop_assert!(start < end && end <= text.len(), "{:?}: {start}..{end} is no range of it", text);
                prop_assert!(span.start < span.end && span.end <= original.len());
                prop_assert!(original.is_char_boundary(span.start) && original.is_char_boundary(span.end));
                let part = text.get(start..end);
                prop_assert!(part.is_some(), "{:?}: {start}..{end} cuts a folded character", text);
                let part = part.unwrap_or_default();
                let last = part.chars().next_back().unwrap_or(' ');
                if part.chars().next().is_some_and(can_begin) && !matches!(last, ' ' | '\n' | '.' | '\'') {
                    leads_back(&original, &folded, start..end)?;
                }
            }
        }
    }

    #[test]
    fn whole_words_always_have_a_way_back_and_in_order(original in hostile()) {
        let folded = fold(&original);
        let mut before = 0;
        for word in words(folded.text()) {
            let Some(span) = folded.original(word.clone()) else {
                return Err(TestCaseError::fail(format!("{original:?}: {:?}", &folded.text()[word])));
            };
            prop_assert!(span.start >= before, "{:?}: {} overlaps the word before", original, span);
            before = span.end;
        }
    }

    #[test]
    fn no_way_back_from_nothing_or_from_beyond(original in hostile(), start in 0_usize..400, length in 0_usize..400) {
        let folded = fold(&original);
        prop_assert!(folded.original(start..start).is_none());
        #[allow(clippy::reversed_empty_ranges)]
        { prop_assert!(folded.original(start + 1..start).is_none()); }
        if start + length > folded.text().len() {
            prop_assert!(folded.original(start..start + length).is_none());
        }
        prop_assert!(folded.original(0..usize::MAX).is_none());
        prop_assert!(folded.original(usize::MAX..usize::MAX).is_none());
    }

    #[test]
    fn folded_text_is_what_it_says_it_is(original in hostile()) {
        let folded = fold(&original);
        let text = folded.text();
        prop_assert!(!text.starts_with(is_separator) && !text.ends_with(is_separator), "{:?}", text);
        let chars: Vec<char> = text.chars().collect();
        for (n, &c) in chars.iter().enumerate() {
            let before = n.checked_sub(1).map(|n| chars[n]);
            let after = chars.get(n + 1).copied();
            match c {
                ' ' | '\n' => prop_assert!(!after.is_some_and(is_separator), "{:?}", text),
                '.' => prop_assert!(
                    before.is_some_and(char::is_numeric) && after.is_some_and(char::is_numeric),
                    "{:?}: a dot outside a number",
                    text
                ),
                '\'' => prop_assert!(
                    ![before, after].iter().any(|c| c.is_none_or(|c| is_separator(c) || c == '\'' || c == '.')),
                    "{:?}: an apostrophe outside a word",
                    text
                ),
                _ => {
                    prop_assert!(!c.is_control() && !c.is_whitespace(), "{:?} has {:?}", text, c);
                    prop_assert!(!c.is_ascii_punctuation() && !c.is_ascii_uppercase(), "{:?} has {:?}", text, c);
                }
            }
        }
    }

    #[test]
    fn folding_again_changes_nothing(original in hostile()) {
        let folded = fold(&original);
        for sentence in folded.text().split('\n') {
            let again = fold(sentence);
            prop_assert_eq!(again.text(), sentence, "a sentence of {:?}", original);
        }
        // A single line break ends no sentence, a blank line does.
        let again = fold(&folded.text().replace('\n', "\n\n"));
        prop_assert_eq!(again.text(), folded.text(), "{:?}", original);
    }

    #[test]
    fn buffers_are_used_again_without_a_trace(first in hostile(), second in hostile()) {
        let mut folded = fold(&first);
        folded.refold(&second);
        let fresh = fold(&second);
        prop_assert_eq!(folded.text(), fresh.text());
        for word in words(fresh.text()) {
            prop_assert_eq!(folded.original(word.clone()), fresh.original(word));
        }
    }

    #[test]
    fn ascii_folds_alike_beside_other_letters(text in "[ -~\t\r\n]{0,60}") {
        let alone = fold(&text);
        let beside = fold(&format!("{text} \u{E4}"));
        prop_assert!(beside.text().starts_with(alone.text()), "{:?} and {:?}", alone.text(), beside.text());
        for word in words(alone.text()) {
            prop_assert_eq!(alone.original(word.clone()), beside.original(word), "{:?}", text);
        }
        // Full-width twins, by compatibility, are the same text.
        let wide: String = text
            .chars()
            .map(|c| match c {
                '!'..='~' => char::from_u32(u32::from(c) - 0x21 + 0xFF01).unwrap_or(c),
                ' ' => '\u{3000}',
                other => other,
            })
            .collect();
        let wide = fold(&wide);
        prop_assert_eq!(wide.text(), alone.text(), "full-width {:?}", text);
    }

    #[test]
    fn what_vanishes_changes_nothing(
        text in "[a-zA-Z0-9.,'! \n-]{0,40}",
        nothing in select(&["\u{200B}", "\u{AD}", "\u{FE0F}", "\u{2060}", "\u{FEFF}", "\u{200D}"][..]),
    ) {
        let plain = fold(&text);
        let mut between = String::new();
        for c in text.chars() {
            between.push_str(nothing);
            between.push(c);
        }
        between.push_str(nothing);
        let between = fold(&between);
        prop_assert_eq!(plain.text(), between.text());
    }

    #[test]
    fn capitals_do_not_count(text in "[a-zA-Z0-9'., -]{0,40}") {
        let (lower, upper) = (fold(&text.to_ascii_lowercase()), fold(&text.to_ascii_uppercase()));
        prop_assert_eq!(lower.text(), upper.text());
    }

    /// An independent fold: a text is made of words and gaps of which we know what they are.
    #[test]
    fn known_words_and_gaps_fold_to_what_they_are(
        parts in prop::collection::vec((ascii_word(), gap()), 1..12),
        (before, _) in gap(),
    ) {
        let (mut original, mut expected, mut spans) = (before.to_owned(), String::new(), Vec::new());
        for (n, (word, (between, separator))) in parts.iter().enumerate() {
            let start = original.len();
            original.push_str(word);
            spans.push((expected.len()..expected.len() + word.len(), start..original.len()));
            expected.push_str(&word.to_ascii_lowercase());
            original.push_str(between);
            if n + 1 < parts.len() {
                expected.push_str(separator);
            }
        }
        // With another letter at the end the text is no longer ASCII.
        let other = format!("{original} \u{436}");
        let (folded, beside) = (fold(&original), fold(&other));
        prop_assert_eq!(folded.text(), &expected, "{:?}", original);
        prop_assert!(beside.text().starts_with(&expected), "{:?}", other);
        for (hit, span) in spans {
            prop_assert_eq!(folded.original(hit.clone()).map(Span::range), Some(span.clone()), "{:?}", original);
            prop_assert_eq!(beside.original(hit).map(Span::range), Some(span), "{:?}", other);
        }
    }

    #[test]
    fn nothing_panics(text in any::<String>()) {
        let folded = fold(&text);
        let _ = folded.original(0..folded.text().len());
        let _ = (guard(&text), unguard(&text), visible(&text), one_line(&text));
    }
}

/// Words that fold to themselves in small letters.
fn ascii_word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z]{1,8}",
        "[a-zA-Z]{1,5}'[a-zA-Z]{1,3}",
        "[0-9]{1,4}",
        "[0-9]{1,2}\\.[0-9]{1,2}(\\.[0-9])?",
        "[a-zA-Z][0-9]{1,3}",
    ]
}

/// What stands between words, and what it folds to.
fn gap() -> impl Strategy<Value = (&'static str, &'static str)> {
    const GAPS: [(&str, &str); 32] = [
        (" ", " "),
        ("   ", " "),
        ("\t", " "),
        (", ", " "),
        (" - ", " "),
        (" -- ", " "),
        ("/", " "),
        (" (", " "),
        (") ", " "),
        (" \"", " "),
        ("\" ", " "),
        (" '", " "),
        ("' ", " "),
        (": ", " "),
        (" & ", " "),
        (" @", " "),
        ("...", " "),
        ("... ", " "),
        ("\n", " "),
        ("\r\n", " "),
        ("\r", " "),
        (",\n", " "),
        (". ", "\n"),
        (".\n", "\n"),
        (".) ", "\n"),
        ("! ", "\n"),
        ("? ", "\n"),
        ("?! ", "\n"),
        ("!!!", "\n"),
        ("\n\n", "\n"),
        ("\r\n\r\n", "\n"),
        ("\r\r", "\n"),
    ];
    select(&GAPS[..])
}

/// Reads `\n` and `\u{...}`, so that a table can be read by eye.
fn unescape(cell: &str) -> String {
    let mut out = String::new();
    let mut rest = cell;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(code) = rest.strip_prefix("u{") {
            let (code, after) = code.split_once('}').unwrap();
            out.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
            rest = after;
            continue;
        }
        let mut chars = rest.chars();
        out.push(match chars.next() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('0') => '\0',
            Some('\\') => '\\',
            other => panic!("{cell}: unknown escape {other:?}"),
        });
        rest = chars.as_str();
    }
    out + rest
}

/// Rows of a table beside these tests, escapes read.
fn table(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| row.iter().map(unescape).collect()).collect()
}

#[test]
fn the_fold_by_example() {
    let rows = table(include_str!("data/fold.csv"));
    assert!(rows.len() >= 40, "{} examples", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        let folded = fold(&row[0]);
        if folded.text() != row[1] {
            wrong.push(format!(
                "{:?}: {:?} instead of {:?} ({})",
                row[0],
                folded.text(),
                row[1],
                row[2]
            ));
        }
        for word in words(folded.text()) {
            if let Err(error) = leads_back(&row[0], &folded, word) {
                wrong.push(error.to_string());
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A range of a folded text, and what it leads back to.
type Back = (Range<usize>, Option<&'static str>);

#[test]
fn a_range_that_cuts_a_character_is_nothing_a_customer_typed() {
    // Original, and for each range of the fold what it leads back to.
    let cases: [(&str, &[Back]); 7] = [
        (
            "\u{FB01}ne",
            &[
                (0..1, None),
                (1..2, None),
                (0..2, Some("\u{FB01}")),
                (1..4, None),
                (0..4, Some("\u{FB01}ne")),
            ],
        ),
        (
            "stra\u{DF}e",
            &[(4..5, None), (5..6, None), (4..6, Some("\u{DF}")), (0..7, Some("stra\u{DF}e"))],
        ),
        ("o\u{FB03}ce", &[(0..2, None), (0..3, None), (0..4, Some("o\u{FB03}")), (2..6, None)]),
        (
            "e\u{301}t\u{E9}",
            &[(0..1, Some("e\u{301}")), (2..3, Some("\u{E9}")), (0..3, Some("e\u{301}t\u{E9}"))],
        ),
        (
            "\u{6FC0}\u{6D3B}",
            &[(0..1, None), (0..3, Some("\u{6FC0}")), (3..6, Some("\u{6D3B}")), (1..6, None)],
        ),
        (
            "a - b",
            &[
                (0..1, Some("a")),
                (2..3, Some("b")),
                (0..3, Some("a - b")),
                (3..4, None),
                (0..0, None),
            ],
        ),
        (
            "\u{201C}Hi,\u{201D} he said\u{2026}",
            &[(0..2, Some("Hi")), (6..10, Some("said")), (0..10, Some("Hi,\u{201D} he said"))],
        ),
    ];
    for (original, ranges) in cases {
        let folded = fold(original);
        for (range, expected) in ranges {
            let got = folded.original(range.clone()).map(|span| &original[span.range()]);
            assert_eq!(got, *expected, "{original:?}, {range:?} of {:?}", folded.text());
        }
    }
}

#[test]
fn composed_and_decomposed_letters_fold_alike() {
    let pairs = [
        ("\u{E9}t\u{E9}", "e\u{301}te\u{301}"),
        ("\u{C4}rger", "A\u{308}rger"),
        ("\u{1EC7}", "e\u{323}\u{302}"),
        ("\u{3AC}\u{3BB}\u{3C6}\u{3B1}", "\u{3B1}\u{301}\u{3BB}\u{3C6}\u{3B1}"),
        ("\u{439}", "\u{438}\u{306}"),
        ("\u{304C}", "\u{304B}\u{3099}"),
        ("\u{30D1}", "\u{30CF}\u{309A}"),
        ("\u{FF76}\u{FF9E}", "\u{30AC}"),
        ("\u{D55C}\u{AE00}", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}"),
        ("\u{929}", "\u{928}\u{93C}"),
        ("\u{130}stanbul", "istanbul"),
        ("\u{212B}", "\u{C5}"),
    ];
    for (composed, decomposed) in pairs {
        assert_eq!(fold(composed).text(), fold(decomposed).text(), "{composed:?} {decomposed:?}");
    }
}

#[test]
fn every_character_folds_to_letters_digits_and_their_marks() {
    let mut wrong = Vec::new();
    for c in '\0'..=char::MAX {
        let original = format!("a{c}b");
        let folded = fold(&original);
        let text = folded.text();
        let tidy = text.starts_with('a')
            && text.ends_with('b')
            && text
                .chars()
                .all(|c| matches!(c, ' ' | '\n' | '\'') || c.is_alphanumeric() || is_mark(c))
            && text.split(is_separator).count() <= 2;
        if !tidy {
            wrong.push(format!(
                "U+{:04X} {c:?} in {original:?}: {text:?} is more than words",
                u32::from(c)
            ));
        }
        let again = fold(&text.replace('\n', "\n\n"));
        if again.text() != text {
            wrong.push(format!(
                "U+{:04X} {c:?}: {text:?} folds again to {:?}",
                u32::from(c),
                again.text()
            ));
        }
        for word in words(text) {
            if let Err(error) = leads_back(&original, &folded, word) {
                wrong.push(format!("U+{:04X}: {error}", u32::from(c)));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} findings:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}

/// What is a mark to the fold: it stays behind a letter, and is nothing alone.
fn is_mark(c: char) -> bool {
    fold(&c.to_string()).text().is_empty() && fold(&format!("a{c}")).text().ends_with(c)
}

#[test]
fn very_long_runs_of_one_kind_are_no_trouble() {
    for piece in ["a", " ", "\u{301}", ".", "'", "\u{200B}", "\u{FDFA}", "\n", "\u{E31}", "1."] {
        let text = piece.repeat(20_000);
        let folded = fold(&text);
        let _ = folded.original(0..folded.text().len());
        let around = format!("start {text} stop");
        let folded = fold(&around);
        assert!(folded.text().starts_with("start") && folded.text().ends_with("stop"), "{piece:?}");
    }
}

// ------------------------------------------------------------------ the guard

/// White space and invisible characters, which spreadsheets skip.
fn skips(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn starts_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\u{FF1D}' | '\u{FF0B}' | '\u{FF0D}' | '\u{FF20}')
}

/// `-5`, `-12.50`: nothing that could be run.
fn is_negative_number(text: &str) -> bool {
    text.trim().strip_prefix('-').is_some_and(|digits| {
        digits.contains(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| matches!(c, '0'..='9' | '.' | ','))
    })
}

/// Whether a spreadsheet would do something with a cell that shows it.
pub(crate) fn dangerous(cell: &str) -> bool {
    cell.starts_with(['\t', '\r', '\n', '\0'])
        || cell.trim_start_matches(skips).starts_with(starts_formula) && !is_negative_number(cell)
        || cell.split([';', '\t', '\r', '\n']).skip(1).any(dangerous_piece)
}

/// Whether what stands behind a separator is a real formula: an equals sign or another start, and an operand.
fn dangerous_piece(piece: &str) -> bool {
    let piece = piece.trim_start_matches(skips);
    let mut chars = piece.chars();
    let Some(start) = chars.next().filter(|&c| starts_formula(c)) else { return false };
    let operand = chars.next();
    match start {
        '=' | '\u{FF1D}' => operand.is_some_and(|c| {
            c.is_alphanumeric() || matches!(c, '(' | '+' | '-' | '@' | '"' | '\'' | '{')
        }),
        _ => {
            operand.is_some_and(|c| c.is_ascii_alphanumeric() || c == '(')
                && !is_negative_number(piece)
        }
    }
}

/// Whether two cells are the same but for apostrophes that a guard put in, at the front or behind a separator.
pub(crate) fn same_but_for_guards(guarded: &str, plain: &str) -> bool {
    let (mut plain, mut at_front) = (plain.chars().peekable(), true);
    for c in guarded.chars() {
        if plain.peek() == Some(&c) {
            plain.next();
        } else if !(c == '\'' && at_front) {
            return false;
        }
        at_front = matches!(c, ';' | '\t' | '\r' | '\n') || at_front && (c == '\'' || skips(c));
    }
    plain.next().is_none()
}

/// Text for a spreadsheet to trip over.
pub(crate) fn formulaic() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => select(&["=", "+", "-", "@", "'", ";", "\t", "\r", "\n", " ", "\"", ",", "|", "!", "(", ")", "1", "5", "A1", "x", "cmd", "SUM"][..])
            .prop_map(str::to_owned),
        1 => select(&["\u{A0}", "\u{200B}", "\u{FEFF}", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", "\0", "\u{3000}", "\u{AD}"][..])
            .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn a_guarded_cell_is_safe(cell in prop_oneof![formulaic(), hostile()]) {
        let guarded = guard(&cell);
        prop_assert!(!dangerous(&guarded), "{:?} became {:?}", cell, guarded);
        prop_assert!(same_but_for_guards(&guarded, &cell), "{:?} became {:?}", cell, guarded);
    }

    #[test]
    fn the_guard_comes_off_the_front(cell in prop_oneof![formulaic(), hostile()]) {
        let guarded = guard(&cell);
        let back = unguard(&guarded);
        let first = |text: &str| text.split([';', '\t', '\r', '\n']).next().unwrap_or_default().to_owned();
        prop_assert_eq!(first(back), first(&cell), "{:?} became {:?}", cell, guarded);
        prop_assert!(same_but_for_guards(back, &cell), "{:?} became {:?}", cell, guarded);
        if !cell.contains([';', '\t', '\r', '\n']) {
            prop_assert_eq!(back, &cell);
        }
    }

    #[test]
    fn what_was_never_guarded_stays(cell in "[a-z0-9 ,.:()!?\u{E4}\u{6FC0}-]{0,20}") {
        // Anything without a formula's start is itself, there and back.
        if !cell.trim_start().starts_with('-') {
            prop_assert_eq!(guard(&cell), cell.as_str());
            prop_assert_eq!(unguard(&cell), cell.as_str());
        }
    }
}

#[test]
fn no_two_cells_are_guarded_alike() {
    // Every text of up to five of these: what is written can be told from what was guarded.
    const LETTERS: [char; 9] = ['=', '-', '\'', ';', '\n', ' ', 'a', '1', '"'];
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut texts = vec![String::new()];
    let mut lost = Vec::new();
    for _ in 0..5 {
        texts = texts.iter().flat_map(|text| LETTERS.map(|c| format!("{text}{c}"))).collect();
        for text in &texts {
            let guarded = guard(text).into_owned();
            assert!(!dangerous(&guarded), "{text:?} became {guarded:?}");
            let front = |text: &str| text.split([';', '\n']).next().unwrap_or_default().to_owned();
            if front(unguard(&guarded)) != front(text) {
                lost.push(format!(
                    "{text:?} became {guarded:?} and came back as {:?}",
                    unguard(&guarded)
                ));
            }
            if let Some(other) = seen.insert(guarded.clone(), text.clone()) {
                panic!("{other:?} and {text:?} both became {guarded:?}");
            }
        }
    }
    assert!(lost.is_empty(), "{} findings:\n{}", lost.len(), lost[..lost.len().min(20)].join("\n"));
}

#[test]
fn the_guard_by_example() {
    // Cell, guarded.
    let cases = [
        ("", ""),
        ("plain", "plain"),
        ("=1+1", "'=1+1"),
        ("=", "'="),
        ("+49 170 5550100", "'+49 170 5550100"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-1+1", "'-1+1"),
        ("-cmd", "'-cmd"),
        ("-5", "-5"),
        ("-12.50", "-12.50"),
        ("5-3", "5-3"),
        ("a=b", "a=b"),
        ("  =1", "'  =1"),
        ("\u{A0}=1", "'\u{A0}=1"),
        ("\u{200B}=1", "'\u{200B}=1"),
        ("\u{FEFF}=1", "'\u{FEFF}=1"),
        ("\u{FF1D}1+1", "'\u{FF1D}1+1"),
        ("\u{FF0B}1", "'\u{FF0B}1"),
        ("\u{FF0D}1+1", "'\u{FF0D}1+1"),
        ("\u{FF20}SUM(A1)", "'\u{FF20}SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("\0x", "'\0x"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'tis fine", "'tis fine"),
        ("it's", "it's"),
        ("a;=1+1", "a;'=1+1"),
        ("a\n=1+1", "a\n'=1+1"),
        ("a\r\n=1+1", "a\r\n'=1+1"),
        ("a\t=1+1", "a\t'=1+1"),
        ("hello;=1+1;", "hello;'=1+1;"),
        ("see you ;-)", "see you ;-)"),
        ("00042", "00042"),
        ("12345678901234567890", "12345678901234567890"),
        ("1E5", "1E5"),
    ];
    for (cell, guarded) in cases {
        assert_eq!(guard(cell), guarded, "{cell:?}");
        let separators = [';', '\t', '\r', '\n'];
        assert_eq!(
            unguard(guarded).split(separators).next(),
            cell.split(separators).next(),
            "{guarded:?}"
        );
    }
}

#[test]
fn the_guard_of_other_tools_comes_off_too() {
    for (cell, plain) in [
        ("'=1+1", "=1+1"),
        ("'+49 170 5550100", "+49 170 5550100"),
        ("'-1+1", "-1+1"),
        ("'@all", "@all"),
        ("''=1", "'=1"),
        ("'quoted'", "'quoted'"),
        ("'", "'"),
        ("", ""),
        ("=1", "=1"),
    ] {
        assert_eq!(unguard(cell), plain, "{cell:?}");
    }
}

// --------------------------------------------------- terminals and single lines

/// What turns the direction of writing.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn nothing_steers_the_terminal(text in prop_oneof![hostile(), any::<String>()]) {
        let shown = visible(&text);
        for c in shown.chars() {
            prop_assert!(!c.is_control() || matches!(c, '\n' | '\t'), "{:?} shows {:?}", text, c);
            prop_assert!(!is_bidi(c), "{:?} shows {:?}", text, c);
            prop_assert!(!matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}'), "{:?} hides {:?}", text, c);
        }
        // One for one: nothing is dropped, and what is shown stays.
        prop_assert_eq!(shown.chars().count(), text.chars().count());
        let again = visible(&shown);
        prop_assert_eq!(&again, &shown);
    }

    #[test]
    fn plain_text_is_shown_as_it_is(text in "[ -~\n\t\u{E0}-\u{17F}\u{3B1}-\u{3C9}\u{430}-\u{44F}\u{5D0}-\u{5EA}\u{627}-\u{64A}\u{3042}-\u{3096}\u{4E00}-\u{4FFF}\u{1F600}-\u{1F64F}\u{2018}-\u{201F}\u{2026}\u{2013}]{0,60}") {
        prop_assert_eq!(visible(&text), text.as_str());
    }

    #[test]
    fn one_line_is_one_line(text in prop_oneof![hostile(), any::<String>()]) {
        let line = one_line(&text);
        prop_assert!(!line.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')), "{:?}", line);
        prop_assert!(!line.contains("  ") && !line.starts_with(' ') && !line.ends_with(' '), "{:?}", line);
        prop_assert!(line.chars().all(|c| c == ' ' || !c.is_whitespace()), "{:?}", line);
        let breaks = |c: char| c.is_whitespace() || c.is_control();
        let words: Vec<&str> = text.split(breaks).filter(|word| !word.is_empty()).collect();
        prop_assert_eq!(&line, &words.join(" "));
        prop_assert_eq!(&*one_line(&line), &*line);
    }
}

#[test]
fn terminal_tricks_by_example() {
    for (text, shown) in [
        ("plain\tand\nsimple", "plain\tand\nsimple"),
        ("\u{1B}[31mred", "\u{241B}[31mred"),
        ("\u{1B}]52;c;AAAA\u{7}", "\u{241B}]52;c;AAAA\u{2407}"),
        ("50%\rdone", "50%\u{240D}done"),
        ("\0", "\u{2400}"),
    ] {
        assert_eq!(visible(text), shown, "{text:?}");
    }
    // Turned and hidden text is marked, whatever with.
    for text in
        ["invoice\u{202E}fdp.exe", "pay\u{200B}pal", "\u{9B}31m", "\u{2067}abc\u{2069}", "\u{7F}"]
    {
        assert_ne!(visible(text), text, "{text:?}");
    }
}

//! Whom to greet, and how.

use crate::text::{fold, is_spaceless, one_line};
use crate::ticket::Requester;

/// A longer first name is no first name.
const MAX_LETTERS: usize = 20;

/// Words in front of a name that are no part of it, folded and in order.
const TITLES: &[&str] = &[
    "dhr", "dr", "fr", "frau", "herr", "hr", "m", "madame", "mevr", "miss", "mlle", "mme",
    "monsieur", "mr", "mrs", "ms", "mx", "prof", "senor", "senora", "signor", "signora", "sir",
    "sr", "sra",
];

/// Words that show that a name is not a person's, folded and in order.
const NOT_PEOPLE: &[&str] = &[
    "account",
    "accounting",
    "admin",
    "administrator",
    "ag",
    "agent",
    "anonymous",
    "api",
    "billing",
    "bot",
    "bv",
    "cc",
    "client",
    "co",
    "company",
    "contact",
    "corp",
    "customer",
    "deleted",
    "department",
    "desk",
    "family",
    "gmbh",
    "group",
    "guest",
    "helpdesk",
    "hotline",
    "inbox",
    "inc",
    "info",
    "it",
    "kg",
    "kunde",
    "limited",
    "llc",
    "ltd",
    "mail",
    "mailer",
    "no",
    "nobody",
    "none",
    "noreply",
    "null",
    "office",
    "oy",
    "plc",
    "postmaster",
    "reception",
    "sa",
    "sales",
    "sarl",
    "service",
    "sl",
    "spa",
    "srl",
    "support",
    "system",
    "team",
    "test",
    "the",
    "undefined",
    "unknown",
    "user",
    "verein",
    "web",
    "webmaster",
    "www",
];

/// The first name to greet with, or `None` where it does not look like one.
///
/// A wrong name is worse than none: companies, mailboxes, initials, numbers
/// and handles are not greeted. "Silva, Ana" is Ana; names in capitals or in
/// small letters are written as names are.
pub(super) fn first_name(requester: &Requester<'_>) -> Option<String> {
    if !requester.first_name.trim().is_empty() {
        return given(&one_line(requester.first_name));
    }
    let name = one_line(requester.name);
    match name.split_once(',') {
        Some((surname, given_names)) if !given_names.contains(',') && is_person(surname) => {
            given(given_names)
        }
        Some(_) => None,
        None => given(&name),
    }
}

/// The first word of a name, if all of it looks like a name.
fn given(name: &str) -> Option<String> {
    if !is_person(name) {
        return None;
    }
    let word = name.split(' ').find(|word| !word.is_empty() && !is_listed(TITLES, word))?;
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    // One letter, or letters with dots between them, are initials.
    let initials = letters < 2 || word.contains('.');
    (!initials && letters <= MAX_LETTERS).then(|| as_name(word))
}

fn is_person(name: &str) -> bool {
    let shape =
        |c: char| c.is_alphabetic() || matches!(c, ' ' | '\'' | '’' | '-' | '.') || is_mark(c);
    !name.trim().is_empty()
        // Scripts without spaces put the family name first and greet by all of it.
        && name.chars().all(|c| shape(c) && !is_spaceless(c))
        && !name.split([' ', '-', '.']).any(|word| is_listed(NOT_PEOPLE, word))
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn is_listed(words: &[&str], word: &str) -> bool {
    if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let lower = word.bytes().map(|byte| byte.to_ascii_lowercase());
        return words.binary_search_by(|known| known.bytes().cmp(lower.clone())).is_ok();
    }
    words.binary_search(&fold(word).text()).is_ok()
}

/// ANNA and anna are Anna; Jean-Luc, `McKay` and O'Neil stay.
fn as_name(word: &str) -> String {
    let shouted = word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    let whispered = word.chars().filter(|c| c.is_alphabetic()).all(char::is_lowercase);
    if !shouted && !whispered {
        return word.to_owned();
    }
    let mut name = String::with_capacity(word.len());
    let mut start = true;
    for c in word.chars() {
        if start {
            name.extend(c.to_uppercase());
        } else {
            name.extend(c.to_lowercase());
        }
        start = !c.is_alphabetic() && !is_mark(c);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_greeted_and_mailboxes_are_not() {
        for (name, want) in [
            ("Ana Silva", "Ana"),
            ("Silva, Ana", "Ana"),
            ("ANNA SCHMIDT", "Anna"),
            ("maría josé garcía", "María"),
            ("Dr. Jean-Luc Picard", "Jean-Luc"),
            ("jean-luc picard", "Jean-Luc"),
            ("Herr Müller", "Müller"),
            ("Siobhán O’Neil", "Siobhán"),
            ("Ольга Иванова", "Ольга"),
            ("  Li \n Na ", "Li"),
            ("", ""),
            ("J. R. Ewing", ""),
            ("J Ewing", ""),
            ("ana.silva@example.com", ""),
            ("ana_silva", ""),
            ("user 4711", ""),
            ("Acme GmbH", ""),
            ("IT Support", ""),
            ("Support-Team", ""),
            ("Smith, Jones, Brown", ""),
            ("Acme Ltd., Ana", ""),
            ("山田太郎", ""),
            ("N/A", ""),
            ("null", ""),
            ("{{ 7 * 7 }}", ""),
            ("Hubert Blaine Wolfeschlegelsteinhausenbergerdorff", "Hubert"),
            ("Wolfeschlegelsteinhausenbergerdorff", ""),
        ] {
            let requester = Requester { name, ..Requester::default() };
            assert_eq!(first_name(&requester).unwrap_or_default(), want, "{name:?}");
        }
    }

    #[test]
    fn listed_words_are_found_whatever_the_case_and_the_accents() {
        for words in [TITLES, NOT_PEOPLE] {
            assert!(words.is_sorted());
            for &word in words {
                let accented = word.replace('e', "é").replace('o', "ö");
                let shouted = word.to_uppercase();
                for listed in [word, shouted.as_str(), accented.as_str()] {
                    assert!(is_listed(words, listed), "{listed:?}");
                }
                assert!(!is_listed(words, &format!("{word}q")), "{word:?}");
                assert!(!is_listed(words, &format!("{word}ü")), "{word:?}");
            }
        }
        assert!(!is_listed(TITLES, "") && !is_listed(TITLES, "zz") && !is_listed(TITLES, "Zoë"));
    }

    #[test]
    fn a_column_for_first_names_is_believed_before_the_name() {
        let requester = Requester { name: "Silva Ana", first_name: "ANA", email: "" };
        assert_eq!(first_name(&requester).as_deref(), Some("Ana"));
    }
}

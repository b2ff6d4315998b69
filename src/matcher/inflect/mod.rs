//! The inflections and contractions of words, for each language.
//!
//! Called once for each word when packs are compiled, so that matching costs
//! the same with and without. A form that is none (a verb's endings on a noun)
//! costs nothing, as nobody writes it; a form that is another common word
//! costs a wrong answer, so the tables of exceptions are for those.

mod english;

/// A word and its inflections, the word first, each once.
pub(super) fn inflections(word: &str, lang: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    if is_english(lang) {
        let more = english::inflections(word);
        forms.reserve_exact(more.len());
        for form in more {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

/// Other ways to write a word: won't is wont, and will not.
pub(super) fn contractions(word: &str, lang: &str) -> Vec<Vec<String>> {
    let mut all = if is_english(lang) { english::contractions(word) } else { Vec::new() };
    // On phones the apostrophe is the first thing to go.
    if word.contains('\'') {
        let bare = vec![word.replace('\'', "")];
        if !english::is_another_word(&bare[0]) && !all.contains(&bare) {
            all.push(bare);
        }
    }
    all
}

/// Other ways to write two words that follow each other: will not is won't.
pub(super) fn contracted(first: &str, second: &str, lang: &str) -> Vec<String> {
    if is_english(lang) { english::contracted(first, second) } else { Vec::new() }
}

fn is_english(lang: &str) -> bool {
    lang.split(['-', '_']).next() == Some("en")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// word, forms that count, words that must not: the cases stand in a table beside this file.
    #[test]
    fn words_have_the_forms_of_the_table() {
        let mut reader = csv::Reader::from_reader(include_str!("cases.csv").as_bytes());
        let (mut count, mut wrong) = (0, Vec::new());
        for record in reader.records() {
            let record = record.unwrap();
            let forms = inflections(&record[0], "en");
            for form in record[1].split_whitespace() {
                if !forms.iter().any(|f| f == form) {
                    wrong.push(format!("{form} is missing in {forms:?}"));
                }
            }
            for other in record[2].split_whitespace() {
                if forms.iter().any(|f| f == other) {
                    wrong.push(format!("{other} is no form in {forms:?}"));
                }
            }
            assert_eq!(forms[0], &record[0]);
            count += 1;
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(count > 100, "{count} cases");
    }

    #[test]
    fn another_language_has_none() {
        assert_eq!(inflections("aktivieren", "de"), ["aktivieren"]);
        assert_eq!(inflections("deliver", ""), ["deliver"]);
        assert_eq!(contractions("geht's", "de"), [["gehts"]]);
    }

    #[test]
    fn contractions_go_both_ways() {
        for (word, want) in [
            ("won't", "wont|will not"),
            ("can't", "cant|cannot|can not"),
            ("cannot", "can't|cant|can not"),
            ("isn't", "isnt|is not"),
            ("i'm", "im|i am"),
            ("i'll", "i will"),
            ("we're", "we are"),
            ("delivered", ""),
        ] {
            let all: Vec<String> =
                contractions(word, "en").iter().map(|words| words.join(" ")).collect();
            assert_eq!(all.join("|"), want, "{word}");
        }
        assert_eq!(contracted("will", "not", "en"), ["won't", "wont"]);
        assert_eq!(contracted("i", "am", "en"), ["i'm", "im"]);
        assert!(contracted("we", "will", "en").contains(&"we'll".to_owned()));
        assert!(contracted("new", "phone", "en").is_empty());
    }
}

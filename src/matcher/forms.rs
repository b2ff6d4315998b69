//! The forms of a word that count, and the ways to write words that follow each other.
//!
//! Phrases are widened when they are compiled, so that matching stays one
//! pass over a text that is folded but otherwise as the customer wrote it.

use super::inflect::{contracted, contractions, inflections};
use super::tokens::pieces;
use crate::packs::phrase::{Ending, Word};

/// One word of a spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) word: Word,
    /// Whether nothing but a dot stands before it.
    pub(super) dot: bool,
}

/// Every way to write words that follow each other: will not, won't, wont; wi fi, wifi.
///
/// Without inflections, each word is as it is written, contractions aside.
pub(super) fn forms(words: &[Word], lang: &str, inflects: bool) -> Vec<Vec<Form>> {
    let Some(word) = words.first() else {
        return vec![Vec::new()];
    };
    if let [word] = words
        && (word.ending != Ending::Inflected || contractions(&word.text, lang).is_empty())
    {
        return vec![alone(word, inflects)];
    }
    let mut starts: Vec<(Vec<Form>, usize)> = vec![(alone(word, inflects), 1)];
    let contracts = |word: &Word| word.ending == Ending::Inflected;
    if contracts(word) {
        let others = contractions(&word.text, lang).into_iter();
        starts.extend(others.map(|words| (words.iter().map(|word| plain(word)).collect(), 1)));
    }
    if let Some(next) = words.get(1) {
        if word.hyphen {
            let text = format!("{}{}", word.text, next.text);
            starts.push((alone(&Word { text, ..next.clone() }, inflects), 2));
        }
        if contracts(word) && contracts(next) {
            let others = contracted(&word.text, &next.text, lang).into_iter();
            starts.extend(others.map(|word| (vec![plain(&word)], 2)));
        }
    }
    let mut all = Vec::new();
    for (start, taken) in starts {
        for rest in forms(&words[taken..], lang, inflects) {
            all.push([start.as_slice(), &rest].concat());
        }
    }
    all
}

/// Every spelling of a word by itself.
pub(super) fn spellings(word: &Word, lang: &str) -> Vec<String> {
    match word.ending {
        Ending::Inflected => inflections(&word.text, lang),
        Ending::Exact | Ending::Any => vec![word.text.clone()],
    }
}

/// A word as a text would have it: numbers and scripts without spaces are several.
fn alone(word: &Word, inflects: bool) -> Vec<Form> {
    let pieces = pieces(&word.text);
    let last = pieces.len().saturating_sub(1);
    let forms = pieces.iter().enumerate().map(|(n, (text, dot))| {
        let ending = match word.ending {
            Ending::Any if n < last => Ending::Exact,
            Ending::Inflected if !inflects => Ending::Exact,
            ending => ending,
        };
        Form { word: Word { text: (*text).to_owned(), ending, hyphen: false }, dot: *dot }
    });
    forms.collect()
}

fn plain(text: &str) -> Form {
    Form { word: Word { text: text.to_owned(), ending: Ending::Exact, hyphen: false }, dot: false }
}

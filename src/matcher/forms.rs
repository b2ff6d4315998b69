//! The forms of a word that count, and the ways to write words that follow each other.
//!
//! Phrases are widened when they are compiled, so that matching stays one
//! pass over a text that is folded but otherwise as the customer wrote it.

use std::borrow::Borrow;

use super::inflect::{contracted, contractions, inflections};
use super::tokens::pieces;
use crate::packs::phrase::{Ending, Word};

/// One word of a spelling.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form<'w> {
    pub(super) text: &'w str,
    pub(super) ending: Ending,
    /// Whether nothing but a dot stands before it.
    pub(super) dot: bool,
}

/// How words are spelled out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Spelling<'p> {
    pub(super) lang: &'p str,
    /// Without inflections, each word is as it is written, contractions aside.
    pub(super) inflects: bool,
}

impl Spelling<'_> {
    /// Follows every way to write words that stand side by side: will not, won't, wont; wi fi, wifi.
    ///
    /// Whoever asks says what a way is and how it goes on with one more form; ways that begin alike
    /// go together as far as they do. Where each of them ends is added to `all`.
    pub(super) fn forms<W: Clone>(
        self,
        words: &[impl Borrow<Word>],
        way: W,
        go_on: &mut impl FnMut(W, Form<'_>) -> W,
        all: &mut Vec<W>,
    ) {
        let Some((word, rest)) = words.split_first() else {
            all.push(way);
            return;
        };
        let word: &Word = word.borrow();
        let written = self.written(&word.text, word.ending, way.clone(), go_on);
        self.forms(rest, written, go_on, all);
        let contracts = |word: &Word| word.ending == Ending::Inflected;
        if contracts(word) {
            for others in contractions(&word.text, self.lang) {
                let other = others.iter().fold(way.clone(), |way, text| go_on(way, plain(text)));
                self.forms(rest, other, go_on, all);
            }
        }
        let Some((next, rest)) = rest.split_first() else { return };
        let next: &Word = next.borrow();
        if word.hyphen {
            let text = format!("{}{}", word.text, next.text);
            let together = self.written(&text, next.ending, way.clone(), go_on);
            self.forms(rest, together, go_on, all);
        }
        if contracts(word) && contracts(next) {
            for text in contracted(&word.text, &next.text, self.lang) {
                let contracted = go_on(way.clone(), plain(&text));
                self.forms(rest, contracted, go_on, all);
            }
        }
    }

    /// A word as a text would have it: numbers and scripts without spaces are several.
    fn written<W>(
        self,
        text: &str,
        ending: Ending,
        way: W,
        go_on: &mut impl FnMut(W, Form<'_>) -> W,
    ) -> W {
        let ending = match ending {
            Ending::Inflected if !self.inflects => Ending::Exact,
            ending => ending,
        };
        if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return go_on(way, Form { text, ending, dot: false });
        }
        let pieces = pieces(text);
        let last = pieces.len().saturating_sub(1);
        pieces.into_iter().enumerate().fold(way, |way, (n, (text, dot))| {
            let ending = if ending == Ending::Any && n < last { Ending::Exact } else { ending };
            go_on(way, Form { text, ending, dot })
        })
    }
}

/// Every spelling of a word by itself.
pub(super) fn spellings(word: &str, ending: Ending, lang: &str) -> Vec<String> {
    match ending {
        Ending::Inflected => inflections(word, lang),
        Ending::Exact | Ending::Any => vec![word.to_owned()],
    }
}

fn plain(text: &str) -> Form<'_> {
    Form { text, ending: Ending::Exact, dot: false }
}

//! The spellings of a phrase, as texts that it hits.
//!
//! Whether one phrase hits wherever another does is asked of the matcher
//! itself: it reads every spelling of the one, with the gaps as wide as they
//! may be, and the other must hit in each. So phrases have one meaning, and no
//! second implementation of it can be wrong.

use super::forms::{Form, Spelling, spellings};
use crate::packs::Phrase;
use crate::packs::phrase::{Ending, Run, Slot};

/// A word that no pack has.
const FOREIGN: &str = "qjxzq";

/// What a gap lets pass at most.
const WIDE: usize = 3;

/// Between two parts that only share a sentence: more than any gap lets pass, so that nothing
/// hits across both, and their order is all one.
const FAR: usize = 12;

/// The spellings of a phrase: one for each way of choosing between alternatives.
#[derive(Debug)]
pub(crate) struct Samples {
    /// For each part and each run in it, its slots.
    parts: Vec<Vec<Vec<Alternatives>>>,
}

/// What may stand in a slot.
#[derive(Debug)]
struct Alternatives {
    /// As the pack's author wrote it, then the same with inflected words.
    all: Vec<String>,
    /// How many of them are as written.
    written: usize,
}

/// How the words of a sample stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Close together, as most customers write.
    Close,
    /// As far from each other as the phrase lets them be, open words with an ending.
    Wide,
}

impl Samples {
    /// The spellings of a phrase.
    pub(crate) fn of(phrase: &Phrase, lang: &str) -> Self {
        let spelling = Spelling { lang, inflects: phrase.inflects };
        let slot = |slot: &Slot| {
            let choices = || slot.choices().filter(|words| !words.is_empty());
            let written = choices().map(|words| {
                let words = words.iter().map(|word| open(&word.text, word.ending));
                words.collect::<Vec<_>>().join(" ")
            });
            let mut all: Vec<String> = written.collect();
            let written = all.len();
            let mut ways: Vec<[String; 2]> = Vec::new();
            for words in choices() {
                let none = <[String; 2]>::default();
                spelling.forms(words, none, &mut |way, form| inflected(way, form, lang), &mut ways);
            }
            all.extend(ways.into_iter().flatten());
            Alternatives { all, written }
        };
        let run = |run: &Run| run.slots.iter().map(slot).collect();
        let parts = phrase.parts.iter().map(|part| part.runs.iter().map(run).collect());
        Self { parts: parts.collect() }
    }

    /// How many there are; none if there are too many to count.
    pub(crate) fn count(&self) -> Option<usize> {
        self.slots().try_fold(1_usize, |count, slot| count.checked_mul(slot.written))
    }

    /// How many it takes to have every alternative once.
    pub(crate) fn widest(&self) -> usize {
        self.slots().map(|slot| slot.all.len()).max().unwrap_or(0)
    }

    /// One of all: the numbers up to [`Self::count`] are the ways of choosing.
    pub(crate) fn text(&self, mut number: usize, layout: Layout) -> String {
        self.write(layout, |slot| {
            let choice = number % slot.written.max(1);
            number /= slot.written.max(1);
            choice
        })
    }

    /// One of the few that have every alternative once, as written and inflected: the numbers up to [`Self::widest`].
    pub(crate) fn typical(&self, number: usize, layout: Layout) -> String {
        self.write(layout, |slot| number % slot.all.len().max(1))
    }

    fn slots(&self) -> impl Iterator<Item = &Alternatives> {
        self.parts.iter().flatten().flatten()
    }

    fn write(&self, layout: Layout, mut choose: impl FnMut(&Alternatives) -> usize) -> String {
        let gap = if layout == Layout::Close { 0 } else { WIDE };
        let parts = self.parts.iter().map(|runs| {
            let runs = runs.iter().map(|slots| {
                let words = slots.iter().map(|slot| {
                    let word = slot.all.get(choose(slot)).map_or("", String::as_str);
                    match word.strip_suffix('*') {
                        // Any ending must do; in a sample that people see, none is the plainest.
                        Some(open) if layout == Layout::Close => open.to_owned(),
                        Some(open) => format!("{open}{FOREIGN}"),
                        None => word.to_owned(),
                    }
                });
                words.collect::<Vec<_>>().join(" ")
            });
            runs.collect::<Vec<_>>().join(&foreign(gap))
        });
        parts.collect::<Vec<_>>().join(&foreign(if gap == 0 { 0 } else { FAR }))
    }
}

/// A word as a text, a star behind what may go on.
fn open(text: &str, ending: Ending) -> String {
    if ending == Ending::Any { format!("{text}*") } else { text.to_owned() }
}

/// Two ways to write words that follow each other, and one word more: its first form and its last.
fn inflected(mut ways: [String; 2], form: Form<'_>, lang: &str) -> [String; 2] {
    let spellings = spellings(form.text, form.ending, lang);
    for (way, spelling) in ways.iter_mut().zip([spellings.first(), spellings.last()]) {
        if !way.is_empty() {
            way.push(' ');
        }
        way.push_str(&open(spelling.map_or("", String::as_str), form.ending));
    }
    ways
}

fn foreign(count: usize) -> String {
    format!(" {}", format!("{FOREIGN} ").repeat(count))
}

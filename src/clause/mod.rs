//! What a sentence makes of the words that hit: said, denied, supposed, over, done.
//!
//! A phrase says that words stand there, not that they are meant. "No green
//! bubbles", "what if it turns green", "it works again" and "should I sign
//! out?" hold the words of troubles and steps that nobody has or did. This
//! module reads the clause around a hit. It is careful in one direction: a hit
//! counts unless the wording leaves little doubt, because a missed denial
//! costs a look, and a symptom that was taken away costs the customer a reply.
//!
//! Only texts in which something hit are read here, so it costs most tickets
//! nothing. What words it goes by is data, for each language.

mod cues;

use cues::Cues;

use crate::packs::Phrase;
use crate::span::Span;
use crate::text::{Folded, first_word};

/// How far before a hit a denial may stand, in words that let it through.
const REACH: usize = 6;

/// How many words may stand before a sign that all is well, in its clause, that would take it back.
const LEAD: usize = 7;

/// How many words behind such a sign may take it back.
const TAIL: usize = 10;

/// What a sentence makes of a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// It is so.
    Said,
    /// It is not so: "no green bubbles", "not a duplicate any more", "green as it should be".
    Denied,
    /// It might be so, or ought to: "what if it turns green", "I wish".
    Supposed,
    /// It was so: "it works again".
    Over,
    /// A step that nobody took yet: planned, advised or asked about.
    NotDone,
}

impl State {
    /// The word in explanations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Said => "said",
            Self::Denied => "denied",
            Self::Supposed => "supposed",
            Self::Over => "over",
            Self::NotDone => "not done",
        }
    }
}

/// A folded text beside its original, and what the hits in it can be asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    original: &'a str,
    folded: &'a Folded,
}

/// A word of a sentence.
#[derive(Clone, Copy, Debug)]
struct Word<'a> {
    text: &'a str,
    /// Its bytes in the folded text.
    start: usize,
    end: usize,
}

/// A sentence as words: read once, for all that hits in it.
#[derive(Debug)]
pub(crate) struct Sentence<'a> {
    text: Text<'a>,
    /// Its bytes in the folded text.
    place: std::ops::Range<usize>,
    words: Vec<Word<'a>>,
    is_question: bool,
}

/// Where a text says that the trouble is over, and which products it says so of; none: all of it.
#[derive(Clone, Debug)]
pub(crate) struct Relief<'a> {
    /// The place in the folded text.
    at: usize,
    of: Vec<&'a str>,
}

/// Words that may say that the trouble is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sign {
    /// Their bytes in the folded text.
    pub(crate) at: std::ops::Range<usize>,
    /// Whether they say that nobody waits for an answer any more.
    pub(crate) closes: bool,
}

/// The cues of a language, to read with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Language(&'static Cues);

impl Default for Language {
    fn default() -> Self {
        Self::of("")
    }
}

impl Language {
    /// That of a pack; a language without cues takes every hit as said.
    pub(crate) fn of(lang: &str) -> Self {
        Self(cues::of(lang))
    }

    /// What may say that a trouble is over, as phrases to look for, and whether each of them
    /// [closes](Sign::closes) the ticket.
    pub(crate) fn signs(self) -> &'static [(Phrase, bool)] {
        self.0.signs()
    }

    /// Whether both are the same.
    pub(crate) fn is(self, other: Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl<'a> Text<'a> {
    pub(crate) fn new(original: &'a str, folded: &'a Folded) -> Self {
        Self { original, folded }
    }

    /// Where the text says that all is well again, the last time that it does; `signs` are where
    /// the language's signs of that stand in it, in order.
    pub(crate) fn relief(self, signs: &[Sign], language: Language) -> Option<Relief<'a>> {
        let cues = language.0;
        let mut relief = None;
        let mut sentence: Option<Sentence<'a>> = None;
        for sign in signs {
            let sentence = match sentence.take().filter(|known| known.holds(sign.at.start)) {
                Some(known) => sentence.insert(known),
                None => sentence.insert(self.sentence(sign.at.start)),
            };
            let words = &sentence.words;
            let (at, end) = sentence.words_at(&sign.at);
            let clause = sentence.clause_start(at, cues);
            let lead = &words[clause.max(at.saturating_sub(LEAD))..at];
            let tail = &words[end..(end + TAIL).min(words.len())];
            let taken_back = sentence.is_question
                || lead.iter().any(|word| cues.no_relief.has(word.text))
                || tail.iter().any(|word| cues.relapse.has(word.text));
            if taken_back {
                continue;
            }
            if sign.closes {
                return Some(Relief { at: usize::MAX, of: Vec::new() });
            }
            let of = lead.iter().chain(&words[at..end]);
            let of = of.map(|word| word.text).filter(|word| cues.products.has(word));
            relief = Some(Relief { at: sign.at.start, of: of.collect() });
        }
        relief
    }

    /// The sentence around a byte of the folded text.
    pub(crate) fn sentence(self, at: usize) -> Sentence<'a> {
        let text = self.folded.text();
        let bytes = text.as_bytes();
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |stop| stop + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(text.len(), |stop| at + stop);
        // Room for most sentences at once.
        let mut words: Vec<Word<'a>> = Vec::with_capacity(32);
        let mut from = start;
        let spaces = memchr::memchr_iter(b' ', &bytes[start..end]);
        for to in spaces.map(|at| start + at).chain([end]) {
            while from < to {
                let word = first_word(&text[from..to]);
                words.push(Word { text: word, start: from, end: from + word.len() });
                from += word.len();
            }
            from = to + 1;
        }
        let is_question = self.between(end, end + 1).contains(['?', '\u{FF1F}', '\u{061F}']);
        Sentence { text: self, place: start..end, words, is_question }
    }

    /// Whether something stands between two words that parts clauses.
    fn has_mark(self, end: usize, start: usize) -> bool {
        if self.folded.is_plain_gap(end, self.original) {
            return false;
        }
        let mut in_tag = false;
        self.between(end, start).chars().any(|c| match c {
            '<' => {
                in_tag = true;
                false
            }
            '>' => {
                in_tag = false;
                false
            }
            ',' | ':' | '(' | ')' | '\u{2013}' | '\u{2014}' | '\u{FF0C}' | '\u{3001}'
            | '\u{FF1A}' => !in_tag,
            _ => false,
        })
    }

    /// What stands in the original between two places of the folded text.
    fn between(self, end: usize, start: usize) -> &'a str {
        let text = self.folded.text();
        let last = text[..end].chars().next_back().map_or(0, char::len_utf8);
        let before = self.folded.original(end - last..end);
        let next = text[start.min(text.len())..].chars().next().map_or(0, char::len_utf8);
        let after = self.folded.original(start..start + next);
        let from = before.map_or(0, |span: Span| span.end);
        let to = after.map_or(self.original.len(), |span| span.start);
        self.original.get(from..to).unwrap_or_default()
    }
}

impl Sentence<'_> {
    /// Whether a byte of the folded text stands in it.
    pub(crate) fn holds(&self, at: usize) -> bool {
        self.place.contains(&at)
    }

    /// What the sentence makes of words that stand for a trouble; `runs` are these words, where
    /// others stand between them, and any of the reliefs ends it.
    pub(crate) fn of_symptom(
        &self,
        at: &std::ops::Range<usize>,
        runs: &[std::ops::Range<usize>],
        reliefs: &[Relief<'_>],
        language: Language,
    ) -> State {
        let cues = language.0;
        let (first, last) = self.words_at(at);
        let words = &self.words;
        if self.is_denied(at, runs, cues) || cues.expected.stand_in(words, last, words.len()) {
            return State::Denied;
        }
        let clause = self.clause_start(first, cues);
        let is_ahead = |at: usize| words.get(at).is_some_and(|word| cues.ahead.has(word.text));
        let condition = words[..first].iter().position(|word| cues.conditions.has(word.text));
        let in_case = condition
            .is_some_and(|from| words[from..].iter().any(|word| cues.moods.has(word.text)));
        if cues.supposed.stand_in(words, 0, first)
            || in_case
            || self.is_question && (is_ahead(0) || is_ahead(clause))
        {
            return State::Supposed;
        }
        let is_over = reliefs.iter().any(|relief| relief.ends(at.start, self, first, cues));
        if is_over { State::Over } else { State::Said }
    }

    /// Whether the sentence says that a step was taken.
    pub(crate) fn of_step(&self, at: &std::ops::Range<usize>, language: Language) -> State {
        let cues = language.0;
        let (first, last) = self.words_at(at);
        let words = &self.words;
        let clause = self.clause_start(first, cues);
        if cues.did_so.stand_in(words, last, words.len()) {
            return State::Said;
        }
        let is_asked = self.is_question && cues.asks.stand_in(words, 0, first);
        let is_planned = words[clause..first].iter().any(|word| cues.plans.has(word.text))
            || cues.plan_phrases.stand_in(words, clause, first);
        let is_denied = words[clause..first]
            .iter()
            .rev()
            .take(REACH)
            .take_while(|word| !cues.turns.has(word.text))
            .any(|word| cues.denials.has(word.text));
        // "Die alte SIM nie entfernt": behind what the step was for, and before its verb.
        let (verb, before) = match words[first..last].split_last() {
            Some((verb, before)) => (verb.text, before),
            None => ("", &[][..]),
        };
        let is_denied = is_denied
            || !cues.turns.has(verb) && before.iter().any(|word| cues.late_denials.has(word.text));
        if is_asked || is_planned || is_denied { State::NotDone } else { State::Said }
    }

    /// Whether a word that denies stands before any of the words that hit: "no green bubbles", and
    /// "texts that are not green", but not a "not" that is one of these words itself.
    fn is_denied(
        &self,
        at: &std::ops::Range<usize>,
        runs: &[std::ops::Range<usize>],
        cues: &Cues,
    ) -> bool {
        let words = &self.words;
        let own = |n: usize| {
            runs.iter().any(|run| run.start <= words[n].start && words[n].end <= run.end)
        };
        let is_denied = |run: &std::ops::Range<usize>| {
            let before = self.denier(self.words_at(run).0, cues).filter(|&at| !own(at));
            // "Not without", "never not": twice is not at all.
            before.is_some_and(|at| self.denier(at, cues).is_none())
        };
        if runs.is_empty() { is_denied(at) } else { runs.iter().any(is_denied) }
    }

    /// The words that a hit is made of: from one up to and without another.
    fn words_at(&self, at: &std::ops::Range<usize>) -> (usize, usize) {
        let first = self.words.partition_point(|word| word.end <= at.start);
        let last = self.words.partition_point(|word| word.start < at.end);
        (first, last.max(first))
    }

    /// The word that denies what begins here, if one stands before it with nothing between that would stop it.
    fn denier(&self, from: usize, cues: &Cues) -> Option<usize> {
        let words = &self.words;
        let mut at = from;
        for _ in 0..REACH {
            let before = at.checked_sub(1)?;
            let denies = cues.denials.has(words[before].text);
            if !denies && !cues.lets_through.has(words[before].text) {
                return None;
            }
            // A mark before the word behind means that another clause began.
            if self.is_after_mark(at) {
                return None;
            }
            at = before;
            if denies {
                return Some(at);
            }
        }
        None
    }

    /// Where the clause begins that a word stands in.
    fn clause_start(&self, at: usize, cues: &Cues) -> usize {
        let words = &self.words;
        (0..at.min(words.len()))
            .rev()
            .find(|&n| cues.parts.has(words[n].text) || self.is_after_mark(n + 1))
            .map_or(0, |n| n + 1)
    }

    /// Whether a comma, a colon, a dash or a bracket stands before a word.
    fn is_after_mark(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.words.get(before));
        let word = self.words.get(at);
        before.zip(word).is_some_and(|(before, word)| self.text.has_mark(before.end, word.start))
    }
}

impl Relief<'_> {
    /// The same relief for a text that stands before the one that says so.
    pub(crate) fn of_all_before(self) -> Self {
        Self { at: usize::MAX, ..self }
    }

    /// Whether what was said before is over.
    fn ends(&self, at: usize, sentence: &Sentence<'_>, first: usize, cues: &Cues) -> bool {
        let clause = sentence.clause_start(first, cues);
        let goes_on = sentence.words[clause..].iter().any(|word| cues.still.has(word.text));
        let concerns =
            self.of.is_empty() || sentence.words.iter().any(|word| self.of.contains(&word.text));
        // "It works again, yesterday it was green": behind the sign, but of the time before.
        let words = &sentence.words;
        let is_told = || {
            words.first().is_some_and(|word| word.start <= self.at)
                && words[clause..first].iter().any(|word| cues.past.has(word.text))
        };
        (at < self.at || is_told()) && !goes_on && concerns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::{Hit, Hits, Matcher, Often, Rule, Tokens};
    use crate::text::fold;

    /// Where a language's signs that a trouble is over stand in a text.
    fn signs(folded: &Folded, language: Language) -> Vec<Sign> {
        let rules: Vec<Rule<'_>> =
            language.signs().iter().map(|(sign, _)| Rule::Phrase(sign, "", Often::Each)).collect();
        let matcher = Matcher::new(&rules).unwrap();
        let (mut tokens, mut hits) = (Tokens::default(), Hits::default());
        matcher.read(folded, &mut tokens);
        matcher.find(folded, &tokens, &mut matcher.scratch(), &mut hits);
        let sign = |hit: Hit| Sign { at: hit.at, closes: language.signs()[hit.rule].1 };
        hits.all.into_iter().map(sign).collect()
    }

    /// What each sentence makes of the words in brackets: the cases stand in a table beside this file.
    #[test]
    fn sentences_mean_what_the_table_says() {
        let mut reader = csv::Reader::from_reader(include_str!("cases.csv").as_bytes());
        let (mut count, mut wrong) = (0, Vec::new());
        for record in reader.records() {
            let record = record.unwrap();
            let (before, rest) = record[2].split_once('[').unwrap();
            let (hit, after) = rest.split_once(']').unwrap();
            let text = [before, hit, after].concat();
            let folded = fold(&text);
            let hit = fold(hit).text().to_owned();
            let start = folded.text().find(&hit).unwrap();
            let at = start..start + hit.len();
            let (language, read) = (Language::of(&record[1]), Text::new(&text, &folded));
            let state = if &record[0] == "step" {
                read.sentence(start).of_step(&at, language)
            } else {
                let relief = read.relief(&signs(&folded, language), language);
                read.sentence(start).of_symptom(&at, &[], relief.as_slice(), language)
            };
            if state.name() != &record[3] {
                wrong.push(format!("{}: {} and not {}", &record[2], state.name(), &record[3]));
            }
            count += 1;
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(count > 60, "{count} cases");
    }
}

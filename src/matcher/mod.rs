//! Finds phrases and regexes in folded text, in one pass.
//!
//! A text becomes words, each looked up once among the words of the packs.
//! A word of theirs leads to the slots of phrases that it fills; a phrase is
//! looked at when its rarest slot was filled, and joined when one sentence
//! filled all. Regexes run only when the words that they need were seen. What a
//! text costs so hardly depends on how many phrases there are.
//!
//! Not here: what a rule is for. The matcher knows rules by number.

mod chain;
mod forms;
mod inflect;
mod key;
mod lexicon;
mod lists;
mod phrases;
mod samples;
mod slots;
mod tokens;
mod typos;
mod vocabulary;
mod words;

use std::sync::OnceLock;

use chain::{Chain, Chains};
use forms::Spelling;
use lists::Lists;
use phrases::{Phrases, Search, Sentence};
pub(crate) use samples::{Layout, Samples};
use slots::{SlotId, Slots, SlotsBuilder};
pub(crate) use tokens::{Slip, Tokens};
use typos::Speller;
use vocabulary::{Vocabulary, VocabularyBuilder};

use crate::error::{Error, ErrorKind, Result};
use crate::packs::phrase::Ending;
use crate::packs::{Pattern, Phrase};
use crate::text::Folded;

/// Hits of one rule in one text beyond this many prove nothing new.
const MAX_HITS: u8 = 16;

/// Bytes of a folded text, or places in a list.
type Range = std::ops::Range<usize>;

/// Something to look for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule<'a> {
    /// A phrase, the language of its words, and how often it is looked for.
    Phrase(&'a Phrase, &'a str, Often),
    /// A regex, and when it is looked for.
    Pattern(&'a Pattern, When),
}

/// How many hits of a phrase in one text mean anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Often {
    /// That it is there is all there is to know.
    Once,
    /// One may be denied, and the next not; beyond [`MAX_HITS`] they prove nothing new.
    Each,
}

/// Which texts a regex is run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// All that hold a word that it needs.
    Always,
    /// Of these, those that [`Matcher::read_more`] is asked about.
    Asked,
}

/// A rule that hit; the ranges are bytes of the folded text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The rule's number: its place in the list that the matcher was made from.
    pub(crate) rule: usize,
    pub(crate) at: Range,
    /// What the regex's `value` group matched.
    pub(crate) value: Option<Range>,
    /// Whether the words stand next to each other, with nothing of the customer's between.
    pub(crate) whole: bool,
    /// The parts of a phrase with `&`, if it is one: places in [`Hits::parts`].
    pub(crate) parts: Range,
    /// The words of a phrase with gaps or `&`, without what stands between: places in [`Hits::runs`].
    pub(crate) runs: Range,
}

/// What hit in a text.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    /// In the order of the text.
    pub(crate) all: Vec<Hit>,
    /// The bytes of the parts of phrases with `&`.
    pub(crate) parts: Vec<Range>,
    /// The bytes of the words of phrases with gaps or `&`.
    pub(crate) runs: Vec<Range>,
    /// Regexes that may hit too: [`Matcher::read_more`] runs them.
    pub(crate) more: Vec<usize>,
}

/// All rules, compiled.
#[derive(Debug)]
pub(crate) struct Matcher {
    vocabulary: Vocabulary,
    slots: Slots,
    phrases: Phrases,
    regexes: Vec<GatedRegex>,
    /// For each slot, the regexes that it gates, and whether there are any.
    gates: Lists<Gate>,
    is_gate: Vec<bool>,
    /// Regexes that no word gates.
    always: Vec<usize>,
    /// Made when the first word may be a slip.
    speller: OnceLock<Speller>,
}

#[derive(Debug)]
struct GatedRegex {
    rule: usize,
    pattern: Pattern,
    when: When,
    /// A bit for each set of words of which it needs one.
    sets: u8,
}

/// Words that a regex needs, or others of their set.
#[derive(Clone, Copy, Debug)]
struct Gate {
    regex: usize,
    /// The set's bit.
    set: u8,
}

/// So many sets of words are asked for before a regex runs.
const MAX_GATES: usize = 7;

/// The bits of so many sets.
fn all_sets(count: usize) -> u8 {
    (1 << count.min(MAX_GATES)) - 1
}

/// Buffers of one thread.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    search: Search,
    /// Regexes of which a word was seen, and for each regex, the sets of which one was.
    open: Vec<usize>,
    seen_sets: Vec<u8>,
}

impl Matcher {
    /// Compiles rules. A rule's number is its place in the list.
    pub(crate) fn new(rules: &[Rule<'_>]) -> Result<Self> {
        let mut vocabulary = VocabularyBuilder::default();
        let mut slots = SlotsBuilder::default();
        let mut phrases = Vec::new();
        let mut regexes = Vec::new();
        let mut gates: Vec<(SlotId, Gate)> = Vec::new();
        let mut always = Vec::new();
        for (number, rule) in rules.iter().enumerate() {
            match rule {
                Rule::Phrase(phrase, lang, _) => {
                    let spelling = Spelling { lang, inflects: phrase.inflects };
                    let chain = |part| Chain::compile(part, spelling, &mut slots, &mut vocabulary);
                    let parts = phrase.parts.iter().map(chain).collect();
                    phrases.push(Chains { rule: number, parts });
                }
                Rule::Pattern(pattern, when) => {
                    let index = regexes.len();
                    for (set, words) in pattern.gates.iter().take(MAX_GATES).enumerate() {
                        for gate in words {
                            let ending = if gate.whole { Ending::Exact } else { Ending::Any };
                            let slot = slots.words(&gate.text, ending, &mut vocabulary);
                            gates.push((slot, Gate { regex: index, set: 1 << set }));
                        }
                    }
                    if pattern.gates.is_empty() {
                        always.push(index);
                    }
                    regexes.push(GatedRegex {
                        rule: number,
                        pattern: (*pattern).clone(),
                        when: *when,
                        sets: all_sets(pattern.gates.len()),
                    });
                }
            }
        }
        let (mut slots, vocabulary) = slots.build(vocabulary).map_err(|error| {
            Error::new(ErrorKind::Pack, "the packs are too large to compile").because(error)
        })?;
        let most = rules.iter().map(|rule| match rule {
            Rule::Phrase(_, _, Often::Once) => 1,
            Rule::Phrase(_, _, Often::Each) | Rule::Pattern(..) => MAX_HITS,
        });
        let phrases = Phrases::new(phrases, &slots, most.collect());
        let mut gated = vec![Vec::new(); slots.len()];
        for (slot, gate) in gates {
            gated[slot.index()].push(gate);
        }
        let is_gate: Vec<bool> = gated.iter().map(|gates| !gates.is_empty()).collect();
        let leads = slots.ids().map(|slot| phrases.are_led_by(slot) || is_gate[slot.index()]);
        let leads = leads.collect();
        slots.lead(leads);
        let gates = Lists::new(gated);
        let speller = OnceLock::new();
        Ok(Self { vocabulary, slots, phrases, regexes, gates, is_gate, always, speller })
    }

    /// Buffers that fit this matcher.
    pub(crate) fn scratch(&self) -> Scratch {
        Scratch {
            search: self.phrases.search(&self.slots),
            seen_sets: vec![0; self.regexes.len()],
            ..Scratch::default()
        }
    }

    /// Takes a text apart into words.
    pub(crate) fn read(&self, folded: &Folded, tokens: &mut Tokens) {
        tokens.read(folded, &self.vocabulary);
    }

    /// Reads what is no word as the word of the packs that was meant; says what it read so.
    pub(crate) fn correct(&self, folded: &Folded, tokens: &mut Tokens, slips: &mut Vec<Slip>) {
        let speller = || self.speller.get_or_init(|| Speller::new(&self.vocabulary));
        tokens.correct(folded, &self.vocabulary, speller, slips);
    }

    /// Every rule's hits in a text, as many of each as mean anything: see [`Often`].
    pub(crate) fn find(
        &self,
        folded: &Folded,
        tokens: &Tokens,
        scratch: &mut Scratch,
        hits: &mut Hits,
    ) {
        hits.all.clear();
        hits.parts.clear();
        hits.runs.clear();
        hits.more.clear();
        let Scratch { search, open, seen_sets } = scratch;
        open.clear();
        open.extend(&self.always);
        for words in tokens.sentences() {
            let Self { slots, vocabulary, .. } = self;
            let sentence = Sentence { words, tokens, slots, vocabulary };
            let leading = search.look(sentence).iter();
            for slot in leading.filter(|slot| self.is_gate[slot.index()]) {
                for gate in self.gates.get(slot.index()) {
                    if seen_sets[gate.regex] == 0 {
                        open.push(gate.regex);
                    }
                    seen_sets[gate.regex] |= gate.set;
                }
            }
            self.phrases.find(sentence, search, hits);
        }
        scratch.open.sort_unstable();
        for &index in &scratch.open {
            let seen = std::mem::take(&mut scratch.seen_sets[index]);
            match self.regexes[index].when {
                _ if seen != self.regexes[index].sets => {}
                When::Always => self.run(index, folded.text(), &mut hits.all),
                When::Asked => hits.more.push(index),
            }
        }
        scratch.search.end(&hits.all);
        hits.all.sort_unstable_by_key(|hit| (hit.at.start, hit.at.end, hit.rule));
    }

    /// What the regexes hit that are run only when they are asked for, by their rules.
    pub(crate) fn read_more(
        &self,
        folded: &Folded,
        more: &[usize],
        is_asked: impl Fn(usize) -> bool,
        hits: &mut Vec<Hit>,
    ) {
        hits.clear();
        for &index in more.iter().filter(|&&index| is_asked(self.regexes[index].rule)) {
            self.run(index, folded.text(), hits);
        }
    }

    fn run(&self, index: usize, text: &str, hits: &mut Vec<Hit>) {
        let GatedRegex { rule, pattern, .. } = &self.regexes[index];
        let Some(regex) = pattern.regex() else { return };
        let hit = |at: Range, value: Option<Range>| Hit {
            rule: *rule,
            at,
            value,
            whole: true,
            ..Hit::default()
        };
        if pattern.has_value {
            let found = regex.captures_iter(text).take(MAX_HITS.into());
            hits.extend(found.filter_map(|found| {
                let value = found.name("value").map(|value| value.range());
                Some(hit(found.get(0)?.range(), value))
            }));
        } else {
            let found = regex.find_iter(text).take(MAX_HITS.into());
            hits.extend(found.map(|found| hit(found.range(), None)));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::string::string_regex_parsed;
    use proptest::test_runner::TestRunner;
    use regex_syntax::hir::{Hir, HirKind, Repetition};

    use super::*;
    use crate::packs::pattern::Trust;
    use crate::packs::phrase::{WordSets, parse_entry};
    use crate::packs::{Pack, Packs};
    use crate::text::fold;

    fn sets() -> WordSets {
        [("sim", &["sim", "esim", "sim card"][..]), ("cant", &["can't", "cannot", "can not"])]
            .into_iter()
            .map(|(name, entries)| {
                (
                    name.to_owned(),
                    entries.iter().map(|e| parse_entry(e).unwrap()).collect::<Vec<_>>().into(),
                )
            })
            .collect()
    }

    /// What a phrase hits in a text, in the customer's own words.
    fn hits(phrase: &str, text: &str) -> Vec<String> {
        let phrase = Phrase::parse(phrase, &sets()).unwrap();
        let matcher = Matcher::new(&[Rule::Phrase(&phrase, "en", Often::Each)]).unwrap();
        let (mut found, mut scratch, folded) = (Hits::default(), matcher.scratch(), fold(text));
        let mut tokens = Tokens::default();
        matcher.read(&folded, &mut tokens);
        matcher.find(&folded, &tokens, &mut scratch, &mut found);
        let mut again = Hits::default();
        matcher.find(&folded, &tokens, &mut scratch, &mut again);
        assert_eq!(found.all, again.all, "the scratch remembers something");
        let words = found
            .all
            .into_iter()
            .filter_map(|hit| folded.original(hit.at))
            .map(|span| text[span.range()].to_owned());
        words.collect()
    }

    /// phrase, text, what is found: the cases stand in a table beside this file.
    #[test]
    fn phrases_hit_what_the_table_says() {
        let table = include_str!("cases.csv");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let (mut count, mut wrong) = (0, Vec::new());
        for record in reader.records() {
            let record = record.unwrap();
            let (phrase, text, want) = (&record[0], record[1].replace("\\n", "\n"), &record[2]);
            let got = hits(phrase, &text).join(" / ").replace('\n', "\\n");
            if got != want {
                wrong.push(format!("{phrase:?} in {text:?}: {got:?} and not {want:?}"));
            }
            count += 1;
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(count > 40, "{count} cases");
    }

    #[test]
    fn many_hits_are_cut_and_cost_little() {
        let text = "cannot ".repeat(50_000) + &"activate ".repeat(50_000);
        assert_eq!(
            hits("cannot .. activate", &text).len(),
            4,
            "each end is found once, from its nearest start"
        );
        assert_eq!(hits("cannot", &text).len(), usize::from(MAX_HITS));
        assert_eq!(hits("cannot & activate", &text).len(), 1);
    }

    #[test]
    fn a_regex_runs_when_its_word_is_there() {
        let pattern = Pattern::parse(r"\bios ?(?<value>\d+(?:\.\d+)*)", Trust::Stranger).unwrap();
        let phrase = Phrase::parse("ios", &WordSets::new()).unwrap();
        let matcher = Matcher::new(&[
            Rule::Pattern(&pattern, When::Always),
            Rule::Phrase(&phrase, "en", Often::Each),
        ])
        .unwrap();
        let (mut found, mut scratch, folded) =
            (Hits::default(), matcher.scratch(), fold("On iOS 26.0.1, and iOS."));
        let mut tokens = Tokens::default();
        matcher.read(&folded, &mut tokens);
        matcher.find(&folded, &tokens, &mut scratch, &mut found);
        let values: Vec<_> = found
            .all
            .iter()
            .filter_map(|hit| hit.value.clone())
            .map(|at| &folded.text()[at])
            .collect();
        assert_eq!(values, ["26.0.1"]);
        assert_eq!(found.all.iter().map(|hit| hit.rule).collect::<Vec<_>>(), [1, 0, 1]);
    }

    /// A regex without word edges and other places, and with plain letters for any: what it matches
    /// is still made of the same words.
    fn letters_of(hir: &Hir) -> Hir {
        match hir.kind() {
            HirKind::Look(_) => Hir::empty(),
            HirKind::Class(class) if class.maximum_len() == Some(4) => {
                regex_syntax::parse("[a1 ]").unwrap()
            }
            HirKind::Capture(capture) => letters_of(&capture.sub),
            HirKind::Repetition(repetition) => {
                let sub = Box::new(letters_of(&repetition.sub));
                Hir::repetition(Repetition { sub, ..repetition.clone() })
            }
            HirKind::Concat(all) => Hir::concat(all.iter().map(letters_of).collect()),
            HirKind::Alternation(all) => Hir::alternation(all.iter().map(letters_of).collect()),
            _ => hir.clone(),
        }
    }

    /// Texts are made from the built-in regexes; what one matches, its gates let through.
    #[test]
    fn gates_let_every_match_through() {
        let packs = Packs::builtin().unwrap();
        let patterns: Vec<&Pattern> =
            packs.iter().flat_map(Pack::patterns).map(|at| &at.value).collect();
        let rules: Vec<Rule<'_>> =
            patterns.iter().map(|pattern| Rule::Pattern(pattern, When::Always)).collect();
        let matcher = Matcher::new(&rules).unwrap();
        let (mut scratch, mut tokens, mut found) =
            (matcher.scratch(), Tokens::default(), Hits::default());
        let mut runner = TestRunner::deterministic();
        for (rule, pattern) in patterns.iter().enumerate() {
            let hir = regex_syntax::parse(&pattern.written).unwrap();
            let texts = string_regex_parsed(&letters_of(&hir)).unwrap();
            let mut matched = 0;
            for _ in 0..500 {
                let folded = fold(&texts.new_tree(&mut runner).unwrap().current());
                if !pattern.regex().unwrap().is_match(folded.text()) {
                    continue;
                }
                matched += 1;
                if matched > 50 {
                    break;
                }
                matcher.read(&folded, &mut tokens);
                matcher.find(&folded, &tokens, &mut scratch, &mut found);
                let is_found = found.all.iter().any(|hit| hit.rule == rule);
                assert!(is_found, "{}: {:?}", pattern.written, folded.text());
            }
            assert!(matched > 0, "{}", pattern.written);
        }
    }

    /// Words that were written as two, or as one, count as what was meant in the gaps behind them.
    #[test]
    fn gaps_are_of_the_words_that_were_meant() {
        let phrase = Phrase::parse("imessage .. activation", &WordSets::new()).unwrap();
        let known = Phrase::parse("green & bubbles", &WordSets::new()).unwrap();
        let matcher = Matcher::new(&[
            Rule::Phrase(&phrase, "en", Often::Each),
            Rule::Phrase(&known, "en", Often::Each),
        ])
        .unwrap();
        for (text, want) in [
            ("imess age has no new activaton", true),
            ("imess age has still no new activaton", false),
            ("imessage says greenbubbles activaton", true),
            ("imessage says my greenbubbles activaton", false),
        ] {
            let (mut found, mut scratch, folded) = (Hits::default(), matcher.scratch(), fold(text));
            let (mut tokens, mut slips) = (Tokens::default(), Vec::new());
            matcher.read(&folded, &mut tokens);
            matcher.correct(&folded, &mut tokens, &mut slips);
            matcher.find(&folded, &tokens, &mut scratch, &mut found);
            assert_eq!(found.all.iter().any(|hit| hit.rule == 0), want, "{text}: {slips:?}");
        }
    }

    /// text, what is read otherwise than it is written: the cases stand in a table beside this file.
    #[test]
    fn slips_are_read_as_the_table_says() {
        let words = "imessage & facetime & waiting for activation & green bubbles & wi-fi & \
                     phone number & deliver* & phrase & message & daughter";
        let phrase = Phrase::parse(words, &WordSets::new()).unwrap();
        let german = Phrase::parse("aktivierung & karten & 激活不了", &WordSets::new()).unwrap();
        // What is wanted at the beginning of a word says nothing of how the word is spelled.
        let pattern = Pattern::parse(r"\b(?:imes|faceti|del)\w* pass", Trust::Stranger).unwrap();
        let matcher = Matcher::new(&[
            Rule::Phrase(&phrase, "en", Often::Each),
            Rule::Phrase(&german, "de", Often::Each),
            Rule::Pattern(&pattern, When::Always),
        ])
        .unwrap();
        let mut reader = csv::Reader::from_reader(include_str!("slips.csv").as_bytes());
        let (mut count, mut wrong) = (0, Vec::new());
        for record in reader.records() {
            let record = record.unwrap();
            let (text, want) = (&record[0], &record[1]);
            let (folded, mut tokens, mut slips) = (fold(text), Tokens::default(), Vec::new());
            matcher.read(&folded, &mut tokens);
            matcher.correct(&folded, &mut tokens, &mut slips);
            let read = slips.iter().map(|slip| {
                let span = folded.original(slip.at.clone()).unwrap();
                format!("{}: {}", &text[span.range()], slip.read)
            });
            let got = read.collect::<Vec<_>>().join(" / ");
            if got != want {
                wrong.push(format!("{text:?}: {got:?} and not {want:?}"));
            }
            count += 1;
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(count > 15, "{count} cases");
    }
}

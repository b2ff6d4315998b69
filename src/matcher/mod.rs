//! Finds phrases and regexes in folded text, in one pass.
//!
//! A text becomes words, each looked up once among the words of the packs.
//! A word of theirs leads to the slots of phrases that it fills; a phrase is
//! looked at when its rarest slot was filled, and joined when all were. Regexes
//! run only when a word that they need was seen. What a text costs so hardly
//! depends on how many phrases there are.
//!
//! Not here: what a rule is for. The matcher knows rules by number.

mod chain;
mod forms;
mod inflect;
mod samples;
mod slots;
mod tokens;
mod typos;
mod vocabulary;
mod words;

use std::sync::OnceLock;

use chain::{Chain, Conjunction};
pub(crate) use samples::{Layout, Samples};
use slots::{SlotId, Slots, SlotsBuilder, Spelling, Stretch};
pub(crate) use tokens::{Slip, Tokens};
use typos::Speller;
use vocabulary::{Vocabulary, VocabularyBuilder};

use crate::error::{Error, ErrorKind, Result};
use crate::packs::phrase::{Ending, Word};
use crate::packs::{Pattern, Phrase};
use crate::text::Folded;

/// Hits of one rule in one text beyond this many prove nothing new.
const MAX_HITS: u8 = 16;

/// Something to look for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule<'a> {
    /// A phrase, and the language of its words.
    Phrase(&'a Phrase, &'a str),
    Pattern(&'a Pattern),
}

/// A rule that hit; the ranges are bytes of the folded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The rule's number: its place in the list that the matcher was made from.
    pub(crate) rule: usize,
    pub(crate) at: std::ops::Range<usize>,
    /// What the regex's `value` group matched.
    pub(crate) value: Option<std::ops::Range<usize>>,
    /// Whether the words stand next to each other, with nothing of the customer's between.
    pub(crate) whole: bool,
    /// The parts of a phrase with `&`, if it is one: places in [`Hits::parts`].
    pub(crate) parts: std::ops::Range<usize>,
}

/// What hit in a text.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    /// In the order of the text.
    pub(crate) all: Vec<Hit>,
    /// The bytes of the parts of phrases with `&`.
    pub(crate) parts: Vec<std::ops::Range<usize>>,
}

/// All rules, compiled.
#[derive(Debug)]
pub(crate) struct Matcher {
    vocabulary: Vocabulary,
    slots: Slots,
    chains: Vec<Chain>,
    /// For each slot, the chains that are looked at when it was filled.
    wakes: Vec<Vec<usize>>,
    conjunctions: Vec<Conjunction>,
    regexes: Vec<GatedRegex>,
    /// For each slot, the regexes that it gates.
    gates: Vec<Vec<usize>>,
    /// Regexes that no word gates.
    always: Vec<usize>,
    rules: usize,
    /// Made when the first text needs it.
    speller: OnceLock<Speller>,
}

#[derive(Debug)]
struct GatedRegex {
    rule: usize,
    regex: regex::Regex,
    value: Option<usize>,
}

/// Buffers of one thread.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// What fills each slot in this text.
    seen: Vec<Vec<Stretch>>,
    /// Slots that are filled.
    filled: Vec<SlotId>,
    /// Chains of which every slot is filled.
    complete: Vec<usize>,
    /// Regexes to run.
    open: Vec<usize>,
    /// How often each rule hit.
    counts: Vec<u8>,
}

impl Matcher {
    /// Compiles rules. A rule's number is its place in the list.
    pub(crate) fn new(rules: &[Rule<'_>]) -> Result<Self> {
        let mut vocabulary = VocabularyBuilder::default();
        let mut slots = SlotsBuilder::default();
        let mut chains = Vec::new();
        let mut conjunctions = Vec::new();
        let mut regexes = Vec::new();
        let mut gates: Vec<(SlotId, usize)> = Vec::new();
        let mut always = Vec::new();
        for (number, rule) in rules.iter().enumerate() {
            match rule {
                Rule::Phrase(phrase, lang) => {
                    let conjunction = (phrase.parts.len() > 1).then_some(conjunctions.len());
                    let first = chains.len();
                    let spelling = Spelling { lang, inflects: phrase.inflects };
                    for part in &phrase.parts {
                        chains.push(Chain::compile(
                            part,
                            spelling,
                            number,
                            conjunction,
                            &mut slots,
                            &mut vocabulary,
                        ));
                    }
                    if conjunction.is_some() {
                        conjunctions
                            .push(Conjunction { rule: number, chains: first..chains.len() });
                    }
                }
                Rule::Pattern(pattern) => {
                    let index = regexes.len();
                    for gate in &pattern.gates {
                        let ending = if gate.whole { Ending::Exact } else { Ending::Any };
                        let word = Word { text: gate.text.clone(), ending, hyphen: false };
                        gates.push((slots.word(&word, &mut vocabulary), index));
                    }
                    if pattern.gates.is_empty() {
                        always.push(index);
                    }
                    let value =
                        pattern.regex.capture_names().position(|name| name == Some("value"));
                    regexes.push(GatedRegex { rule: number, regex: pattern.regex.clone(), value });
                }
            }
        }
        let (slots, vocabulary) = slots.build(vocabulary).map_err(|error| {
            Error::new(ErrorKind::Pack, "the packs are too large to compile").because(error)
        })?;
        let mut matcher = Self {
            wakes: vec![Vec::new(); slots.len()],
            gates: vec![Vec::new(); slots.len()],
            vocabulary,
            slots,
            chains,
            conjunctions,
            regexes,
            always,
            rules: rules.len(),
            speller: OnceLock::new(),
        };
        for (slot, regex) in gates {
            matcher.gates[slot.index()].push(regex);
        }
        for (number, chain) in matcher.chains.iter().enumerate() {
            let rarest = chain.slots.iter().min_by_key(|slot| matcher.slots.commonness(**slot));
            if let Some(slot) = rarest {
                matcher.wakes[slot.index()].push(number);
            }
        }
        Ok(matcher)
    }

    /// Buffers that fit this matcher.
    pub(crate) fn scratch(&self) -> Scratch {
        Scratch {
            seen: vec![Vec::new(); self.slots.len()],
            counts: vec![0; self.rules],
            ..Scratch::default()
        }
    }

    /// Takes a text apart into words.
    pub(crate) fn read(&self, folded: &Folded, tokens: &mut Tokens) {
        tokens.read(folded, &self.vocabulary);
    }

    /// Reads what is no word as the word of the packs that was meant; says what it read so.
    pub(crate) fn correct(&self, folded: &Folded, tokens: &mut Tokens, slips: &mut Vec<Slip>) {
        let speller = self.speller.get_or_init(|| Speller::new(&self.vocabulary));
        tokens.correct(folded, &self.vocabulary, speller, slips);
    }

    /// Every rule's hits in a text, at most [`MAX_HITS`] each.
    pub(crate) fn find(
        &self,
        folded: &Folded,
        tokens: &Tokens,
        scratch: &mut Scratch,
        hits: &mut Hits,
    ) {
        hits.all.clear();
        hits.parts.clear();
        let Scratch { seen, filled, .. } = scratch;
        for at in 0..tokens.len() {
            self.slots.at(at, tokens, &self.vocabulary, |slot, stretch| {
                let seen = &mut seen[slot.index()];
                if seen.is_empty() {
                    filled.push(slot);
                }
                // Several spellings may be the same words.
                let mut here = seen.iter().rev().take_while(|seen| seen.start == stretch.start);
                if !here.any(|seen| *seen == stretch) {
                    seen.push(stretch);
                }
            });
        }
        self.join(tokens, scratch, hits);
        self.run_regexes(folded.text(), scratch, &mut hits.all);
        for slot in scratch.filled.drain(..) {
            scratch.seen[slot.index()].clear();
        }
        for hit in &hits.all {
            scratch.counts[hit.rule] = 0;
        }
        hits.all.sort_by_key(|hit| (hit.at.start, hit.at.end, hit.rule));
    }

    /// Joins the slots of chains, and chains of conjunctions.
    fn join(&self, tokens: &Tokens, scratch: &mut Scratch, hits: &mut Hits) {
        let Scratch { seen, filled, complete, counts, .. } = scratch;
        complete.clear();
        for slot in filled.iter() {
            let woken = self.wakes[slot.index()].iter().copied();
            complete.extend(woken.filter(|&chain| {
                self.chains[chain].slots.iter().all(|slot| !seen[slot.index()].is_empty())
            }));
        }
        complete.sort_unstable();
        let mut last = None;
        for &number in complete.iter() {
            let chain = &self.chains[number];
            let Some(conjunction) = chain.conjunction else {
                for stretch in chain.join(seen, tokens) {
                    if let Some(hit) = hit(chain.rule, tokens.bytes(stretch), counts) {
                        hits.all.push(Hit { whole: chain.is_whole(), ..hit });
                    }
                }
                continue;
            };
            // Its chains stand side by side, so the first of them does it for all.
            if last.replace(conjunction) == Some(conjunction) {
                continue;
            }
            let Conjunction { rule, chains } = &self.conjunctions[conjunction];
            if chains.clone().all(|chain| complete.binary_search(&chain).is_ok()) {
                let joined = |chain: usize| self.chains[chain].join(seen, tokens);
                let parts: Vec<Vec<Stretch>> = chains.clone().map(joined).collect();
                for stretches in chain::same_sentence(&parts, tokens) {
                    let first = hits.parts.len();
                    hits.parts.extend(stretches.into_iter().map(|part| tokens.bytes(part)));
                    let parts = &hits.parts[first..];
                    let start = parts.iter().map(|part| part.start).min().unwrap_or(0);
                    let end = parts.iter().map(|part| part.end).max().unwrap_or(start);
                    if let Some(hit) = hit(*rule, start..end, counts) {
                        hits.all.push(Hit { parts: first..hits.parts.len(), ..hit });
                    }
                }
            }
        }
    }

    fn run_regexes(&self, text: &str, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
        let Scratch { filled, open, .. } = scratch;
        open.clear();
        open.extend(&self.always);
        for slot in filled.iter() {
            open.extend(&self.gates[slot.index()]);
        }
        open.sort_unstable();
        open.dedup();
        for &index in open.iter() {
            let GatedRegex { rule, regex, value } = &self.regexes[index];
            match value {
                None => hits.extend(regex.find_iter(text).take(MAX_HITS.into()).map(|found| Hit {
                    rule: *rule,
                    at: found.range(),
                    value: None,
                    whole: true,
                    parts: 0..0,
                })),
                Some(group) => {
                    hits.extend(regex.captures_iter(text).take(MAX_HITS.into()).filter_map(
                        |found| {
                            let at = found.get(0)?.range();
                            Some(Hit {
                                rule: *rule,
                                at,
                                value: found.get(*group).map(|value| value.range()),
                                whole: true,
                                parts: 0..0,
                            })
                        },
                    ));
                }
            }
        }
    }
}

/// A hit of a phrase, unless there were enough of it.
fn hit(rule: usize, at: std::ops::Range<usize>, counts: &mut [u8]) -> Option<Hit> {
    let is_one_more = counts[rule] < MAX_HITS;
    counts[rule] += u8::from(is_one_more);
    is_one_more.then_some(Hit { rule, at, value: None, whole: false, parts: 0..0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::phrase::{WordSets, parse_entry};
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
        let matcher = Matcher::new(&[Rule::Phrase(&phrase, "en")]).unwrap();
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
        let pattern = Pattern::parse(r"\bios ?(?<value>\d+(?:\.\d+)*)").unwrap();
        let phrase = Phrase::parse("ios", &WordSets::new()).unwrap();
        let matcher =
            Matcher::new(&[Rule::Pattern(&pattern), Rule::Phrase(&phrase, "en")]).unwrap();
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

    /// text, what is read otherwise than it is written: the cases stand in a table beside this file.
    #[test]
    fn slips_are_read_as_the_table_says() {
        let words = "imessage & facetime & waiting for activation & green bubbles & wi-fi & \
                     phone number & deliver* & phrase & message & daughter";
        let phrase = Phrase::parse(words, &WordSets::new()).unwrap();
        let german = Phrase::parse("aktivierung & 激活不了", &WordSets::new()).unwrap();
        let matcher =
            Matcher::new(&[Rule::Phrase(&phrase, "en"), Rule::Phrase(&german, "de")]).unwrap();
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

//! Finds phrases and regexes in folded text, in one pass.
//!
//! Everything a phrase can say becomes literals of one Aho-Corasick automaton
//! when the packs are compiled; word edges, gaps and sentences are checked at
//! the hits. Regexes run only when a literal that they need was among the
//! hits. A second pass over a corrected text (for typing mistakes) is a second
//! [`Folded`] with the same way back, given to the same [`Matcher::find`].
//!
//! Not here: what a rule is for. The matcher knows rules by number.

mod chain;
mod forms;
mod literals;
mod samples;

use chain::{Chain, Conjunction, Occurrence, Words};
use literals::{Literals, LiteralsBuilder, Step, Steps};
pub(crate) use samples::{Layout, Samples};

use crate::error::{Error, ErrorKind, Result};
use crate::packs::{Pattern, Phrase};
use crate::text::{Folded, is_edge, word_end};

/// Hits of one rule in one text beyond this many prove nothing new.
const MAX_HITS: u8 = 16;

/// Something to look for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule<'a> {
    Phrase(&'a Phrase),
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
}

/// All rules, compiled.
#[derive(Debug)]
pub(crate) struct Matcher {
    literals: Literals,
    chains: Vec<Chain>,
    conjunctions: Vec<Conjunction>,
    regexes: Vec<GatedRegex>,
    /// Regexes that no literal gates.
    always: Vec<usize>,
    rules: usize,
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
    /// Where words stand, of those that chains need.
    seen: Vec<Vec<Occurrence>>,
    /// Words that have an entry in `seen` now.
    touched: Vec<Words>,
    /// The number of the text, so that what is known of chains need not be wiped.
    text: u64,
    chains: Vec<Progress>,
    /// Chains of which every step was seen.
    complete: Vec<usize>,
    /// Regexes to run.
    open_gates: Vec<usize>,
    gate_is_open: Vec<bool>,
    /// How often each rule hit.
    counts: Vec<u8>,
}

/// Which steps of a chain were seen in a text.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    text: u64,
    steps: u64,
}

impl Matcher {
    /// Compiles rules. A rule's number is its place in the list.
    pub(crate) fn new(rules: &[Rule<'_>]) -> Result<Self> {
        let mut literals = LiteralsBuilder::default();
        let mut chains = Vec::new();
        let mut conjunctions = Vec::new();
        let mut regexes = Vec::new();
        let mut always = Vec::new();
        for (number, rule) in rules.iter().enumerate() {
            match rule {
                Rule::Phrase(phrase) => {
                    let conjunction = (phrase.parts.len() > 1).then_some(conjunctions.len());
                    let first = chains.len();
                    for part in &phrase.parts {
                        chains.push(Chain::compile(
                            part,
                            number,
                            chains.len(),
                            conjunction,
                            &mut literals,
                        ));
                    }
                    if conjunction.is_some() {
                        conjunctions
                            .push(Conjunction { rule: number, chains: first..chains.len() });
                    }
                }
                Rule::Pattern(pattern) => {
                    let index = regexes.len();
                    for literal in &pattern.literals {
                        literals.uses(literal).gates.push(index);
                    }
                    if pattern.literals.is_empty() {
                        always.push(index);
                    }
                    let value =
                        pattern.regex.capture_names().position(|name| name == Some("value"));
                    regexes.push(GatedRegex { rule: number, regex: pattern.regex.clone(), value });
                }
            }
        }
        let literals = literals.build().map_err(|error| {
            Error::new(ErrorKind::Pack, "the packs are too large to compile").because(error)
        })?;
        for (number, uses) in literals.uses().iter().enumerate() {
            for (words, steps) in [(number * 2, &uses.words), (number * 2 + 1, &uses.open)] {
                for &Step { chain, step } in &steps.of_chains {
                    chains[chain].words[step].push(words);
                }
            }
        }
        Ok(Self { literals, chains, conjunctions, regexes, always, rules: rules.len() })
    }

    /// Buffers that fit this matcher.
    pub(crate) fn scratch(&self) -> Scratch {
        Scratch {
            seen: vec![Vec::new(); self.literals.uses().len() * 2],
            chains: vec![Progress::default(); self.chains.len()],
            gate_is_open: vec![false; self.regexes.len()],
            counts: vec![0; self.rules],
            ..Scratch::default()
        }
    }

    /// Adds every rule's hits in a text, at most [`MAX_HITS`] each, in the order of the text.
    pub(crate) fn find(&self, folded: &Folded, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
        let text = folded.text();
        let first = hits.len();
        scratch.text += 1;
        self.literals.find(text, |start, end, literal| {
            let uses = &self.literals.uses()[literal];
            for &regex in &uses.gates {
                if !std::mem::replace(&mut scratch.gate_is_open[regex], true) {
                    scratch.open_gates.push(regex);
                }
            }
            if uses.words.is_empty() && uses.open.is_empty() || !is_edge(text, start) {
                return;
            }
            if !uses.words.is_empty() && is_edge(text, end) {
                self.see(literal * 2, &uses.words, Occurrence { start, end }, scratch, hits);
            }
            if !uses.open.is_empty() {
                let end = word_end(text, end);
                self.see(literal * 2 + 1, &uses.open, Occurrence { start, end }, scratch, hits);
            }
        });
        self.join(folded, scratch, hits);
        self.run_regexes(text, scratch, hits);
        for hit in &hits[first..] {
            scratch.counts[hit.rule] = 0;
        }
        hits[first..].sort_by_key(|hit| (hit.at.start, hit.at.end, hit.rule));
    }

    /// Words were seen: whole hits, and something to keep for [`Self::join`].
    fn see(
        &self,
        words: Words,
        steps: &Steps,
        here: Occurrence,
        scratch: &mut Scratch,
        hits: &mut Vec<Hit>,
    ) {
        for &rule in &steps.alone {
            push(rule, here, true, scratch, hits);
        }
        if steps.of_chains.is_empty() {
            return;
        }
        if scratch.seen[words].is_empty() {
            // Common words are steps of hundreds of chains: these hear of them once.
            scratch.touched.push(words);
            for &Step { chain, step } in &steps.of_chains {
                let progress = &mut scratch.chains[chain];
                if progress.text != scratch.text {
                    *progress = Progress { text: scratch.text, steps: 0 };
                }
                let before = progress.steps;
                progress.steps |= 1 << step.min(63);
                let all = u64::MAX >> (64 - self.chains[chain].len().clamp(1, 64));
                if progress.steps == all && before != all {
                    scratch.complete.push(chain);
                }
            }
        }
        scratch.seen[words].push(here);
    }

    /// Joins the steps of chains, and chains of conjunctions, and empties the buffers.
    fn join(&self, folded: &Folded, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
        let mut complete = std::mem::take(&mut scratch.complete);
        complete.sort_unstable();
        let mut last = None;
        for &number in &complete {
            let chain = &self.chains[number];
            let Some(conjunction) = chain.conjunction else {
                for seen in chain.join(&scratch.seen, folded.text()) {
                    push(chain.rule, seen, chain.is_whole(), scratch, hits);
                }
                continue;
            };
            // Its chains stand side by side, so the first of them does it for all.
            if last.replace(conjunction) == Some(conjunction) {
                continue;
            }
            let Conjunction { rule, chains } = &self.conjunctions[conjunction];
            if chains.clone().all(|chain| complete.binary_search(&chain).is_ok()) {
                let joined = |chain: usize| self.chains[chain].join(&scratch.seen, folded.text());
                let parts: Vec<Vec<Occurrence>> = chains.clone().map(joined).collect();
                for seen in chain::same_sentence(&parts, folded) {
                    push(*rule, seen, false, scratch, hits);
                }
            }
        }
        complete.clear();
        scratch.complete = complete;
        for words in scratch.touched.drain(..) {
            scratch.seen[words].clear();
        }
    }

    fn run_regexes(&self, text: &str, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
        let mut open = std::mem::take(&mut scratch.open_gates);
        for &index in open.iter().chain(&self.always) {
            scratch.gate_is_open[index] = false;
            let GatedRegex { rule, regex, value } = &self.regexes[index];
            match value {
                None => hits.extend(regex.find_iter(text).take(MAX_HITS.into()).map(|found| Hit {
                    rule: *rule,
                    at: found.range(),
                    value: None,
                    whole: true,
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
                            })
                        },
                    ));
                }
            }
        }
        open.clear();
        scratch.open_gates = open;
    }
}

fn push(rule: usize, seen: Occurrence, whole: bool, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
    if scratch.counts[rule] < MAX_HITS {
        scratch.counts[rule] += 1;
        hits.push(Hit { rule, at: seen.start..seen.end, value: None, whole });
    }
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
                (name.to_owned(), entries.iter().map(|e| parse_entry(e).unwrap()).collect())
            })
            .collect()
    }

    /// What a phrase hits in a text, in the customer's own words.
    fn hits(phrase: &str, text: &str) -> Vec<String> {
        let phrase = Phrase::parse(phrase, &sets()).unwrap();
        let matcher = Matcher::new(&[Rule::Phrase(&phrase)]).unwrap();
        let (mut found, mut scratch, folded) = (Vec::new(), matcher.scratch(), fold(text));
        matcher.find(&folded, &mut scratch, &mut found);
        let mut again = Vec::new();
        matcher.find(&folded, &mut scratch, &mut again);
        assert_eq!(found, again, "the scratch remembers something");
        let words = found
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
        let mut count = 0;
        for record in reader.records() {
            let record = record.unwrap();
            let (phrase, text, want) = (&record[0], record[1].replace("\\n", "\n"), &record[2]);
            let got = hits(phrase, &text).join(" / ").replace('\n', "\\n");
            assert_eq!(got, want, "{phrase:?} in {text:?}");
            count += 1;
        }
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
        let matcher = Matcher::new(&[Rule::Pattern(&pattern), Rule::Phrase(&phrase)]).unwrap();
        let (mut found, mut scratch, folded) =
            (Vec::new(), matcher.scratch(), fold("On iOS 26.0.1, and iOS."));
        matcher.find(&folded, &mut scratch, &mut found);
        let values: Vec<_> =
            found.iter().filter_map(|hit| hit.value.clone()).map(|at| &folded.text()[at]).collect();
        assert_eq!(values, ["26.0.1"]);
        assert_eq!(found.iter().map(|hit| hit.rule).collect::<Vec<_>>(), [1, 0, 1]);
    }
}

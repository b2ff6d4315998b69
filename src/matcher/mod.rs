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
mod samples;
mod slots;
mod tokens;
mod typos;
mod vocabulary;
mod words;

use std::sync::OnceLock;

use chain::{Chain, Chains, Filled, Joined, Place};
pub(crate) use samples::{Layout, Samples};
use slots::{Lists, SlotId, Slots, SlotsBuilder, Spelling, Stretch};
pub(crate) use tokens::{Slip, Tokens};
use typos::Speller;
use vocabulary::{Vocabulary, VocabularyBuilder};

use crate::error::{Error, ErrorKind, Result};
use crate::packs::phrase::{Ending, Word};
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
    phrases: Vec<Chains>,
    /// For each slot, the phrases that are looked at when it was filled.
    wakes: Lists<Wake>,
    regexes: Vec<GatedRegex>,
    /// For each slot, whether there are any of these and of those.
    leads: Vec<Leads>,
    /// For each slot, the regexes that it gates.
    gates: Lists<Gate>,
    /// Regexes that no word gates.
    always: Vec<usize>,
    /// For each rule, how many of its hits are kept.
    most: Vec<u8>,
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

/// A word that a regex needs, or another of its set.
#[derive(Clone, Copy, Debug)]
struct Gate {
    regex: usize,
    /// The set's bit.
    set: u8,
}

/// What a slot leads to.
#[derive(Clone, Copy, Debug)]
struct Leads {
    wakes: bool,
    gates: bool,
}

/// So many sets of words are asked for before a regex runs.
const MAX_GATES: usize = 7;

/// The bits of so many sets.
fn all_sets(count: usize) -> u8 {
    (1 << count.min(MAX_GATES)) - 1
}

/// A phrase to look at, and the first of its other slots to ask for.
#[derive(Clone, Copy, Debug)]
struct Wake {
    phrase: u32,
    partner: SlotId,
}

/// Buffers of one thread.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// For each slot, where the last sentence that filled it did so.
    filled: Vec<Filled>,
    /// The number of the last sentence, over all texts, so that nothing need be cleared.
    sentence: u32,
    /// Slots that this sentence filled and that wake something.
    awake: Vec<SlotId>,
    /// Phrases of which a sentence filled every slot, in an order that may fit.
    complete: Vec<usize>,
    /// The words of such sentences, by their numbers.
    promising: Vec<u32>,
    /// The slots of such phrases, and whether a slot is one of them.
    wanted: Vec<SlotId>,
    is_wanted: Vec<bool>,
    /// What fills them in this text.
    seen: Vec<Vec<Stretch>>,
    joined: Joined,
    /// Regexes of which a word was seen, and for each regex, the sets of which one was.
    open: Vec<usize>,
    seen_sets: Vec<u8>,
    /// How often each rule hit.
    counts: Vec<u8>,
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
                            let word = Word { text: gate.text.clone(), ending, hyphen: false };
                            let slot = slots.word(&word, &mut vocabulary);
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
        let (slots, vocabulary) = slots.build(vocabulary).map_err(|error| {
            Error::new(ErrorKind::Pack, "the packs are too large to compile").because(error)
        })?;
        let mut wakes = vec![Vec::new(); slots.len()];
        let mut used = vec![0_u64; slots.len()];
        for slot in phrases.iter().flat_map(Chains::slots) {
            used[slot.index()] += 1;
        }
        // What stands in many phrases wakes many, whenever it is seen.
        let cost = |slot: SlotId| used[slot.index()] * u64::from(slots.commonness(slot));
        for (number, phrase) in phrases.iter().enumerate() {
            let mut rarest: Vec<SlotId> = phrase.slots().collect();
            rarest.sort_by_key(|slot| cost(*slot));
            if let [slot, others @ ..] = rarest.as_slice() {
                let phrase = key::number(number);
                let partner = *others.first().unwrap_or(slot);
                wakes[slot.index()].push(Wake { phrase, partner });
            }
        }
        let mut gated = vec![Vec::new(); slots.len()];
        for (slot, gate) in gates {
            gated[slot.index()].push(gate);
        }
        let leads = wakes.iter().zip(&gated);
        Ok(Self {
            leads: leads
                .map(|(wakes, gates)| Leads { wakes: !wakes.is_empty(), gates: !gates.is_empty() })
                .collect(),
            wakes: Lists::new(wakes),
            gates: Lists::new(gated),
            vocabulary,
            slots,
            phrases,
            regexes,
            always,
            most: rules
                .iter()
                .map(|rule| match rule {
                    Rule::Phrase(_, _, Often::Once) => 1,
                    Rule::Phrase(_, _, Often::Each) | Rule::Pattern(..) => MAX_HITS,
                })
                .collect(),
            speller: OnceLock::new(),
        })
    }

    /// Buffers that fit this matcher.
    pub(crate) fn scratch(&self) -> Scratch {
        Scratch {
            filled: vec![Filled::default(); self.slots.len()],
            is_wanted: vec![false; self.slots.len()],
            seen: vec![Vec::new(); self.slots.len()],
            counts: vec![0; self.most.len()],
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
        self.wake(tokens, scratch);
        if !scratch.complete.is_empty() {
            self.collect(tokens, scratch);
            self.join(tokens, scratch, hits);
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
        for slot in scratch.wanted.drain(..) {
            scratch.is_wanted[slot.index()] = false;
            scratch.seen[slot.index()].clear();
        }
        for hit in &hits.all {
            scratch.counts[hit.rule] = 0;
        }
        hits.all.sort_unstable_by_key(|hit| (hit.at.start, hit.at.end, hit.rule));
    }

    /// Finds the phrases of which a sentence fills every slot, and the regexes that a word gates.
    fn wake(&self, tokens: &Tokens, scratch: &mut Scratch) {
        scratch.complete.clear();
        scratch.promising.clear();
        scratch.open.clear();
        scratch.open.extend(&self.always);
        for known in tokens.known().chunk_by(|one, next| tokens.same_sentence(*one, *next)) {
            if scratch.sentence == u32::MAX {
                scratch.filled.fill(Filled::default());
                scratch.sentence = 0;
            }
            scratch.sentence += 1;
            let Scratch { filled, awake, open, seen_sets, complete, .. } = scratch;
            let now = scratch.sentence;
            awake.clear();
            for &at in known {
                self.slots.at(at as usize, tokens, &self.vocabulary, |slot, stretch| {
                    let known = &mut filled[slot.index()];
                    if known.sentence == now {
                        known.add(stretch);
                        return;
                    }
                    *known = Filled::by(stretch, now);
                    let Leads { wakes, gates } = self.leads[slot.index()];
                    if wakes {
                        awake.push(slot);
                    }
                    if gates {
                        for gate in self.gates.get(slot.index()) {
                            if seen_sets[gate.regex] == 0 {
                                open.push(gate.regex);
                            }
                            seen_sets[gate.regex] |= gate.set;
                        }
                    }
                });
            }
            let before = complete.len();
            for slot in awake.iter() {
                for wake in self.wakes.get(slot.index()) {
                    let phrase = wake.phrase as usize;
                    let may_join = |chain: &Chain| chain.may_join(filled, now, tokens);
                    if filled[wake.partner.index()].sentence == now
                        && self.phrases[phrase].parts.iter().all(may_join)
                    {
                        complete.push(phrase);
                    }
                }
            }
            if complete.len() > before {
                scratch.promising.extend(known);
            }
        }
        scratch.complete.sort_unstable();
        scratch.complete.dedup();
    }

    /// Notes which words fill the slots of complete phrases.
    fn collect(&self, tokens: &Tokens, scratch: &mut Scratch) {
        let Scratch { complete, promising, wanted, is_wanted, seen, .. } = scratch;
        for slot in complete.iter().flat_map(|&phrase| self.phrases[phrase].slots()) {
            if !std::mem::replace(&mut is_wanted[slot.index()], true) {
                wanted.push(slot);
            }
        }
        for &at in promising.iter() {
            self.slots.at(at as usize, tokens, &self.vocabulary, |slot, stretch| {
                if !is_wanted[slot.index()] {
                    return;
                }
                let seen = &mut seen[slot.index()];
                // Several spellings may be the same words.
                let mut here = seen.iter().rev().take_while(|seen| seen.start == stretch.start);
                if !here.any(|seen| *seen == stretch) {
                    seen.push(stretch);
                }
            });
        }
    }

    /// Joins the slots of phrases that are complete.
    fn join(&self, tokens: &Tokens, scratch: &mut Scratch, hits: &mut Hits) {
        let Scratch { seen, complete, counts, joined, .. } = scratch;
        for &number in complete.iter() {
            let Chains { rule, parts } = &self.phrases[number];
            let mut hit = |at: Range| {
                let is_one_more = counts[*rule] < self.most[*rule];
                counts[*rule] += u8::from(is_one_more);
                is_one_more.then(|| Hit { rule: *rule, at, ..Hit::default() })
            };
            match &**parts {
                [chain] => {
                    if let Some(slot) = chain.only() {
                        for stretch in &seen[slot.index()] {
                            let Some(hit) = hit(tokens.bytes(*stretch)) else { break };
                            hits.all.push(Hit { whole: true, ..hit });
                        }
                        continue;
                    }
                    chain.join(seen, tokens, joined);
                    for place in &joined.all {
                        let Some(hit) = hit(tokens.bytes(place.whole())) else { break };
                        let first = hits.runs.len();
                        if let runs @ [_, _, ..] = place.runs() {
                            hits.runs.extend(runs.iter().map(|run| tokens.bytes(*run)));
                        }
                        let runs = first..hits.runs.len();
                        hits.all.push(Hit { whole: chain.is_whole(), runs, ..hit });
                    }
                }
                parts => {
                    let places = |chain: &Chain| {
                        chain.join(seen, tokens, joined);
                        joined.all.clone()
                    };
                    let parts: Vec<Vec<Place>> = parts.iter().map(places).collect();
                    for places in chain::same_sentence(&parts, tokens) {
                        let first = hits.parts.len();
                        hits.parts.extend(places.iter().map(|place| tokens.bytes(place.whole())));
                        let parts = &hits.parts[first..];
                        let start = parts.iter().map(|part| part.start).min().unwrap_or(0);
                        let end = parts.iter().map(|part| part.end).max().unwrap_or(start);
                        let Some(hit) = hit(start..end) else { break };
                        let from = hits.runs.len();
                        let runs = places.iter().flat_map(Place::runs);
                        hits.runs.extend(runs.map(|run| tokens.bytes(*run)));
                        let (parts, runs) = (first..hits.parts.len(), from..hits.runs.len());
                        hits.all.push(Hit { parts, runs, ..hit });
                    }
                }
            }
        }
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
    use super::*;
    use crate::packs::pattern::Trust;
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

    /// text, what is read otherwise than it is written: the cases stand in a table beside this file.
    #[test]
    fn slips_are_read_as_the_table_says() {
        let words = "imessage & facetime & waiting for activation & green bubbles & wi-fi & \
                     phone number & deliver* & phrase & message & daughter";
        let phrase = Phrase::parse(words, &WordSets::new()).unwrap();
        let german = Phrase::parse("aktivierung & 激活不了", &WordSets::new()).unwrap();
        let matcher = Matcher::new(&[
            Rule::Phrase(&phrase, "en", Often::Each),
            Rule::Phrase(&german, "de", Often::Each),
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

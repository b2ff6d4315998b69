//! One automaton over all the literals of all the packs.

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};
use indexmap::IndexMap;

/// Literals up to this many bytes in all compile to a DFA, the fastest kind: some 10 MB
/// and a few milliseconds at the limit. Beyond it the automaton is a contiguous NFA.
const DFA_LIMIT: usize = 32 * 1024;

/// Literals and what each is for, while packs are compiled.
#[derive(Debug, Default)]
pub(super) struct LiteralsBuilder {
    uses: IndexMap<String, Uses>,
}

/// All literals, compiled.
#[derive(Debug)]
pub(super) struct Literals {
    automaton: AhoCorasick,
    uses: Vec<Uses>,
}

/// What the hits of a literal lead to.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// As whole words.
    pub(super) words: Steps,
    /// As the beginning of a word that may go on.
    pub(super) open: Steps,
    /// Regexes that it gates, wherever it stands.
    pub(super) gates: Vec<usize>,
}

/// What words are a part of.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// Rules that they are the whole of.
    pub(super) alone: Vec<usize>,
    /// Steps of chains that have several.
    pub(super) of_chains: Vec<Step>,
}

/// A step of a chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) chain: usize,
    pub(super) step: usize,
}

impl LiteralsBuilder {
    /// What a literal is used for, to add to.
    pub(super) fn uses(&mut self, literal: &str) -> &mut Uses {
        // Most literals are there already: no allocation for those.
        let place = match self.uses.get_index_of(literal) {
            Some(place) => place,
            None => self.uses.insert_full(literal.to_owned(), Uses::default()).0,
        };
        &mut self.uses[place]
    }

    pub(super) fn build(self) -> Result<Literals, BuildError> {
        let bytes: usize = self.uses.keys().map(String::len).sum();
        let kind =
            if bytes <= DFA_LIMIT { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
        // Overlapping search needs the standard semantics; the others refuse it.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(kind))
            .build(self.uses.keys())?;
        Ok(Literals { automaton, uses: self.uses.into_values().collect() })
    }
}

impl Literals {
    /// Calls `each` for every place where a literal stands, in order of the ends.
    pub(super) fn find(&self, text: &str, mut each: impl FnMut(usize, usize, usize)) {
        for found in self.automaton.find_overlapping_iter(text) {
            each(found.start(), found.end(), found.pattern().as_usize());
        }
    }

    /// What each literal is used for, by number.
    pub(super) fn uses(&self) -> &[Uses] {
        &self.uses
    }
}

impl Steps {
    pub(super) fn is_empty(&self) -> bool {
        self.alone.is_empty() && self.of_chains.is_empty()
    }
}

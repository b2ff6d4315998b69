//! One automaton over all the literals of all the packs.

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};
use indexmap::IndexMap;

use super::Use;

/// Literals up to this many bytes in all compile to a DFA, the fastest kind: some 10 MB
/// and a few milliseconds at the limit. Beyond it the automaton is a contiguous NFA.
const DFA_LIMIT: usize = 32 * 1024;

/// Literals and what each is for, while packs are compiled.
#[derive(Debug, Default)]
pub(super) struct LiteralsBuilder {
    uses: IndexMap<String, Vec<Use>>,
}

/// All literals, compiled.
#[derive(Debug)]
pub(super) struct Literals {
    automaton: AhoCorasick,
    uses: Vec<Vec<Use>>,
}

impl LiteralsBuilder {
    pub(super) fn add(&mut self, literal: &str, to: Use) {
        match self.uses.get_mut(literal) {
            Some(uses) => uses.push(to),
            None => {
                self.uses.insert(literal.to_owned(), vec![to]);
            }
        }
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
    pub(super) fn find(&self, text: &str, mut each: impl FnMut(usize, usize, &[Use])) {
        for found in self.automaton.find_overlapping_iter(text) {
            each(found.start(), found.end(), &self.uses[found.pattern().as_usize()]);
        }
    }
}

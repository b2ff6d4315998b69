//! Which spellings of a word count.
//!
//! Phrases are widened when they are compiled, so that matching stays one
//! pass over a text that is folded but otherwise as the customer wrote it.

use crate::packs::phrase::{Ending, Word};

/// Every spelling of a word that a phrase with it hits.
pub(super) fn forms(word: &Word) -> Vec<String> {
    let mut forms = vec![word.text.clone()];
    // On phones the apostrophe is the first thing to go: wont, cant, its.
    if word.ending != Ending::Exact && word.text.contains('\'') {
        forms.push(word.text.replace('\'', ""));
    }
    forms
}

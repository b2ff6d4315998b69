//! Text as the matcher reads it.
//!
//! Not here: what a text means. This layer knows characters, not packs.

mod chars;
mod fold;
mod line;

pub use fold::{Folded, fold};
pub use line::one_line;

pub(crate) use chars::is_spaceless;
pub(crate) use fold::{is_edge, word_end};

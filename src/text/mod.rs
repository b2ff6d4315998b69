//! Text as the matcher reads it.
//!
//! Not here: what a text means. This layer knows characters, not packs.

mod chars;
mod fold;
mod guard;
mod line;
mod visible;

pub use fold::{Folded, fold};
pub use guard::{guard, unguard};
pub use line::one_line;
pub use visible::visible;

pub(crate) use chars::is_spaceless;
pub(crate) use fold::{is_edge, word_end};

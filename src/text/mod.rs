//! Text as the matcher reads it.
//!
//! Not here: what a text means. This layer knows characters and mails, not packs.

mod chars;
mod clean;
mod edit;
mod eight;
mod fold;
mod guard;
mod line;
mod traditional;
mod visible;

pub use clean::{AutoReply, Cleaner, Kept, Part, as_read, auto_reply, parts, shown};
pub use edit::{Edit, Why};
pub use fold::{Folded, fold};
pub use guard::{guard, unguard};
pub use line::one_line;
pub use visible::visible;

pub(crate) use chars::{first_word, is_spaceless};
pub(crate) use clean::shown_line;
pub(crate) use eight::{Eight, count, gathered};

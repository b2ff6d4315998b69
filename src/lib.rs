//! Reads help-desk tickets, names each one's issue with the customer's own
//! words as evidence, and writes the reply.
//!
//! Four nouns: [`Packs`] are pattern packs, read and checked. [`Triage`] is
//! packs compiled, shared by all threads. A [`Worker`] answers tickets on one
//! thread. An [`Answer`] says what a ticket is about, how sure that is, why,
//! and what to do. [`run()`] puts them together for whole exports.
//!
//! ```
//! use triage::{Packs, Status, Ticket, Triage};
//!
//! let triage = Triage::new(Packs::builtin()?)?;
//! let ticket = Ticket {
//!     subject: "iMessage",
//!     body: "Since the update my texts are green instead of blue.",
//!     ..Ticket::default()
//! };
//! let answer = triage.worker().answer(&ticket);
//! assert_eq!(answer.status, Status::Matched);
//! assert_eq!(answer.issue.map(|issue| issue.id.as_str()), Some("green-bubbles"));
//! # Ok::<(), triage::Error>(())
//! ```
//!
//! The library never prints, never exits, and does not panic on input. The
//! feature `cli` adds the command and everything that needs a terminal.

// Each layer imports only from those above it; ARCHITECTURE.md draws them.
mod error;
mod finding;
mod nearest;
mod place;
mod span;
mod ticket;

pub mod text;

pub mod packs;

mod clause;
mod matcher;

pub mod answer;
mod decide;
mod reply;
mod rules;
mod triage;

pub mod check;
pub mod explain;

pub mod input;
pub mod output;

pub mod eval;
mod run;

pub use answer::{Answer, Status};
pub use clause::State;
pub use error::{Error, ErrorKind, Result};
pub use finding::{Finding, Level, Mend, SourceFile};
pub use packs::Packs;
pub use place::Place;
pub use run::{RunOptions, Summary, run};
pub use span::Span;
pub use ticket::{Field, Requester, Ticket};
pub use triage::{Triage, Worker};

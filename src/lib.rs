//! draft
pub mod answer;
mod decide;
mod error;
mod finding;
mod matcher;
pub mod packs;
mod reply;
mod span;
pub mod text;
mod ticket;
mod triage;
pub use answer::{Answer, Status};
pub use error::{Error, ErrorKind, Place, Result};
pub use finding::{Finding, Level, SourceFile};
pub use packs::Packs;
pub use span::Span;
pub use ticket::{Field, Requester, Ticket};
pub use triage::{Triage, Worker};

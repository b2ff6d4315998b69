//! A ticket, as the matcher sees it.

use std::fmt;

/// One ticket: what the customer wrote, and who they are.
///
/// A ticket borrows everything, so that the cells of an export need no copy.
/// Empty strings stand for what is not known.
///
/// ```
/// use triage::{Packs, Status, Ticket, Triage};
///
/// let triage = Triage::new(Packs::builtin()?)?;
/// let ticket = Ticket { id: "42", body: "iMessage says waiting for activation", ..Ticket::default() };
/// let answer = triage.worker().answer(&ticket);
/// assert_eq!(answer.status, Status::Matched);
/// # Ok::<(), triage::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Ticket<'a> {
    /// The help desk's id, its bytes untouched.
    pub id: &'a str,
    /// The subject line.
    pub subject: &'a str,
    /// What the customer wrote.
    pub body: &'a str,
    /// Who wrote it.
    pub requester: Requester<'a>,
    /// Whether there was more of it than could be read; a person must look.
    pub cut_off: bool,
}

/// The person who wrote a ticket; never an agent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Requester<'a> {
    /// The full name as the help desk has it.
    pub name: &'a str,
    /// The first name, where the export has a column of its own for it.
    pub first_name: &'a str,
    /// The e-mail address.
    pub email: &'a str,
}

/// A part of a ticket that is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The subject line.
    Subject,
    /// The customer's text.
    Body,
}

impl Field {
    /// Both, in the order in which they are read.
    pub const ALL: [Self; 2] = [Self::Subject, Self::Body];

    /// The name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body => "body",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<'a> Ticket<'a> {
    /// The text of a field.
    pub fn field(&self, field: Field) -> &'a str {
        match field {
            Field::Subject => self.subject,
            Field::Body => self.body,
        }
    }
}

//! What came out for a ticket: plain data, every reason included.

use std::fmt;

use crate::clause::State;
use crate::packs::{Fact, Fix, Guard, Issue};
use crate::span::Span;
use crate::text::AutoReply;
use crate::ticket::{Field, Ticket};

/// The answer to one ticket, borrowing titles and texts from the packs.
///
/// ```
/// use triage::{Packs, Ticket, Triage};
///
/// let triage = Triage::new(Packs::builtin()?)?;
/// let ticket = Ticket { body: "iMessage says “Waiting for activation…”", ..Ticket::default() };
/// let answer = triage.worker().answer(&ticket);
/// assert_eq!(answer.issue.map(|issue| issue.id.as_str()), Some("waiting-for-activation"));
/// let mut words = answer.evidence().map(|hit| hit.text(&ticket));
/// assert!(words.any(|words| words == "Waiting for activation"));
/// # Ok::<(), triage::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Answer<'t> {
    /// Whether it can be sent.
    pub status: Status,
    /// The issue it is about: the one with the most points, if they reach its threshold.
    pub issue: Option<&'t Issue>,
    /// How sure that is, from 0 to 1; 0 without an issue. The guide says how it is worked out.
    /// Where the pack has a calibration, the share of such answers that was right.
    pub confidence: f64,
    /// The same before any calibration: what calibrations are measured from.
    pub raw_confidence: f64,
    /// Further issues that reach their thresholds, the strongest first.
    pub others: Vec<&'t Issue>,
    /// What to do, in order, without what the customer has tried.
    pub fixes: Vec<&'t Fix>,
    /// What the customer says they have tried: of what we would have advised, then the rest.
    pub tried: Vec<&'t Fix>,
    /// What does not help by what the ticket says, of what we would have advised.
    pub unneeded: Vec<&'t Fix>,
    /// What to ask for.
    pub asks: Vec<&'t Fact>,
    /// What the ticket says that replies depend on.
    pub facts: Vec<FoundFact<'t>>,
    /// The reply, ready to send; empty unless the status is [`Status::Matched`].
    pub reply: String,
    /// What the agent should know.
    pub notes: Vec<Note<'t>>,
    /// Issues that had points, the strongest first, with what kept them back.
    pub candidates: Vec<Candidate<'t>>,
    /// Everything that hit, in the order of the ticket.
    pub hits: Vec<Hit<'t>>,
    /// Typing mistakes, and what they were read as, where that was tried.
    pub slips: Vec<Slip>,
}

/// A typing mistake in a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Where it stands.
    pub field: Field,
    /// Which bytes of the field.
    pub span: Span,
    /// The word, or words, that it was read as.
    pub read: String,
}

/// What may be done with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// The reply can go out.
    Matched,
    /// A person should look: too close, too little, or guarded.
    Review,
    /// Nothing in the packs is about this.
    Unmatched,
}

/// A phrase or regex that hit.
#[derive(Clone, Copy, Debug)]
pub struct Hit<'t> {
    /// What it speaks for or against.
    pub role: Role<'t>,
    /// The phrase or regex as its pack has it.
    pub phrase: &'t str,
    /// What it is worth to an issue; 0 for other roles.
    pub points: u32,
    /// Where it was read.
    pub field: Field,
    /// Which bytes of the field.
    pub span: Span,
    /// What a fact's regex read.
    pub value: Option<Span>,
    /// Whether its points counted.
    pub weight: Weight,
}

/// Points of a hint: a word that fits, such as the product's name, and proves nothing by itself.
pub(crate) const HINT: u32 = 1;

/// Whether the points of a hit counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weight {
    /// They did.
    Counted,
    /// The phrase had counted before in this ticket.
    Repeated,
    /// The words belong to a longer phrase of another issue, or tell of a step that was taken.
    Claimed {
        /// The hit of that phrase, by its place in [`Answer::hits`].
        by: usize,
    },
    /// The words stand there, and the sentence says that it is not so: see [`State`].
    NotMeant(State),
    /// It has none to give.
    None,
}

/// What a phrase is in its pack for.
#[derive(Clone, Copy, Debug)]
pub enum Role<'t> {
    /// Points for an issue.
    Issue(&'t Issue),
    /// Something an issue needs.
    Need(&'t Issue),
    /// Something an issue must not have.
    Not(&'t Issue),
    /// A reason to send the ticket to a person.
    Guard(&'t Guard),
    /// A fix the customer has tried.
    Tried(&'t Fix),
    /// A fact.
    Fact(&'t Fact),
}

/// An issue that had points.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'t> {
    /// The issue.
    pub issue: &'t Issue,
    /// Its points.
    pub points: u32,
    /// What kept it back, apart from its points.
    pub gate: Gate,
}

/// What keeps an issue back whatever its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gate {
    /// Nothing.
    Open,
    /// Something it needs is not there.
    NeedMissing,
    /// Something it must not have is there.
    NotHit,
}

/// A fact that the ticket states.
#[derive(Clone, Copy, Debug)]
pub struct FoundFact<'t> {
    /// Which fact.
    pub fact: &'t Fact,
    /// Where it was read.
    pub field: Field,
    /// Which bytes of the field are its value.
    pub span: Span,
}

/// Something the agent should know about an answer. `Display` is one line.
#[derive(Clone, Debug)]
pub enum Note<'t> {
    /// A guard was raised.
    Guarded(&'t Guard),
    /// A rival rests on the same words and is too close.
    TooClose {
        /// The rival.
        rival: &'t Issue,
        /// By how many points the answer leads.
        lead: u32,
    },
    /// The points do not reach the threshold.
    TooLittle {
        /// The issue it may be.
        issue: &'t Issue,
        /// The points there are.
        points: u32,
    },
    /// The reply answers this issue too.
    Also(&'t Issue),
    /// The customer has tried these.
    Tried(Vec<&'t Fix>),
    /// These do not help, by what the ticket says.
    Unneeded(Vec<&'t Fix>),
    /// The customer has tried everything that we would have advised.
    NothingLeft,
    /// The template could not be filled for this ticket.
    ReplyFailed(String),
    /// No customer wrote this.
    Automatic(AutoReply),
    /// There is nothing but quoted history or the like, so that was read.
    NothingElse,
    /// The text is so long, or its file so damaged, that only its beginning was read.
    CutOff,
}

impl Status {
    /// All, in the order in which summaries list them.
    pub const ALL: [Self; 3] = [Self::Matched, Self::Review, Self::Unmatched];

    /// The word in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Review => "review",
            Self::Unmatched => "unmatched",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<'t> Answer<'t> {
    /// The hits that speak for the issue and the others, and those that raised guards, in the order of the ticket.
    pub fn evidence(&self) -> impl Iterator<Item = &Hit<'t>> {
        let is_found = |id: &str| self.issue.iter().chain(&self.others).any(|issue| issue.id == id);
        self.hits.iter().filter(move |hit| match hit.role {
            Role::Issue(issue) => hit.weight == Weight::Counted && is_found(&issue.id),
            Role::Guard(_) => true,
            _ => false,
        })
    }

    /// How a hit was read, where that is not how it is written.
    pub fn read_as(&self, hit: &Hit<'_>, ticket: &Ticket<'_>) -> Option<String> {
        let mut read = String::new();
        let mut at = hit.span.start;
        let text = ticket.field(hit.field);
        let slips = self.slips.iter().filter(|slip| slip.field == hit.field);
        for slip in
            slips.filter(|slip| slip.span.overlaps(hit.span) && slip.span.start >= hit.span.start)
        {
            read.push_str(text.get(at..slip.span.start)?);
            read.push_str(&slip.read);
            at = slip.span.end;
        }
        if read.is_empty() {
            return None;
        }
        read.push_str(text.get(at..hit.span.end).unwrap_or_default());
        Some(read)
    }

    /// The issues that the reply answers, or would answer once a person has looked.
    pub fn answered(&self) -> impl Iterator<Item = &'t Issue> {
        self.issue.into_iter().chain(self.notes.iter().filter_map(|note| match note {
            Note::Also(issue) => Some(*issue),
            _ => None,
        }))
    }

    /// The guards that were raised, each once.
    pub fn guards(&self) -> impl Iterator<Item = &'t Guard> {
        self.notes.iter().filter_map(|note| match note {
            Note::Guarded(guard) => Some(*guard),
            _ => None,
        })
    }
}

impl Hit<'_> {
    /// Whether it only fits, and proves nothing by itself.
    pub fn is_hint(&self) -> bool {
        matches!(self.role, Role::Issue(_)) && self.points <= HINT
    }

    /// The customer's own words.
    pub fn text<'a>(&self, ticket: &Ticket<'a>) -> &'a str {
        ticket.field(self.field).get(self.span.range()).unwrap_or_default()
    }
}

impl FoundFact<'_> {
    /// The fact's value in the customer's own words.
    pub fn value<'a>(&self, ticket: &Ticket<'a>) -> &'a str {
        ticket.field(self.field).get(self.span.range()).unwrap_or_default()
    }
}

fn titles(fixes: &[&Fix]) -> String {
    fixes.iter().map(|fix| fix.title.as_str()).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Note<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guarded(guard) => write!(f, "for a person: {}", guard.title),
            Self::TooClose { rival, lead: 0 } => write!(f, "as likely: {}", rival.id),
            Self::TooClose { rival, .. } => write!(f, "almost as likely: {}", rival.id),
            Self::TooLittle { issue, points } => {
                write!(f, "maybe {}: {points} of {} points", issue.id, issue.threshold)
            }
            Self::Also(issue) => write!(f, "also answers: {}", issue.id),
            Self::Tried(fixes) => write!(f, "already tried: {}", titles(fixes)),
            Self::Unneeded(fixes) => write!(f, "not needed: {}", titles(fixes)),
            Self::NothingLeft => f.write_str("every fix was tried"),
            Self::ReplyFailed(why) => write!(f, "no reply: {why}"),
            Self::Automatic(kind) => write!(f, "{kind}, set aside"),
            Self::NothingElse => f.write_str("only quoted or forwarded text"),
            Self::CutOff => f.write_str("only the beginning of the text was read"),
        }
    }
}

//! What was wrong with an input, and where.

use std::fmt;

use crate::error::{Error, ErrorKind};
use crate::place::Place;

/// A kind of trouble that rows can have. Nothing is left out quietly: each is counted and named by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Trouble {
    /// Fewer cells than the header.
    ShortRow,
    /// More cells than the header, and something in them.
    LongRow,
    /// Bytes that the encoding does not have.
    BadBytes,
    /// NUL characters.
    Nul,
    /// The header once more, as joined exports have it.
    HeaderAgain,
    /// Lines above the header, such as a report's title.
    AboveHeader,
    /// An id that a spreadsheet turned into a rounded number.
    RoundedId,
    /// Keys of a JSON record that no earlier record had.
    LateKey,
    /// A conversation of which only the agents' side is there.
    NoCustomer,
    /// A conversation whose messages are too far apart to be put together.
    SplitConversation,
    /// A quote inside a quoted cell that is not doubled.
    InnerQuote,
    /// A quote that is opened and never closed.
    UnclosedQuote,
    /// An id that cannot be decoded.
    BadId,
    /// A record beyond the size limit.
    TooLong,
    /// A JSON record beyond the size limit, of which no part can be read.
    TooLongJson,
    /// A record that is not JSON.
    BadJson,
    /// A cell whose text is not in its workbook.
    MissingText,
    /// The file ends too early, or its packing is damaged.
    CutOff,
}

/// The troubles of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    name: String,
    /// Records without a word in them; they are no tickets.
    pub blank: u64,
    /// Messages that were put together with others of their conversation, or are an agent's.
    pub joined: u64,
    lines: [Lines; Trouble::ALL.len()],
}

/// How often something was seen, and on which lines first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// How often.
    pub count: u64,
    first: Vec<u64>,
}

impl Trouble {
    /// All, in the order in which they are reported.
    pub const ALL: [Self; 18] = [
        Self::ShortRow,
        Self::LongRow,
        Self::BadBytes,
        Self::Nul,
        Self::HeaderAgain,
        Self::AboveHeader,
        Self::RoundedId,
        Self::LateKey,
        Self::NoCustomer,
        Self::SplitConversation,
        Self::InnerQuote,
        Self::UnclosedQuote,
        Self::BadId,
        Self::TooLong,
        Self::TooLongJson,
        Self::BadJson,
        Self::MissingText,
        Self::CutOff,
    ];

    /// Whether something the input held may not be in the output as it was: more than untidy.
    pub fn is_damage(self) -> bool {
        matches!(
            self,
            Self::InnerQuote
                | Self::UnclosedQuote
                | Self::BadId
                | Self::TooLong
                | Self::TooLongJson
                | Self::BadJson
                | Self::MissingText
                | Self::CutOff
        )
    }

    /// Whether the record came out as no ticket.
    pub fn is_left_out(self) -> bool {
        matches!(self, Self::HeaderAgain | Self::AboveHeader | Self::TooLongJson | Self::BadJson)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ShortRow => {
                "row has fewer cells than the header; the missing ones are taken as empty"
            }
            Self::LongRow => "row has more cells than the header; the text in them is read too",
            Self::BadBytes => {
                "invalid bytes for this encoding; each is shown as \u{FFFD} (--encoding overrules)"
            }
            Self::Nul => "NUL characters (U+0000); each is shown as \u{FFFD}",
            Self::InnerQuote => "quote inside a quoted cell is not doubled; the cell is closed where the columns fit",
            Self::HeaderAgain => "the header once more; it is no ticket and left out",
            Self::AboveHeader => "line above the header; it is no ticket and left out",
            Self::RoundedId => "id was rounded by a spreadsheet; export it again as text",
            Self::LateKey => "key that no earlier record has; it has no column, and only text in it is read",
            Self::NoCustomer => "conversation has no message by the customer; nothing to read",
            Self::SplitConversation => {
                "message of a conversation that was already answered; it is a ticket of its own"
            }
            Self::UnclosedQuote => {
                "quote is opened here and never closed; it is read as text, and the lines after it as records"
            }
            Self::BadId => "id cannot be decoded; it is shown with \u{FFFD}",
            Self::TooLong => "record is longer than --max-record; its end is cut off",
            Self::TooLongJson => "record is longer than --max-record; it is left out",
            Self::BadJson => "record is not valid JSON; it is left out",
            Self::MissingText => "the workbook has no text for this cell; it is taken as empty",
            Self::CutOff => "the file is truncated or corrupt here; everything before is read",
        })
    }
}

impl Problems {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Counts a trouble on a line.
    pub(super) fn note(&mut self, trouble: Trouble, line: u64) {
        self.lines[trouble as usize].note(line);
    }

    /// How often a trouble was seen, and where first.
    pub fn of(&self, trouble: Trouble) -> &Lines {
        &self.lines[trouble as usize]
    }

    /// The troubles that were seen.
    pub fn seen(&self) -> impl Iterator<Item = (Trouble, &Lines)> {
        Trouble::ALL.into_iter().zip(&self.lines).filter(|(_, lines)| lines.count > 0)
    }

    /// How many records had something wrong with them; one with two troubles counts twice.
    pub fn rows(&self) -> u64 {
        self.lines.iter().map(|lines| lines.count).sum()
    }

    /// Whether something is not in the output as the input held it.
    pub fn is_damaged(&self) -> bool {
        self.seen().any(|(trouble, _)| trouble.is_damage())
    }

    /// How many records came out as no ticket, blank ones apart.
    pub fn left_out(&self) -> u64 {
        let left_out = self.seen().filter(|(trouble, _)| trouble.is_left_out());
        left_out.map(|(_, lines)| lines.count).sum()
    }

    /// The first trouble as an error, for those who want none.
    pub fn error(&self) -> Option<Error> {
        let (trouble, lines) = self.seen().min_by_key(|(_, lines)| lines.first.first().copied())?;
        let line = lines.first.first().copied().unwrap_or_default();
        let place = Place::file(&self.name).line(line);
        let help = "mend it, or leave --strict out to read it all the same";
        Some(Error::new(ErrorKind::Input, trouble.to_string()).at(place).help(help))
    }

    /// The warnings that say that something was damaged.
    pub fn damages(&self) -> Vec<String> {
        let damages = self.seen().filter(|(trouble, _)| trouble.is_damage());
        damages.filter_map(|(trouble, lines)| lines.warning(&self.name, trouble)).collect()
    }

    /// One warning for each kind of trouble, place first.
    pub fn warnings(&self) -> Vec<String> {
        self.seen().filter_map(|(trouble, lines)| lines.warning(&self.name, trouble)).collect()
    }
}

impl Lines {
    /// Lines beyond these are only counted.
    const KEPT: usize = 4;

    fn note(&mut self, line: u64) {
        self.count += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(line);
        }
    }

    /// The first lines on which it was seen.
    pub fn first(&self) -> &[u64] {
        &self.first
    }

    fn warning(&self, name: &str, what: Trouble) -> Option<String> {
        let (first, rest) = self.first.split_first()?;
        let place = Place::file(name).line(*first);
        let lines: Vec<String> = rest.iter().map(u64::to_string).collect();
        let more = match self.count - 1 {
            0 => String::new(),
            more => format!(" ({more} more, first on line {})", lines.join(", ")),
        };
        Some(format!("{place}: {what}{more}"))
    }
}

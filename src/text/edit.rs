//! What is not read of a text, or read otherwise, without changing the text.

use std::fmt;

use crate::span::Span;

/// A stretch of a text that is not read as it stands.
///
/// Texts are never shortened: an edit tells the fold what to make of some
/// bytes, and every place keeps its offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes.
    pub span: Span,
    /// What they are.
    pub why: Why,
    pub(super) put: Put,
}

/// What the fold reads instead of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// Nothing: the letters on both sides are one word.
    Nothing,
    /// Something between words.
    Gap,
    /// A line end; two of them end a sentence.
    Line,
    /// The end of a sentence.
    Break,
    /// This character.
    Char(char),
}

/// Why a stretch is not read as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Why {
    /// Tags, comments, scripts and styles of HTML.
    Markup,
    /// A character reference of HTML: `&eacute;`.
    Entity,
    /// UTF-8 that was read as Windows-1252 and saved again: `Ã©`.
    Mojibake,
    /// What somebody wrote before.
    QuotedHistory,
    /// The header of a message that was passed on.
    ForwardedHeader,
    /// A signature.
    Signature,
    /// "Sent from my iPhone".
    SentFrom,
    /// What lawyers have put under mails.
    Disclaimer,
    /// The header of a mail that came with its source.
    MailHeader,
    /// Lines of a log.
    Log,
    /// Encoded data.
    Blob,
    /// An address of the Web.
    Url,
    /// An e-mail address.
    Email,
}

impl Why {
    /// Whether it is written by somebody or something else than the customer, now.
    pub fn is_noise(self) -> bool {
        !matches!(self, Self::Markup | Self::Entity | Self::Mojibake)
    }

    /// The words in explanations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markup => "markup",
            Self::Entity => "entity",
            Self::Mojibake => "mojibake",
            Self::QuotedHistory => "quoted history",
            Self::ForwardedHeader => "forwarded header",
            Self::Signature => "signature",
            Self::SentFrom => "sent from",
            Self::Disclaimer => "disclaimer",
            Self::MailHeader => "mail header",
            Self::Log => "log",
            Self::Blob => "encoded data",
            Self::Url => "link",
            Self::Email => "e-mail address",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Edit {
    pub(super) fn new(start: usize, end: usize, why: Why, put: Put) -> Self {
        Self { span: Span::new(start, end), why, put }
    }
}

//! A pack's text as tokens: comments, and what may be taken out without touching the rest.
//!
//! The TOML reader gives values and drops the rest. What comments say
//! (`allow`), and edits that keep everything else byte for byte, need the
//! tokens themselves.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use crate::finding::Mend;
use crate::span::Span;

/// The tokens of a text.
pub(crate) struct Lexed<'a> {
    text: &'a str,
    tokens: Vec<(TokenKind, Span)>,
}

impl<'a> Lexed<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let tokens = Source::new(text)
            .lex()
            .map(|token| (token.kind(), Span::new(token.span().start(), token.span().end())));
        Self { text, tokens: tokens.collect() }
    }

    /// Every comment, from its `#` to the end of the line, and whether it has the line to itself.
    pub(crate) fn comments(&self) -> impl Iterator<Item = (Span, bool)> {
        self.tokens.iter().filter(|(kind, _)| *kind == TokenKind::Comment).map(|&(_, span)| {
            (span, self.text[self.line_start(span.start)..span.start].trim().is_empty())
        })
    }

    /// Where the first line at or after a byte begins that is neither blank nor a comment.
    pub(crate) fn next_line(&self, byte: usize) -> Option<usize> {
        let after = self.tokens.partition_point(|(_, span)| span.start < byte);
        self.tokens[after..]
            .iter()
            .find(|(kind, _)| {
                use TokenKind::{Comment, Eof, Newline, Whitespace};
                !matches!(kind, Comment | Newline | Whitespace | Eof)
            })
            .map(|(_, span)| self.line_start(span.start))
    }

    /// Takes an element out of a list; none where a comment stands beside it, which may be about it.
    pub(crate) fn without_element(&self, element: Span) -> Option<Mend> {
        let at = self.tokens.iter().position(|(_, span)| *span == element)?;
        let skip = |kind: TokenKind| matches!(kind, TokenKind::Whitespace | TokenKind::Newline);
        let (next, rest) = self.tokens[at + 1..].iter().find(|(kind, _)| !skip(*kind))?;
        let mut gone = element;
        if *next == TokenKind::Comma {
            gone.end = rest.end;
            let after = &self.text[gone.end..];
            gone.end += after.len() - after.trim_start_matches([' ', '\t']).len();
            if self.text[gone.end..].starts_with('#') {
                return None;
            }
        } else {
            // The last one: the comma before it goes with it.
            let (before, comma) = self.tokens[..at].iter().rev().find(|(kind, _)| !skip(*kind))?;
            if *before == TokenKind::Comma {
                gone.start = comma.start;
            } else if *before != TokenKind::LeftSquareBracket {
                return None;
            }
        }
        Some(Mend { span: self.whole_line(gone), text: String::new() })
    }

    /// Takes a comment out, with its line if nothing else is on it.
    pub(crate) fn without_comment(&self, comment: Span) -> Mend {
        let before = &self.text[..comment.start];
        let start = before.trim_end_matches([' ', '\t']).len();
        let alone = self.line_start(comment.start) == start;
        let gone = Span::new(start, comment.end);
        Mend { span: if alone { self.whole_line(gone) } else { gone }, text: String::new() }
    }

    /// The whole line, its end included, if nothing but space is left of it.
    fn whole_line(&self, gone: Span) -> Span {
        let start = self.line_start(gone.start);
        let rest = &self.text[gone.end..];
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        if self.text[start..gone.start].trim().is_empty() && line.trim().is_empty() {
            return Span::new(start, gone.end + line.len());
        }
        gone
    }

    fn line_start(&self, byte: usize) -> usize {
        self.text[..byte].rfind('\n').map_or(0, |at| at + 1)
    }
}

//! HTML as masks: tags, comments, scripts, and the history that mail programs wrap in elements of their own.

use memchr::{memchr_iter, memchr2_iter, memmem};

use super::super::edit::{Edit, Put, Why};
use super::entities;

/// A tag is not longer; what is, is text.
const MAX_TAG: usize = 4 << 10;

/// What an element does to the text around its tags.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Stands inside a word or between two.
    Inline,
    /// Between words.
    Gap,
    /// Ends a line.
    Line,
    /// Ends a sentence.
    Block,
    /// Its content is no text.
    Raw,
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "a" | "abbr" | "b" | "bdi" | "bdo" | "big" | "cite" | "code" | "del" | "em" | "font"
        | "i" | "ins" | "kbd" | "label" | "mark" | "q" | "s" | "samp" | "small" | "span"
        | "strike" | "strong" | "sub" | "sup" | "tt" | "u" | "var" | "wbr" => Kind::Inline,
        "img" | "input" | "td" | "th" | "button" | "select" | "option" | "svg" | "picture"
        | "source" | "o:p" | "st1" | "attribute" => Kind::Gap,
        "br" => Kind::Line,
        "address" | "article" | "aside" | "blockquote" | "body" | "caption" | "center" | "col"
        | "colgroup" | "dd" | "div" | "dl" | "dt" | "fieldset" | "figcaption" | "figure"
        | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "header" | "hr"
        | "html" | "li" | "link" | "main" | "meta" | "nav" | "ol" | "p" | "pre" | "section"
        | "table" | "tbody" | "tfoot" | "thead" | "tr" | "ul" | "base" => Kind::Block,
        "head" | "script" | "style" | "title" | "noscript" | "template" | "xml" => Kind::Raw,
        _ => return None,
    })
}

/// A tag in a text.
struct Tag<'t> {
    end: usize,
    name: String,
    kind: Kind,
    closing: bool,
    /// Everything behind the name.
    attributes: &'t str,
}

/// Elements whose content is history, and what else of the tag must be there.
const HISTORY: &[(&str, &str)] = &[
    ("blockquote", ""),
    ("div", "gmail_quote"),
    ("div", "gmail_extra"),
    ("div", "yahoo_quoted"),
    ("div", "protonmail_quote"),
    ("div", "moz-cite-prefix"),
    ("div", "moz-forward-container"),
    ("div", "zmail_extra"),
];

/// From here on everything is history.
const HISTORY_TO_END: &[&str] =
    &["divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container"];

/// Finds tags, comments and character references, and as masks the elements that hold history.
pub(super) fn find(text: &str, edits: &mut Vec<Edit>, masks: &mut Vec<Edit>) {
    let bytes = text.as_bytes();
    let mut reader =
        Reader { text, at: 0, no_comment_end: false, no_raw_end: Vec::new(), open: Vec::new() };
    for at in memchr2_iter(b'<', b'&', bytes) {
        if at < reader.at {
            continue;
        }
        if bytes[at] == b'<' {
            reader.markup(at, edits, masks);
        } else if let Some(reference) = entities::read(text, at) {
            match reference.escaped_tag {
                // A tag that was escaped once too often.
                Some(tag) => {
                    let tag = Tag {
                        end: reference.end,
                        kind: kind(tag).unwrap_or(Kind::Gap),
                        name: tag.to_owned(),
                        closing: false,
                        attributes: "",
                    };
                    reader.tag(at, &tag, edits, masks);
                }
                None => edits.push(Edit::new(at, reference.end, Why::Entity, reference.put)),
            }
            reader.at = reference.end;
        }
    }
    // What was never closed goes to the end.
    if let Some(open) = reader.open.first() {
        masks.push(Edit::new(open.start, text.len(), Why::QuotedHistory, Put::Break));
    }
}

/// Whether a name is that of an element.
pub(super) fn is_element(name: &str) -> Option<&'static str> {
    const KNOWN: [&str; 12] =
        ["br", "p", "div", "span", "b", "i", "a", "strong", "em", "li", "ul", "td"];
    KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(name))
}

/// An element that holds history and is not closed yet.
struct Open {
    name: &'static str,
    start: usize,
    depth: usize,
}

struct Reader<'t> {
    text: &'t str,
    /// What was read up to.
    at: usize,
    /// Nothing is searched twice in vain.
    no_comment_end: bool,
    no_raw_end: Vec<String>,
    open: Vec<Open>,
}

impl Reader<'_> {
    fn markup(&mut self, at: usize, edits: &mut Vec<Edit>, masks: &mut Vec<Edit>) {
        let rest = &self.text[at..];
        if rest.starts_with("<!--") {
            if self.no_comment_end {
                return;
            }
            match memmem::find(rest.as_bytes(), b"-->") {
                Some(end) => self.mask(at, at + end + 3, Put::Gap, edits),
                None => self.no_comment_end = true,
            }
            return;
        }
        if rest.starts_with("<!") || rest.starts_with("<?xml") || rest.starts_with("<![") {
            let declared = rest.get(2..).is_some_and(|rest| {
                rest.starts_with('[')
                    || rest.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("doctype"))
            });
            if let Some(end) = tag_end(rest).filter(|_| declared || rest.starts_with("<?xml")) {
                self.mask(at, at + end, Put::Gap, edits);
            }
            return;
        }
        if let Some(tag) = tag(self.text, at) {
            self.tag(at, &tag, edits, masks);
        }
    }

    fn tag(&mut self, at: usize, tag: &Tag<'_>, edits: &mut Vec<Edit>, masks: &mut Vec<Edit>) {
        self.history(at, tag, masks);
        if tag.kind == Kind::Raw
            && !tag.closing
            && !tag.attributes.ends_with('/')
            && let Some(end) = self.raw_end(tag)
        {
            self.mask(at, end, Put::Break, edits);
            return;
        }
        let put = match tag.kind {
            Kind::Inline if self.is_inside_word(at, tag.end) => Put::Nothing,
            Kind::Inline | Kind::Gap => Put::Gap,
            Kind::Line => Put::Line,
            Kind::Block | Kind::Raw => Put::Break,
        };
        self.mask(at, tag.end, put, edits);
    }

    fn mask(&mut self, start: usize, end: usize, put: Put, edits: &mut Vec<Edit>) {
        edits.push(Edit::new(start, end, Why::Markup, put));
        self.at = end;
    }

    fn is_inside_word(&self, start: usize, end: usize) -> bool {
        let letter = |byte: Option<&u8>| {
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
        };
        let bytes = self.text.as_bytes();
        // Between tags, as in "wait<b><i>ing", the word goes on.
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        let after = bytes.get(end);
        (letter(before) || before == Some(&b'>')) && (letter(after) || after == Some(&b'<'))
    }

    /// Where an element ends whose content is no text.
    fn raw_end(&mut self, tag: &Tag<'_>) -> Option<usize> {
        if self.no_raw_end.contains(&tag.name) {
            return None;
        }
        let rest = &self.text[tag.end..];
        let close = memchr_iter(b'<', rest.as_bytes()).find(|&at| {
            let name = rest.get(at + 2..at + 2 + tag.name.len());
            rest[at + 1..].starts_with('/')
                && name.is_some_and(|name| name.eq_ignore_ascii_case(&tag.name))
        });
        let end = close.and_then(|close| Some(tag.end + close + tag_end(&rest[close..])?));
        if end.is_none() {
            self.no_raw_end.push(tag.name.clone());
        }
        end
    }

    /// Follows elements that hold history.
    fn history(&mut self, at: usize, tag: &Tag<'_>, masks: &mut Vec<Edit>) {
        if let Some(open) = self.open.last_mut() {
            if open.name == tag.name {
                if tag.closing {
                    open.depth -= 1;
                } else {
                    open.depth += 1;
                }
                if open.depth == 0 {
                    masks.push(Edit::new(open.start, tag.end, Why::QuotedHistory, Put::Break));
                    self.open.clear();
                }
            }
            return;
        }
        if tag.closing {
            return;
        }
        if HISTORY_TO_END.iter().any(|id| tag.attributes.contains(id)) {
            self.open.push(Open { name: "", start: at, depth: 1 });
            return;
        }
        let found =
            HISTORY.iter().find(|(name, mark)| *name == tag.name && tag.attributes.contains(mark));
        if let Some((name, _)) = found {
            self.open.push(Open { name, start: at, depth: 1 });
        }
    }
}

/// The tag that starts at a `<`, if it is one.
fn tag(text: &str, at: usize) -> Option<Tag<'_>> {
    let rest = &text[at + 1..];
    let closing = rest.starts_with('/');
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let length = rest
        .bytes()
        .take(12)
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b':')
        .count();
    let behind = rest.as_bytes().get(length)?;
    if length == 0 || !(behind.is_ascii_whitespace() || matches!(behind, b'>' | b'/')) {
        return None;
    }
    let name = rest[..length].to_ascii_lowercase();
    let kind = kind(&name)?;
    let end = at + tag_end(&text[at..])?;
    let attributes =
        text[at..end - 1].get(1 + usize::from(closing) + length..).unwrap_or_default().trim();
    Some(Tag { end, name, kind, closing, attributes })
}

/// Behind the `>` that ends a tag; one inside quotes does not.
fn tag_end(text: &str) -> Option<usize> {
    let bytes = &text.as_bytes()[..text.len().min(MAX_TAG)];
    let mut quote = None;
    for (at, &byte) in bytes.iter().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            // A tag inside a tag is none: this one was never closed.
            (None, b'<') => return None,
            (None, b'"' | b'\'') if bytes[at - 1] == b'=' => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

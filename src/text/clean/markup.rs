//! HTML as masks: tags, comments, scripts, and the history that mail programs wrap in elements of their own.

use memchr::{memchr_iter, memchr2_iter, memmem};

use super::super::edit::{Edit, Put, Why};
use super::entities;

/// A tag is not longer; what is, is text.
const MAX_TAG: usize = 4 << 10;

/// The name of an element is not longer.
const MAX_NAME: usize = 12;

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

/// What an element does whose name is in any case.
fn kind(name: &str) -> Option<Kind> {
    let mut lower = [0; MAX_NAME];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"a" | b"abbr" | b"b" | b"bdi" | b"bdo" | b"big" | b"cite" | b"code" | b"del" | b"em"
        | b"font" | b"i" | b"ins" | b"kbd" | b"label" | b"mark" | b"q" | b"s" | b"samp"
        | b"small" | b"span" | b"strike" | b"strong" | b"sub" | b"sup" | b"tt" | b"u" | b"var"
        | b"wbr" => Kind::Inline,
        b"img" | b"input" | b"td" | b"th" | b"button" | b"select" | b"option" | b"svg"
        | b"picture" | b"source" | b"o:p" | b"st1" | b"attribute" => Kind::Gap,
        b"br" => Kind::Line,
        b"address" | b"article" | b"aside" | b"blockquote" | b"body" | b"caption" | b"center"
        | b"col" | b"colgroup" | b"dd" | b"div" | b"dl" | b"dt" | b"fieldset" | b"figcaption"
        | b"figure" | b"footer" | b"form" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6"
        | b"header" | b"hr" | b"html" | b"li" | b"link" | b"main" | b"meta" | b"nav" | b"ol"
        | b"p" | b"pre" | b"section" | b"table" | b"tbody" | b"tfoot" | b"thead" | b"tr"
        | b"ul" | b"base" => Kind::Block,
        b"head" | b"script" | b"style" | b"title" | b"noscript" | b"template" | b"xml" => Kind::Raw,
        _ => return None,
    })
}

/// A tag in a text.
struct Tag<'t> {
    end: usize,
    /// As it is written, in any case.
    name: &'t str,
    kind: Kind,
    closing: bool,
    /// Everything behind the name.
    attributes: &'t str,
}

/// Elements whose content is history, and what else of the tag must be there, one of these.
const HISTORY: [(&str, &[&str]); 2] = [
    ("blockquote", &[""]),
    (
        "div",
        &[
            "gmail_quote",
            "gmail_extra",
            "yahoo_quoted",
            "protonmail_quote",
            "moz-cite-prefix",
            "moz-forward-container",
            "zmail_extra",
        ],
    ),
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
                        name: tag,
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
    no_raw_end: Vec<&'t str>,
    open: Vec<Open>,
}

impl<'t> Reader<'t> {
    fn markup(&mut self, at: usize, edits: &mut Vec<Edit>, masks: &mut Vec<Edit>) {
        let rest = &self.text[at..];
        if !matches!(rest.as_bytes(), [_, b'!' | b'?', ..]) {
            if let Some(tag) = tag(self.text, at) {
                self.tag(at, &tag, edits, masks);
            }
            return;
        }
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
        }
    }

    fn tag(&mut self, at: usize, tag: &Tag<'t>, edits: &mut Vec<Edit>, masks: &mut Vec<Edit>) {
        self.history(at, tag, masks);
        if tag.kind == Kind::Raw
            && !tag.closing
            && !tag.attributes.trim_end().ends_with('/')
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
    fn raw_end(&mut self, tag: &Tag<'t>) -> Option<usize> {
        if self.no_raw_end.iter().any(|name| name.eq_ignore_ascii_case(tag.name)) {
            return None;
        }
        let rest = &self.text[tag.end..];
        let close = memchr_iter(b'<', rest.as_bytes()).find(|&at| {
            let name = rest.get(at + 2..at + 2 + tag.name.len());
            rest[at + 1..].starts_with('/')
                && name.is_some_and(|name| name.eq_ignore_ascii_case(tag.name))
        });
        let end = close.and_then(|close| Some(tag.end + close + tag_end(&rest[close..])?));
        if end.is_none() {
            self.no_raw_end.push(tag.name);
        }
        end
    }

    /// Follows elements that hold history.
    fn history(&mut self, at: usize, tag: &Tag<'_>, masks: &mut Vec<Edit>) {
        if let Some(open) = self.open.last_mut() {
            if open.name.eq_ignore_ascii_case(tag.name) {
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
        let found = HISTORY.iter().find(|(name, marks)| {
            name.eq_ignore_ascii_case(tag.name)
                && marks.iter().any(|mark| tag.attributes.contains(mark))
        });
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
        .take(MAX_NAME)
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b':')
        .count();
    let behind = rest.as_bytes().get(length)?;
    if length == 0 || !(behind.is_ascii_whitespace() || matches!(behind, b'>' | b'/')) {
        return None;
    }
    let name = &rest[..length];
    let kind = kind(name)?;
    let end = at + tag_end(&text[at..])?;
    let attributes = text[at..end - 1].get(1 + usize::from(closing) + length..).unwrap_or_default();
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

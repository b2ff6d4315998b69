//! The XML of a workbook's parts, within bounds.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::input::decode::Text;
use crate::input::options::TextEncoding;

/// The most that may stand between two tags: a cell of Excel has 32,767 characters.
const MAX_PIECE: usize = 16 << 20;

/// How deep tags may be nested; a workbook needs a dozen.
const MAX_DEPTH: usize = 64;

/// A part of a workbook, piece by piece.
pub(super) struct Xml {
    reader: Reader<Source>,
    buffer: Vec<u8>,
    depth: usize,
}

/// What comes next.
pub(super) enum Node<'a> {
    /// An element begins; one that is empty ends next.
    Open(Element<'a>),
    /// An element ends: its name without a prefix.
    Close(String),
    /// Some of the text.
    Text(Cow<'a, str>),
    /// There is no more.
    End,
}

/// An element with its attributes.
pub(super) struct Element<'a>(BytesStart<'a>);

/// Why a part cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is cut off or no XML.
    Damaged,
    /// It would be larger in memory than it may be.
    TooLarge,
}

impl Xml {
    /// Reads a part of which at most so many bytes come out.
    pub(super) fn open(part: Box<dyn Read + Send>, most: u64) -> Result<Self, Fault> {
        // One byte more than it may have shows that it has more.
        let part = Box::new(part.take(most + 1));
        let utf_8 = TextEncoding::Web(encoding_rs::UTF_8);
        let text = Text::open(part, true, Some(utf_8)).map_err(|_| Fault::Damaged)?;
        let source = Source {
            text,
            piece: String::new(),
            from: 0,
            since: 0,
            all: 0,
            most,
            too_large: false,
        };
        let mut reader = Reader::from_reader(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        Ok(Self { reader, buffer: Vec::new(), depth: 0 })
    }

    /// What comes next; comments and the like do not count.
    pub(super) fn next(&mut self) -> Result<Node<'_>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().since = 0;
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(_) if self.reader.get_ref().too_large => return Err(Fault::TooLarge),
            Err(_) => return Err(Fault::Damaged),
        };
        Ok(match event {
            Event::Start(start) => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(Fault::Damaged);
                }
                Node::Open(Element(start))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Node::Close(end.local_name().as_ref().to_owned())
            }
            Event::Text(text) => Node::Text(text.xml10_content()),
            Event::CData(text) => Node::Text(text.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(c)) => Node::Text(c.to_string().into()),
                _ => match resolve_predefined_entity(&entity) {
                    Some(text) => Node::Text(text.into()),
                    None => Node::Text(format!("&{};", &*entity).into()),
                },
            },
            Event::Eof if self.depth > 0 || self.reader.get_ref().text.is_cut_off() => {
                return Err(Fault::Damaged);
            }
            Event::Eof => Node::End,
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => Node::Text(Cow::Borrowed("")),
        })
    }

    /// Whether bytes were no text, since it was last asked.
    pub(super) fn was_broken(&mut self) -> bool {
        let source = self.reader.get_mut();
        let before = usize::try_from(source.all).unwrap_or(usize::MAX);
        let mut broken = false;
        while source.text.replaced_before(before).is_some() {
            broken = true;
        }
        broken
    }
}

impl Element<'_> {
    /// Its name without a prefix.
    pub(super) fn name(&self) -> &str {
        let name = self.0.name().0;
        name.rsplit_once(':').map_or(name, |(_, name)| name)
    }

    /// An attribute by its name without a prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut attributes = self.0.attributes();
        attributes
            .with_checks(false)
            .filter_map(Result::ok)
            .find(|attribute| attribute.key.local_name().as_ref() == name)
            .map(|attribute| {
                let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
                value.unwrap_or_else(|_| attribute.value.clone())
            })
    }
}

/// The text of a part, with a bound to what one event takes.
struct Source {
    text: Text,
    piece: String,
    from: usize,
    /// Bytes since the last event.
    since: usize,
    all: u64,
    most: u64,
    too_large: bool,
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.from == self.piece.len() {
            if self.since > MAX_PIECE || self.all > self.most {
                self.too_large = true;
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            self.piece.clear();
            self.from = 0;
            self.text.more(&mut self.piece, 0).map_err(io::Error::other)?;
        }
        Ok(&self.piece.as_bytes()[self.from..])
    }

    fn consume(&mut self, bytes: usize) {
        self.from += bytes;
        self.since += bytes;
        self.all += bytes as u64;
    }
}

impl Read for Source {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?.read(out)?;
        self.consume(bytes);
        Ok(bytes)
    }
}

//! What a workbook says of its sheets, and what these share.

use std::collections::HashMap;
use std::io::{Read, empty};

use super::value::is_date_format;
use super::xml::{Element, Fault, Node, Xml};
use crate::error::{Error, ErrorKind, Result};
use crate::input::package::Package;

/// The most that the texts which cells share may have, and their number.
const MAX_STRINGS: (usize, usize) = (320 << 20, 16 << 20);

/// The most that the list of sheets or the styles may have.
const MAX_LIST: u64 = 64 << 20;

/// The most that a sheet may have.
const MAX_SHEET: u64 = 4 << 30;

/// A workbook, without what is in its sheets.
pub(super) struct Workbook {
    package: Package,
    pub(super) sheets: Vec<Sheet>,
    pub(super) shared: Shared,
}

/// A sheet in the list of sheets.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) visible: bool,
    part: String,
}

/// What the cells of all sheets refer to.
#[derive(Default)]
pub(super) struct Shared {
    strings: Strings,
    /// By style: whether it shows dates.
    dates: Vec<bool>,
    pub(super) since_1904: bool,
}

/// Texts that cells share, in one buffer.
#[derive(Default)]
struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Shared {
    /// A shared text; `None` where the workbook has none of this number.
    pub(super) fn string(&self, number: usize) -> Option<&str> {
        let end = *self.strings.ends.get(number)?;
        let start = number.checked_sub(1).map_or(0, |before| self.strings.ends[before]);
        Some(&self.strings.text[start..end])
    }

    /// Whether cells of a style show dates.
    pub(super) fn is_date(&self, style: usize) -> bool {
        self.dates.get(style).copied().unwrap_or(false)
    }
}

impl Workbook {
    /// Reads everything but the sheets themselves.
    pub(super) fn open(package: Package) -> Result<Self> {
        let root = relations(&package, "_rels/.rels", "")?;
        let main = root.by_kind("officeDocument").unwrap_or("xl/workbook.xml").to_owned();
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let parts = relations(&package, &format!("{folder}/_rels/{file}.rels"), folder)?;
        let mut book = Self { package, sheets: Vec::new(), shared: Shared::default() };
        book.read_sheets(&main, &parts)?;
        if book.sheets.is_empty() {
            return Err(Error::new(ErrorKind::Input, "the workbook has no sheet")
                .help("open it in a spreadsheet and save it again"));
        }
        let part = |kind: &str| parts.by_kind(kind).and_then(|name| book.package.read(name));
        let (strings, styles) = (part("sharedStrings"), part("styles"));
        if let Some(part) = strings {
            book.shared.strings = Strings::read(part).map_err(fault)?;
        }
        if let Some(part) = styles {
            // Without styles dates are numbers, which is no reason to refuse the tickets.
            book.shared.dates = dates(part).unwrap_or_default();
        }
        Ok(book)
    }

    /// What is in a sheet; nothing where its part is missing.
    pub(super) fn part(&self, sheet: &Sheet) -> Result<Option<Xml>, Fault> {
        self.package.read(&sheet.part).map(|part| Xml::open(part, MAX_SHEET)).transpose()
    }

    fn read_sheets(&mut self, main: &str, parts: &Relations) -> Result<()> {
        let part = self.package.read(main).unwrap_or_else(|| Box::new(empty()));
        each(part, |element| match element.name() {
            "workbookPr" => {
                let flag = element.attribute("date1904");
                self.shared.since_1904 = matches!(flag.as_deref(), Some("1" | "true"));
            }
            "sheet" => {
                let number = self.sheets.len() + 1;
                let guess = format!("xl/worksheets/sheet{number}.xml");
                let part = element.attribute("id").and_then(|id| parts.by_id(&id));
                let state = element.attribute("state");
                self.sheets.push(Sheet {
                    name: element.attribute("name").unwrap_or_default().into_owned(),
                    visible: !matches!(state.as_deref(), Some("hidden" | "veryHidden")),
                    part: part.map_or(guess, str::to_owned),
                });
            }
            _ => {}
        })
        .map_err(fault)
    }
}

/// Why a workbook cannot be read at all.
fn fault(fault: Fault) -> Error {
    match fault {
        Fault::Damaged => Error::new(ErrorKind::Input, "the workbook is corrupt")
            .help("open it in a spreadsheet and save it again, as .xlsx or CSV"),
        Fault::TooLarge => {
            Error::new(ErrorKind::Input, "the workbook is larger than a workbook can be")
                .help("save it as CSV, which has no limit")
        }
    }
}

/// Which part is what.
#[derive(Default)]
struct Relations {
    /// By id: the kind and the part.
    parts: HashMap<String, (String, String)>,
}

impl Relations {
    fn by_id(&self, id: &str) -> Option<&str> {
        self.parts.get(id).map(|(_, part)| part.as_str())
    }

    fn by_kind(&self, kind: &str) -> Option<&str> {
        // The first by id, lest hash order shows where there are two.
        let of_kind = self.parts.iter().filter(|(_, (of, _))| of == kind);
        of_kind.min_by_key(|(id, _)| *id).map(|(_, (_, part))| part.as_str())
    }
}

/// Reads a list of relations; its parts are relative to `folder`.
fn relations(package: &Package, name: &str, folder: &str) -> Result<Relations> {
    let mut relations = Relations::default();
    let Some(part) = package.read(name.trim_start_matches('/')) else { return Ok(relations) };
    each(part, |element| {
        if element.name() != "Relationship" {
            return;
        }
        let attribute = |name| element.attribute(name).unwrap_or_default();
        let kind = attribute("Type");
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        let part = within(folder, &attribute("Target"));
        relations.parts.insert(attribute("Id").into_owned(), (kind, part));
    })
    .map_err(fault)?;
    Ok(relations)
}

/// The name of a part that is written relative to a folder.
fn within(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut names: Vec<&str> = Vec::new();
    if !target.starts_with('/') {
        names.extend(folder.split('/').filter(|name| !name.is_empty()));
    }
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." => _ = names.pop(),
            name => names.push(name),
        }
    }
    names.join("/")
}

/// Shows every element of a small part.
fn each(part: Box<dyn Read + Send>, mut see: impl FnMut(&Element)) -> Result<(), Fault> {
    let mut xml = Xml::open(part, MAX_LIST)?;
    loop {
        match xml.next()? {
            Node::Open(element) => see(&element),
            Node::End => return Ok(()),
            Node::Close(_) | Node::Text(_) => {}
        }
    }
}

impl Strings {
    /// Reads the shared texts. Where they are damaged, those before are kept: cells without a text are named.
    fn read(part: Box<dyn Read + Send>) -> Result<Self, Fault> {
        let mut strings = Self::default();
        let mut xml = Xml::open(part, MAX_SHEET)?;
        // The readings of Japanese words stand beside them and are no text.
        let (mut text, mut reading) = (false, false);
        loop {
            match xml.next() {
                Ok(Node::Open(element)) => match element.name() {
                    "t" => text = true,
                    "rPh" => reading = true,
                    _ => {}
                },
                Ok(Node::Text(piece)) if text && !reading => strings.text.push_str(&piece),
                Ok(Node::Text(_)) => {}
                Ok(Node::Close(name)) => match name.as_str() {
                    "t" => text = false,
                    "rPh" => reading = false,
                    "si" => strings.ends.push(strings.text.len()),
                    _ => {}
                },
                Ok(Node::End) | Err(Fault::Damaged) => return Ok(strings),
                Err(Fault::TooLarge) => return Err(Fault::TooLarge),
            }
            if strings.text.len() > MAX_STRINGS.0 || strings.ends.len() > MAX_STRINGS.1 {
                return Err(Fault::TooLarge);
            }
        }
    }
}

/// Which styles show dates.
fn dates(part: Box<dyn Read + Send>) -> Result<Vec<bool>, Fault> {
    let mut codes: HashMap<u32, String> = HashMap::new();
    let mut styles = Vec::new();
    let mut inside = false;
    let mut xml = Xml::open(part, MAX_LIST)?;
    loop {
        match xml.next()? {
            Node::Open(element) => {
                let id = || element.attribute("numFmtId").and_then(|id| id.parse().ok());
                match element.name() {
                    "numFmt" => {
                        if let (Some(id), Some(code)) = (id(), element.attribute("formatCode")) {
                            codes.insert(id, code.into_owned());
                        }
                    }
                    "cellXfs" => inside = true,
                    "xf" if inside => {
                        let id = id().unwrap_or(0);
                        styles.push(is_date_format(id, codes.get(&id).map(String::as_str)));
                    }
                    _ => {}
                }
            }
            Node::Close(name) if name == "cellXfs" => return Ok(styles),
            Node::Close(_) | Node::Text(_) => {}
            Node::End => return Ok(styles),
        }
    }
}

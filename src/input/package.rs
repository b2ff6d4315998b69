//! What is in a zip archive: a workbook's parts, or one export.
//!
//! Only the archive's list of contents is believed; sizes in it are not, and
//! no name in it is ever used as a path.

use std::io::{Cursor, Read};
use std::sync::Arc;

use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use crate::error::{Error, ErrorKind, Result};

/// An archive that is held in memory, packed as it is.
pub(super) struct Package {
    bytes: Arc<[u8]>,
    parts: Vec<Part>,
}

/// A file in an archive.
struct Part {
    /// With forward slashes and without one at the beginning.
    name: String,
    start: u64,
    packed: u64,
    method: Method,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Stored,
    Deflated,
    /// Another one, or behind a password.
    Unknown,
}

/// What an archive is.
pub(super) enum Holds {
    /// A workbook of Excel 2007 or later.
    Workbook(Package),
    /// One file, which may be an export.
    File(Box<dyn Read + Send>),
}

/// Archives that are something else by the name of a part: what, and what to do.
const OTHERS: &[(&str, &str, &str)] = &[
    (
        "xl/workbook.bin",
        "a binary workbook (.xlsb)",
        "open it in Excel and save it as .xlsx or CSV",
    ),
    ("content.xml", "an OpenDocument file (.ods, .odt)", "save it as .xlsx or CSV"),
    ("word/document.xml", "a Word document", "export the tickets as CSV"),
    ("ppt/presentation.xml", "a presentation", "export the tickets as CSV"),
    ("index/document.iwa", "a Numbers file", "export it as CSV or Excel"),
];

impl Package {
    /// Reads the list of contents.
    ///
    /// # Errors
    ///
    /// There is none, as in an archive that was cut off.
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self> {
        let bytes: Arc<[u8]> = bytes.into();
        let damaged = |error| {
            Error::new(
                ErrorKind::Input,
                "the archive is cut off or corrupt: its contents are not listed",
            )
            .because(error)
            .help("copy or export the file again")
        };
        let mut archive = ZipArchive::new(Cursor::new(Arc::clone(&bytes))).map_err(damaged)?;
        let mut parts = Vec::new();
        for index in 0..archive.len() {
            // What cannot be listed is not there, and missed only if something asks for it.
            let Ok(file) = archive.by_index_raw(index) else { continue };
            let (Ok(name), Some(start), false) = (file.name(), file.data_start(), file.is_dir())
            else {
                continue;
            };
            let method = match file.compression() {
                _ if file.encrypted() => Method::Unknown,
                CompressionMethod::Stored => Method::Stored,
                CompressionMethod::Deflated => Method::Deflated,
                _ => Method::Unknown,
            };
            let name = name.replace('\\', "/").trim_start_matches('/').to_owned();
            parts.push(Part { name, start, packed: file.compressed_size(), method });
        }
        Ok(Self { bytes, parts })
    }

    /// What the archive is.
    ///
    /// # Errors
    ///
    /// It is something else than a workbook or a packed file.
    pub(super) fn holds(self) -> Result<Holds> {
        let is_there = |name: &str| self.part(name).is_some();
        if is_there("xl/workbook.xml")
            || is_there("_rels/.rels")
                && is_there("[content_types].xml")
                && !OTHERS.iter().any(|(name, ..)| is_there(name))
        {
            return Ok(Holds::Workbook(self));
        }
        if let Some((_, what, help)) = OTHERS.iter().find(|(name, ..)| is_there(name)) {
            return Err(Error::new(ErrorKind::Input, format!("this is {what}")).help(*help));
        }
        let hidden = |part: &&Part| {
            let last = part.name.rsplit('/').next().unwrap_or_default();
            part.name.starts_with("__MACOSX/") || last.starts_with('.')
        };
        let files: Vec<&Part> = self.parts.iter().filter(|part| !hidden(part)).collect();
        match files[..] {
            [] => Err(Error::new(ErrorKind::Input, "the zip archive has no file in it")
                .help("export the tickets again")),
            [part] if part.method == Method::Unknown => {
                let what = "the zip archive has a password, or is packed in a rare way";
                Err(Error::new(ErrorKind::Input, what).help("unpack it and name the file in it"))
            }
            [part] => Ok(Holds::File(self.unpack(part))),
            [first, second, ..] => {
                let what = format!(
                    "the zip archive has {} files in it: \"{}\", \"{}\"{}",
                    files.len(),
                    first.name,
                    second.name,
                    if files.len() > 2 { " ..." } else { "" },
                );
                Err(Error::new(ErrorKind::Input, what)
                    .help("unpack it and name the files with tickets"))
            }
        }
    }

    /// Reads a part of this name, whose upper and lower case do not matter; `None` where there is none that can be unpacked.
    pub(super) fn read(&self, name: &str) -> Option<Box<dyn Read + Send>> {
        let part = self.part(name).filter(|part| part.method != Method::Unknown)?;
        Some(self.unpack(part))
    }

    fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name.eq_ignore_ascii_case(name))
    }

    fn unpack(&self, part: &Part) -> Box<dyn Read + Send> {
        let mut packed = Cursor::new(Arc::clone(&self.bytes));
        packed.set_position(part.start);
        let packed = packed.take(part.packed);
        match part.method {
            Method::Deflated => Box::new(DeflateDecoder::new(packed)),
            Method::Stored | Method::Unknown => Box::new(packed),
        }
    }
}

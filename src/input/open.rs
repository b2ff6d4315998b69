//! What an input is, by its first bytes, and what it is packed in.

use std::io::{self, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

use super::package::{Holds, Package};
use crate::error::{Error, ErrorKind, Result};

/// Archives inside archives that are opened.
const MAX_LAYERS: usize = 3;

/// Bytes that are looked at.
const HEAD: usize = 4 << 10;

/// The most that a Zstandard frame may ask to remember, as a power of two: 128 MiB.
const ZSTD_WINDOW: u32 = 27;

/// The most that a zip archive may have: it is read from its end.
const MAX_ZIP: u64 = 128 << 20;

/// What the bytes of an input are.
pub(super) enum Content {
    /// Text, and whether it came out of an archive.
    Text(Box<dyn Read + Send>, bool),
    /// A workbook.
    Workbook(Package),
}

/// Looks at an input and unpacks it.
///
/// # Errors
///
/// It is of a kind that holds no tickets, or none that can be read.
pub(super) fn look(input: Box<dyn Read + Send>) -> Result<Content> {
    let mut input = input;
    for layer in 0..=MAX_LAYERS {
        let (head, whole) = peek(input, layer > 0)?;
        input = whole;
        match Kind::of(&head) {
            Kind::Gzip => {
                input = Box::new(MultiGzDecoder::new(BufReader::new(input)));
            }
            Kind::Zstd => {
                let failed =
                    |error| Error::new(ErrorKind::Input, "cannot unpack it").because(error);
                let mut decoder = zstd::stream::read::Decoder::new(input).map_err(failed)?;
                decoder.window_log_max(ZSTD_WINDOW).map_err(failed)?;
                input = Box::new(decoder);
            }
            Kind::Zip => match Package::open(read_all(input, MAX_ZIP)?)?.holds()? {
                Holds::Workbook(package) => return Ok(Content::Workbook(package)),
                Holds::File(file) => input = file,
            },
            Kind::Text => return Ok(Content::Text(input, layer > 0)),
            Kind::Other(what, help) => {
                return Err(Error::new(
                    ErrorKind::Input,
                    format!("this is {what}, not an export of tickets"),
                )
                .help(help));
            }
        }
    }
    Err(Error::new(ErrorKind::Input, "an archive in an archive in an archive in an archive")
        .help("unpack it first"))
}

/// The first bytes, and the input with them before it again.
fn peek(mut input: Box<dyn Read + Send>, packed: bool) -> Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut head = Vec::new();
    let mut buffer = [0; HEAD];
    while head.len() < HEAD {
        match input.read(&mut buffer[..HEAD - head.len()]) {
            Ok(0) => break,
            Ok(n) => head.extend_from_slice(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // What came before the damage is read; the damage is met again behind it.
            Err(error) if packed => {
                return Ok((head.clone(), Box::new(Cursor::new(head).chain(Broken(Some(error))))));
            }
            Err(error) => {
                return Err(Error::new(ErrorKind::Input, "cannot read it").because(error));
            }
        }
    }
    Ok((head.clone(), Box::new(Cursor::new(head).chain(input))))
}

/// An input of which nothing but an error is left.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.0.take().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()))
    }
}

enum Kind {
    Text,
    Gzip,
    Zstd,
    Zip,
    /// Something else: what, and what to do.
    Other(&'static str, &'static str),
}

/// What begins like this is no table.
const OTHERS: &[(&[u8], &str, &str)] = &[
    (b"%PDF", "a PDF", "export the tickets as CSV"),
    (b"\x89PNG", "a picture", "export the tickets as CSV"),
    (b"\xFF\xD8\xFF", "a picture", "export the tickets as CSV"),
    (b"GIF8", "a picture", "export the tickets as CSV"),
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "an old Office file (.xls, .doc, .msg), or one with a password",
        "open it in Excel and save it as .xlsx without a password, or as CSV",
    ),
    (b"BZh", "a bzip2 archive (compressed)", "unpack it first: bzip2 -dc FILE | triage -"),
    (b"\xFD7zXZ\0", "an xz archive (compressed)", "unpack it first: xz -dc FILE | triage -"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive (compressed)", "unpack it first"),
    (b"Rar!", "a RAR archive (compressed)", "unpack it first"),
    (
        b"\x04\x22\x4D\x18",
        "an LZ4 archive (compressed)",
        "unpack it first: lz4 -dc FILE | triage -",
    ),
    (b"SQLite format 3", "a database", "export the tickets as CSV"),
    (b"{\\rtf", "a Word document", "export the tickets as CSV"),
    (b"PAR1", "a Parquet file", "export the tickets as CSV"),
    (b"\x7FELF", "a program", "name the export"),
    (b"MZ\x90", "a program", "name the export"),
];

/// Text that begins like this is no table either.
const MARKUP: &[(&str, &str, &str)] = &[
    (
        "<!doctype html",
        "an HTML page",
        "a login page or an old desk's \"Excel export\": open it in a spreadsheet and save it as CSV",
    ),
    (
        "<html",
        "an HTML page",
        "a login page or an old desk's \"Excel export\": open it in a spreadsheet and save it as CSV",
    ),
    ("<table", "an HTML table", "open it in a spreadsheet and save it as CSV"),
    ("<?xml", "XML", "export the tickets as CSV or JSON"),
];

impl Kind {
    fn of(head: &[u8]) -> Self {
        let zstd_skippable =
            head.len() > 3 && head[0] & 0xF0 == 0x50 && head[1..4] == [0x2A, 0x4D, 0x18];
        if head.starts_with(b"\x1F\x8B") {
            return Self::Gzip;
        }
        if head.starts_with(b"\x28\xB5\x2F\xFD") || zstd_skippable {
            return Self::Zstd;
        }
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return Self::Zip;
        }
        if let Some((_, what, help)) = OTHERS.iter().find(|(magic, ..)| head.starts_with(magic)) {
            return Self::Other(what, help);
        }
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
        let is = |start: &str| {
            text.get(..start.len()).is_some_and(|text| text.eq_ignore_ascii_case(start.as_bytes()))
        };
        if let Some((_, what, help)) = MARKUP.iter().find(|(start, ..)| is(start)) {
            return Self::Other(what, help);
        }
        let control = |byte: &&u8| matches!(byte, 0x01..=0x08 | 0x0E..=0x19 | 0x1C..=0x1F);
        let controls = head.iter().filter(control).count();
        let broken = std::str::from_utf8(head).is_err_and(|error| error.error_len().is_some());
        // UTF-16 has a mark, or a zero in every second byte.
        let marked = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
        let zeros = memchr::memchr_iter(0, head).count();
        if broken && !marked && zeros * 10 < head.len() && controls * 20 > head.len() {
            return Self::Other("binary data", "export the tickets as CSV");
        }
        Self::Text
    }
}

/// Reads everything, if it is not more than `most` bytes.
fn read_all(input: Box<dyn Read + Send>, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let failed = |error| Error::new(ErrorKind::Input, "cannot read it").because(error);
    BufReader::new(input).take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(Error::new(ErrorKind::Input, format!("it is larger than {} MiB", most >> 20))
            .help("save it as CSV, which has no limit"));
    }
    Ok(bytes)
}

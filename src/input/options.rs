//! How to read an input, where looking at it is not enough.

use encoding_rs::Encoding;

use super::columns::ColumnNames;

/// What the user says of an input; everything else is found by looking.
///
/// ```
/// use triage::input::{Input, ReadOptions};
///
/// let export = "7;Waiting for activation\n8;No sound at all\n";
/// let options = ReadOptions { header: false, delimiter: Some(b';'), ..ReadOptions::default() };
/// let input = Input::read("export.csv", export.as_bytes(), &options)?;
/// assert_eq!(input.columns().to_string(), "no header: id=column 1, text=column 2");
/// # Ok::<(), triage::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Columns by name, or by number from 1.
    pub columns: ColumnNames,
    /// Whether the first record is a header.
    pub header: bool,
    /// What stands between cells: one ASCII character.
    pub delimiter: Option<u8>,
    /// The encoding of the text.
    pub encoding: Option<TextEncoding>,
    /// The sheet of a workbook, by name or by number from 1.
    pub sheet: Option<String>,
    /// The format, whatever the first bytes look like.
    pub format: Option<InputFormat>,
    /// The most bytes that one record may have; what is beyond is cut off and reported.
    pub max_record: usize,
}

/// A format of exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputFormat {
    /// Cells with delimiters between them.
    Csv,
    /// JSON: one object a line, an array of objects, or an object that holds such an array.
    Json,
    /// A workbook of Excel 2007 or later.
    Xlsx,
}

/// An encoding of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEncoding {
    /// One of the encodings of the Web.
    Web(&'static Encoding),
    /// DOS code page 850, which the Web does not have: Western Europe and Brazil.
    Cp850,
}

impl ReadOptions {
    /// The record limit where none is given: 64 MiB.
    pub const MAX_RECORD: usize = 64 << 20;
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            columns: ColumnNames::default(),
            header: true,
            delimiter: None,
            encoding: None,
            sheet: None,
            format: None,
            max_record: Self::MAX_RECORD,
        }
    }
}

impl TextEncoding {
    /// The encoding of a name or alias: `utf-8`, `windows-1252`, `latin1`, `sjis`, `cp850`.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        match name.as_str() {
            "cp850" | "ibm850" | "850" | "dos" => return Some(Self::Cp850),
            "cp932" => return Some(Self::Web(encoding_rs::SHIFT_JIS)),
            "cp936" => return Some(Self::Web(encoding_rs::GBK)),
            "cp949" => return Some(Self::Web(encoding_rs::EUC_KR)),
            "cp950" => return Some(Self::Web(encoding_rs::BIG5)),
            "latin9" => return Some(Self::Web(encoding_rs::ISO_8859_15)),
            _ => {}
        }
        let label = |label: &str| Encoding::for_label_no_replacement(label.as_bytes());
        label(&name)
            .or_else(|| label(&name.replace('_', "-")))
            .or_else(|| label(&format!("windows-{}", name.trim_start_matches("cp"))))
            .map(Self::Web)
    }

    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web(encoding) => encoding.name(),
            Self::Cp850 => "CP850",
        }
    }
}

//! Profiles of exports that come again and again: `--map`.

use std::fs;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::columns::ColumnNames;
use super::options::{InputFormat, ReadOptions, TextEncoding};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::SourceFile;
use crate::place::Place;

/// A profile as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Map {
    id: Option<String>,
    subject: Option<String>,
    body: Option<String>,
    name: Option<String>,
    email: Option<String>,
    header: Option<bool>,
    delimiter: Option<Spanned<String>>,
    encoding: Option<Spanned<String>>,
    format: Option<Spanned<String>>,
    sheet: Option<String>,
}

impl ReadOptions {
    /// Reads a profile: TOML with the names of columns and what is known of the dialect.
    ///
    /// ```toml
    /// id = "Vorgang"
    /// body = "Schilderung"
    /// delimiter = ";"
    /// encoding = "windows-1252"
    /// header = true
    /// format = "csv"
    /// sheet = "Tickets"
    /// ```
    ///
    /// # Errors
    ///
    /// It cannot be read, or says something that does not make sense; the place is in the error.
    pub fn from_map(path: &Path) -> Result<Self> {
        let failed = |error| {
            Error::new(ErrorKind::Usage, "cannot read it").at(Place::path(path)).because(error)
        };
        let text = fs::read_to_string(path).map_err(failed)?;
        let source = SourceFile { name: path.display().to_string(), text };
        let wrong = |at: Option<Range<usize>>, message: String, help: &str| {
            let (line, column) = source.line_column(at.map_or(0, |at| at.start));
            let place = Place::path(path).at(line, column);
            Error::new(ErrorKind::Usage, message).at(place).help(help)
        };
        let keys = "it may say id, subject, body, name, email, header, delimiter, encoding, format and sheet";
        let map: Map = toml::from_str(source.text.trim_start_matches('\u{FEFF}'))
            .map_err(|error| wrong(error.span(), error.message().to_owned(), keys))?;
        let mut options = Self {
            columns: ColumnNames {
                id: map.id,
                subject: map.subject,
                body: map.body,
                name: map.name,
                email: map.email,
            },
            header: map.header.unwrap_or(true),
            sheet: map.sheet,
            ..Self::default()
        };
        if let Some(told) = map.delimiter {
            let name = told.get_ref();
            let byte = match name.as_bytes() {
                b"tab" => Some(b'\t'),
                [byte] if byte.is_ascii() => Some(*byte),
                _ => None,
            };
            let unknown = || {
                wrong(
                    Some(told.span()),
                    format!("no delimiter is \"{name}\""),
                    "write one character, or tab",
                )
            };
            options.delimiter = Some(byte.ok_or_else(unknown)?);
        }
        if let Some(told) = map.encoding {
            let name = told.get_ref();
            let unknown = || {
                wrong(
                    Some(told.span()),
                    format!("no encoding is called \"{name}\""),
                    "try utf-8, windows-1252, cp850 or shift_jis",
                )
            };
            options.encoding = Some(TextEncoding::named(name).ok_or_else(unknown)?);
        }
        if let Some(told) = map.format {
            options.format = Some(match told.get_ref().as_str() {
                "csv" | "tsv" => InputFormat::Csv,
                "json" | "jsonl" | "ndjson" => InputFormat::Json,
                "xlsx" => InputFormat::Xlsx,
                name => {
                    return Err(wrong(
                        Some(told.span()),
                        format!("no format is called \"{name}\""),
                        "write csv, json or xlsx",
                    ));
                }
            });
        }
        Ok(options)
    }
}

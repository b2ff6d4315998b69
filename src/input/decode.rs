//! Bytes to text: the encoding is found, and broken bytes are replaced and remembered.
//!
//! UTF-8 first and strictly; an ASCII beginning decides nothing, so the
//! decision waits for the first byte that is not ASCII, wherever it is.
//! Decoding comes before splitting: in Shift-JIS a `|` can be half a letter.

use std::collections::VecDeque;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use oem_cp::code_table::DECODING_TABLE_CP850;

use super::options::TextEncoding;
use super::problems::Trouble;
use crate::error::{Error, ErrorKind, Result};

/// Bytes that are looked at before a decision between encodings.
const LOOK: usize = 1 << 20;

/// Bytes that are read at once.
const CHUNK: usize = 256 << 10;

/// Text that is read piece by piece.
#[allow(clippy::struct_excessive_bools, reason = "each is known by itself, in any order")]
pub(super) struct Text {
    input: Box<dyn Read + Send>,
    /// Bytes that were read and are not decoded yet.
    bytes: Vec<u8>,
    decoder: Decode,
    told: Option<TextEncoding>,
    guessed: bool,
    end: bool,
    /// Text that was looked at and has not come out yet.
    ahead: String,
    /// How many bytes of text were decoded so far.
    written: usize,
    /// Where in all of the text something was replaced.
    replaced: VecDeque<(usize, Trouble)>,
    /// Whether the input ended before its packing said so.
    cut_off: bool,
    packed: bool,
}

enum Decode {
    /// Only ASCII so far.
    Undecided,
    Utf8,
    Web(Decoder, &'static Encoding),
    Cp850,
}

impl Text {
    /// Looks at the first bytes. `packed` says that the bytes come out of an archive, whose damage ends the text.
    pub(super) fn open(
        input: Box<dyn Read + Send>,
        packed: bool,
        told: Option<TextEncoding>,
    ) -> Result<Self> {
        let mut text = Self {
            input,
            bytes: Vec::new(),
            decoder: Decode::Undecided,
            told,
            guessed: false,
            end: false,
            ahead: String::new(),
            written: 0,
            replaced: VecDeque::new(),
            cut_off: false,
            packed,
        };
        text.read_bytes(CHUNK)?;
        text.start()?;
        Ok(text)
    }

    /// Byte order marks, and what can be told without them.
    fn start(&mut self) -> Result<()> {
        let utf_32 = [&[0xFF, 0xFE, 0, 0][..], &[0, 0, 0xFE, 0xFF]];
        if utf_32.iter().any(|mark| self.bytes.starts_with(mark)) {
            return Err(Error::new(
                ErrorKind::Input,
                "this is UTF-32, which nobody else reads either",
            )
            .help("save it as UTF-8"));
        }
        if let Some((encoding, length)) = Encoding::for_bom(&self.bytes) {
            self.bytes.drain(..length);
            self.take(TextEncoding::Web(encoding));
            return Ok(());
        }
        if let Some(told) = self.told {
            self.take(told);
            return Ok(());
        }
        let head = &self.bytes[..self.bytes.len().min(4 << 10)];
        let zeros =
            |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        // ASCII in UTF-16 has a zero in every second byte.
        let half = head.len() / 2;
        if half > 1 && odd * 10 > half * 4 && even * 20 < half {
            self.guess(TextEncoding::Web(UTF_16LE));
        } else if half > 1 && even * 10 > half * 4 && odd * 20 < half {
            self.guess(TextEncoding::Web(UTF_16BE));
        } else if (even + odd) * 3 > head.len() {
            return Err(Error::new(
                ErrorKind::Input,
                "it is mostly NUL bytes, as a copy that failed leaves them",
            )
            .help("copy or export the file again"));
        }
        Ok(())
    }

    fn take(&mut self, encoding: TextEncoding) {
        self.decoder = match encoding {
            TextEncoding::Cp850 => Decode::Cp850,
            TextEncoding::Web(encoding) if encoding == UTF_8 => Decode::Utf8,
            TextEncoding::Web(encoding) => {
                Decode::Web(encoding.new_decoder_without_bom_handling(), encoding)
            }
        };
    }

    fn guess(&mut self, encoding: TextEncoding) {
        self.guessed = true;
        self.take(encoding);
    }

    /// The encoding, unless it is UTF-8; and whether it is a guess.
    pub(super) fn encoding(&self) -> Option<(&'static str, bool)> {
        let name = match &self.decoder {
            Decode::Undecided | Decode::Utf8 => return None,
            Decode::Web(_, encoding) => encoding.name(),
            Decode::Cp850 => TextEncoding::Cp850.name(),
        };
        Some((name, self.guessed))
    }

    /// How it was decoded, where that is not a matter of course.
    pub(super) fn manner(&self) -> Option<String> {
        let (name, guessed) = self.encoding()?;
        let hint = if guessed { " (a guess; --encoding overrules)" } else { "" };
        Some(format!("{name}{hint}"))
    }

    /// Whether the input ended before its packing said so.
    pub(super) fn is_cut_off(&self) -> bool {
        self.cut_off
    }

    /// What was replaced in the text before this place, each once, in order.
    pub(super) fn replaced_before(&mut self, place: usize) -> Option<(usize, Trouble)> {
        if self.replaced.front().is_some_and(|(at, _)| *at < place) {
            return self.replaced.pop_front();
        }
        None
    }

    /// The first piece, which comes out all the same.
    pub(super) fn peek(&mut self) -> Result<&str> {
        if self.written == 0 {
            let mut ahead = String::new();
            self.more(&mut ahead, 0)?;
            self.ahead = ahead;
        }
        Ok(&self.ahead)
    }

    /// Adds the next piece, of about `want` bytes or more; `false` when there is no more.
    pub(super) fn more(&mut self, out: &mut String, want: usize) -> Result<bool> {
        if !self.ahead.is_empty() {
            out.push_str(&std::mem::take(&mut self.ahead));
            return Ok(true);
        }
        let before = out.len();
        while out.len() == before {
            if self.bytes.is_empty() && self.end {
                return Ok(false);
            }
            let wanted = want.max(CHUNK);
            if self.bytes.len() < wanted {
                self.read_bytes(wanted - self.bytes.len())?;
            }
            self.decode(out, before)?;
        }
        self.replace_nul(out, before);
        self.written += out.len() - before;
        Ok(true)
    }

    /// Reads up to so many bytes; the end of a damaged archive is an end.
    fn read_bytes(&mut self, want: usize) -> Result<()> {
        let mut done = 0;
        while done < want && !self.end {
            let from = self.bytes.len();
            self.bytes.resize(from + (want - done).min(CHUNK), 0);
            let read = self.input.read(&mut self.bytes[from..]);
            let got = *read.as_ref().unwrap_or(&0);
            self.bytes.truncate(from + got);
            done += got;
            match read {
                Ok(0) => self.end = true,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) if self.packed => (self.end, self.cut_off) = (true, true),
                Err(error) => {
                    return Err(Error::new(ErrorKind::Input, "cannot read on").because(error));
                }
            }
        }
        Ok(())
    }

    fn decode(&mut self, out: &mut String, before: usize) -> Result<()> {
        if let Decode::Undecided = self.decoder {
            let ascii =
                self.bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(self.bytes.len());
            if ascii == self.bytes.len() {
                self.push_ascii(ascii, out);
                return Ok(());
            }
            // Enough behind it to see what kind of text it is.
            if self.bytes.len() < ascii + LOOK {
                self.read_bytes(ascii + LOOK - self.bytes.len())?;
            }
            self.decide(ascii);
        }
        match &mut self.decoder {
            Decode::Undecided => {}
            Decode::Utf8 => self.decode_utf8(out, before),
            Decode::Web(..) => self.decode_web(out, before),
            Decode::Cp850 => {
                out.extend(self.bytes.drain(..).map(|byte| match byte {
                    0..=0x7F => char::from(byte),
                    _ => DECODING_TABLE_CP850[usize::from(byte) - 0x80],
                }));
            }
        }
        Ok(())
    }

    fn push_ascii(&mut self, length: usize, out: &mut String) {
        out.push_str(std::str::from_utf8(&self.bytes[..length]).unwrap_or_default());
        self.bytes.drain(..length);
    }

    /// Chooses an encoding by the bytes from the first one that is not ASCII.
    fn decide(&mut self, from: usize) {
        let sample = &self.bytes[from..];
        let (good, bad) = utf8_sequences(sample, self.end);
        if bad == 0 {
            self.decoder = Decode::Utf8;
            return;
        }
        let Some(guess) = legacy(sample, self.end) else {
            self.decoder = Decode::Utf8;
            return;
        };
        // Of text in GBK or Shift-JIS some letters are good UTF-8 by chance.
        let fits = matches!(guess, TextEncoding::Web(encoding)
            if !encoding.is_single_byte() && !encoding.decode_without_bom_handling(sample).1);
        let damaged = good > 0 && good * 3 >= bad;
        // Half a character at the very end is more likely one that was cut than a letter of another script.
        let cut = self.end
            && std::str::from_utf8(sample).is_err_and(|error| error.error_len().is_none())
            && !matches!(guess, TextEncoding::Web(encoding) if encoding.is_single_byte());
        if cut || damaged && !(fits && good < bad) {
            self.decoder = Decode::Utf8;
        } else {
            self.guess(guess);
        }
    }

    /// `before` is what `out` held when this piece began.
    fn decode_utf8(&mut self, out: &mut String, before: usize) {
        let mut from = 0;
        loop {
            let rest = &self.bytes[from..];
            let error = match std::str::from_utf8(rest) {
                Ok(text) => {
                    out.push_str(text);
                    self.bytes.clear();
                    return;
                }
                Err(error) => error,
            };
            let (good, bad) = rest.split_at(error.valid_up_to());
            out.push_str(std::str::from_utf8(good).unwrap_or_default());
            let broken = match error.error_len() {
                Some(length) => length,
                None if self.end => bad.len(),
                // The rest of the character is still to come.
                None => {
                    self.bytes.drain(..from + good.len());
                    return;
                }
            };
            self.replaced.push_back((self.written + out.len() - before, Trouble::BadBytes));
            out.push(char::REPLACEMENT_CHARACTER);
            from += good.len() + broken;
        }
    }

    fn decode_web(&mut self, out: &mut String, piece: usize) {
        let Decode::Web(decoder, _) = &mut self.decoder else { return };
        let before = out.len();
        let mut read = 0;
        let mut broken = false;
        loop {
            let rest = &self.bytes[read..];
            out.reserve(
                decoder.max_utf8_buffer_length(rest.len()).unwrap_or(rest.len() * 3).max(16),
            );
            let (result, used, errors) = decoder.decode_to_string(rest, out, self.end);
            read += used;
            broken |= errors;
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        self.bytes.clear();
        if broken {
            let places = out[before..].match_indices(char::REPLACEMENT_CHARACTER);
            let base = self.written + before - piece;
            self.replaced.extend(places.map(|(at, _)| (base + at, Trouble::BadBytes)));
        }
    }

    /// NUL goes no further: spreadsheets cut cells at it, databases refuse it.
    fn replace_nul(&mut self, out: &mut String, from: usize) {
        if memchr::memchr(0, &out.as_bytes()[from..]).is_none() {
            return;
        }
        let fresh = out.split_off(from);
        let known = self.replaced.partition_point(|(at, _)| *at < self.written);
        let mut broken = self.replaced.split_off(known).into_iter().peekable();
        for (at, c) in fresh.char_indices() {
            let here = self.written + out.len() - from;
            if let Some((_, trouble)) = broken.next_if(|(place, _)| *place == self.written + at) {
                self.replaced.push_back((here, trouble));
            } else if c == '\0' {
                self.replaced.push_back((here, Trouble::Nul));
            }
            out.push(if c == '\0' { char::REPLACEMENT_CHARACTER } else { c });
        }
    }
}

/// How many characters beyond ASCII are good UTF-8, and how many places are not.
fn utf8_sequences(mut bytes: &[u8], end: bool) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    loop {
        let (valid, broken) = match std::str::from_utf8(bytes) {
            Ok(_) => (bytes.len(), 0),
            Err(error) => match error.error_len() {
                Some(length) => (error.valid_up_to(), length),
                None => (error.valid_up_to(), usize::from(end)),
            },
        };
        good += bytes[..valid].iter().filter(|byte| **byte >= 0xC0).count();
        if broken == 0 {
            return (good, bad);
        }
        bad += 1;
        bytes = &bytes[(valid + broken).min(bytes.len())..];
    }
}

/// The most likely encoding of bytes that are not UTF-8; `None` if no text comes out in any.
fn legacy(sample: &[u8], end: bool) -> Option<TextEncoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, end);
    let guess = detector.guess(None, Utf8Detection::Deny);
    // The detector knows neither Latin-9 nor code page 850, and takes them for
    // other encodings of one byte a letter.
    if !guess.is_single_byte() {
        return Some(TextEncoding::Web(guess));
    }
    let candidates = [
        TextEncoding::Web(guess),
        TextEncoding::Web(WINDOWS_1252),
        TextEncoding::Cp850,
        TextEncoding::Web(encoding_rs::ISO_8859_15),
    ];
    let mut best = (candidates[0], i64::MIN);
    for candidate in candidates {
        let points = plausible(sample, candidate);
        if points > best.1 {
            best = (candidate, points);
        }
    }
    (best.1 > 0).then_some(best.0)
}

/// How much a text decoded in this way looks like one: letters inside words speak for it, signs inside words against.
fn plausible(sample: &[u8], encoding: TextEncoding) -> i64 {
    let sample = &sample[..sample.len().min(64 << 10)];
    let text: String = match encoding {
        TextEncoding::Web(encoding) => encoding.decode_without_bom_handling(sample).0.into_owned(),
        TextEncoding::Cp850 => sample
            .iter()
            .map(|&byte| match byte {
                0..=0x7F => char::from(byte),
                _ => DECODING_TABLE_CP850[usize::from(byte) - 0x80],
            })
            .collect(),
    };
    let mut points = 0;
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        if !c.is_ascii() {
            let inside = before.is_alphabetic() || after.is_alphabetic();
            points += match c {
                char::REPLACEMENT_CHARACTER | '\u{80}'..='\u{9F}' => -8,
                '’' | '‘' | '“' | '”' | '–' | '—' | '…' | '€' => 2,
                '\u{A0}' => 0,
                // A capital after a small letter.
                _ if c.is_uppercase() && before.is_lowercase() => -4,
                _ if c.is_lowercase() && after.is_uppercase() => -4,
                _ if c.is_alphabetic() && inside => 3,
                _ if c.is_alphabetic() => 0,
                '\u{2500}'..='\u{259F}' => -4,
                _ if inside && before != ' ' && after != ' ' => -4,
                _ => -1,
            };
        }
        before = c;
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], told: Option<TextEncoding>) -> (String, Option<(&'static str, bool)>) {
        let input = Box::new(io::Cursor::new(bytes.to_vec()));
        let mut text = Text::open(input, false, told).unwrap();
        let mut out = String::new();
        while text.more(&mut out, 1).unwrap() {}
        (out, text.encoding())
    }

    #[test]
    fn encodings_are_found() {
        let german = "Grüße aus Köln: das Gerät lässt sich nicht aktivieren – „warten“";
        let encode = |text: &str, encoding: &'static Encoding| encoding.encode(text).0.into_owned();
        let cases: [(&str, Vec<u8>, &str, Option<&str>); 9] = [
            ("ascii", b"plain".to_vec(), "plain", None),
            ("utf-8", german.into(), german, None),
            ("1252", encode(german, WINDOWS_1252), german, Some("windows-1252")),
            (
                "koi8-r",
                encode("Сообщения не отправляются после обновления", encoding_rs::KOI8_R),
                "Сообщения не отправляются после обновления",
                Some("KOI8-U"),
            ),
            (
                "sjis",
                encode("表示が待機中のままで、アクティベーションできません", encoding_rs::SHIFT_JIS),
                "表示が待機中のままで、アクティベーションできません",
                Some("Shift_JIS"),
            ),
            (
                "gb18030",
                encode("我的信息无法激活，请帮忙看看这个问题", encoding_rs::GB18030),
                "我的信息无法激活，请帮忙看看这个问题",
                Some("GBK"),
            ),
            (
                "latin-9",
                encode("la facture de 12 € à Besançon, c’est trop", encoding_rs::ISO_8859_15),
                "",
                None,
            ),
            (
                "cp850",
                "Manuten\u{87}\u{c6}o n\u{c6}o conclu\u{a1}da, usu\u{a0}rio est\u{a0} sem servi\u{87}o"
                    .chars()
                    .map(|c| u8::try_from(u32::from(c)).unwrap())
                    .collect(),
                "Manutenção não concluída, usuário está sem serviço",
                Some("CP850"),
            ),
            ("broken", b"caf\xc3\xa9 \xff ok".to_vec(), "café \u{FFFD} ok", None),
        ];
        for (name, bytes, want, encoding) in cases {
            let (text, found) = read(&bytes, None);
            if name == "latin-9" {
                // Nobody can tell it from its neighbours; the letters must be right all the same.
                assert!(text.contains("à Besançon"), "{text}");
                continue;
            }
            assert_eq!(text, want, "{name}");
            assert_eq!(found.map(|(name, _)| name), encoding, "{name}");
        }
    }

    #[test]
    fn a_late_letter_decides() {
        let mut bytes = vec![b'a'; LOOK + CHUNK];
        bytes.extend_from_slice(b" caf\xe9 l\xe0-bas");
        let (text, encoding) = read(&bytes, None);
        assert!(text.ends_with("café là-bas"));
        assert_eq!(encoding, Some(("windows-1252", true)));
    }

    #[test]
    fn what_was_replaced_is_known_by_place() {
        let input = Box::new(io::Cursor::new(b"a\0,\xffb\xc3\xa9".to_vec()));
        let mut text = Text::open(input, false, None).unwrap();
        let mut out = String::new();
        while text.more(&mut out, 1).unwrap() {}
        assert_eq!(out, "a\u{FFFD},\u{FFFD}bé");
        assert_eq!(text.replaced_before(100), Some((1, Trouble::Nul)));
        assert_eq!(text.replaced_before(100), Some((5, Trouble::BadBytes)));
        assert_eq!(text.replaced_before(100), None);
    }
}

//! How often answers of a confidence were right on a team's own tickets.
//!
//! Here is the table, how it is read and how it is put into a pack. Not here:
//! how it is measured (`eval`).

use std::fmt::Write as _;

use super::syntax::{CalibrationSyntax, PackSyntax};
use crate::error::{Error, ErrorKind, Result};
use crate::place::Place;

/// What a confidence came to: points of (confidence, share right), straight lines between them.
///
/// ```
/// use triage::packs::Calibration;
///
/// let calibration = Calibration { tickets: 400, table: vec![(0.6, 0.4), (0.8, 0.9)] };
/// assert!((calibration.apply(0.7) - 0.65).abs() < 1e-9);
/// assert_eq!(calibration.apply(0.95), 0.9, "beyond the table nothing was measured");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    /// How many labelled tickets it was measured on; 0 if the pack does not say.
    pub tickets: u64,
    /// Both ascend, and both are from 0 to 1.
    pub table: Vec<(f64, f64)>,
}

impl Calibration {
    /// The share that was right among answers of this confidence; as it is without a table.
    pub fn apply(&self, confidence: f64) -> f64 {
        let above = self.table.partition_point(|point| point.0 < confidence);
        match (above.checked_sub(1).map(|below| self.table[below]), self.table.get(above)) {
            (Some((x0, y0)), Some(&(x1, y1))) => y0 + (y1 - y0) * (confidence - x0) / (x1 - x0),
            (Some((_, end)), None) | (None, Some(&(_, end))) => end,
            (None, None) => confidence,
        }
    }

    /// A pack's text with this table in it, in the place of the old one or at the end; all else byte for byte.
    ///
    /// # Errors
    ///
    /// The text is no pack, or has its table in a form that cannot be replaced.
    pub fn put_into(&self, name: &str, text: &str) -> Result<String> {
        let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let broken = || Error::new(ErrorKind::Pack, "this is no pack").at(Place::file(name));
        let syntax: PackSyntax = toml::from_str(text).map_err(|error| broken().because(error))?;
        let table = self.to_toml(end);
        let new = match &syntax.calibration {
            None => {
                let mut new = text.to_owned();
                if !new.ends_with('\n') {
                    new.push_str(end);
                }
                new + end + &table
            }
            Some(old) => {
                let (start, stop) = place_of(old, text).ok_or_else(|| {
                    Error::new(ErrorKind::Pack, "the calibration is not a [calibration] section")
                        .at(Place::file(name))
                        .help("take it out of the pack, and calibrate again")
                })?;
                format!("{}{table}{}", &text[..start], &text[stop..])
            }
        };
        // Whatever this function got wrong must not reach the file.
        let written =
            toml::from_str::<PackSyntax>(&new).map_err(|error| broken().because(error))?;
        let rest = |text: &str| {
            let mut all: toml::Table = toml::from_str(text).unwrap_or_default();
            all.remove("calibration");
            all
        };
        if written.calibration.is_none() || rest(&new) != rest(text) {
            return Err(broken().help("take [calibration] out of it, and calibrate again"));
        }
        Ok(new)
    }

    fn to_toml(&self, end: &str) -> String {
        let mut toml = format!("[calibration]{end}");
        // Strings take everything.
        let _ = write!(toml, "tickets = {}{end}table = [{end}", self.tickets);
        for (confidence, right) in &self.table {
            let _ = write!(toml, "  [{confidence:.3}, {right:.3}],{end}");
        }
        toml + "]" + end
    }
}

/// From the line of the header to the end of the line of the last value.
fn place_of(old: &CalibrationSyntax, text: &str) -> Option<(usize, usize)> {
    let spans = [Some(old.table.span()), old.tickets.as_ref().map(toml::Spanned::span)];
    let first = spans.iter().flatten().map(|span| span.start).min()?;
    let last = spans.iter().flatten().map(|span| span.end).max()?;
    // Between the header and the first value are comments at most, so the last such line is it.
    let mut at = 0;
    let mut header = None;
    for line in text.get(..first)?.split_inclusive('\n') {
        let words: String = line.split('#').next()?.split_whitespace().collect();
        if words == "[calibration]" {
            header = Some(at);
        }
        at += line.len();
    }
    let rest = text.get(last..)?;
    let stop = rest.find('\n').map_or(text.len(), |line| last + line + 1);
    Some((header?, stop))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACK: &str = "format = 1\n[pack]\nid = \"p\"  # ours\n";

    fn calibration() -> Calibration {
        Calibration { tickets: 40, table: vec![(0.5, 0.25), (0.75, 0.9)] }
    }

    #[test]
    fn between_points_is_a_line_and_beyond_them_their_ends() {
        let near = |left: f64, right: f64| assert!((left - right).abs() < 1e-9, "{left} {right}");
        let calibration = calibration();
        near(calibration.apply(0.0), 0.25);
        near(calibration.apply(0.5), 0.25);
        near(calibration.apply(0.6), 0.51);
        near(calibration.apply(0.75), 0.9);
        near(calibration.apply(1.0), 0.9);
        near(Calibration::default().apply(0.42), 0.42);
    }

    #[test]
    fn a_table_is_put_at_the_end_and_replaced_in_its_place() {
        let table =
            "[calibration]\ntickets = 40\ntable = [\n  [0.500, 0.250],\n  [0.750, 0.900],\n]\n";
        let put = calibration().put_into("p.toml", PACK).unwrap();
        assert_eq!(put, format!("{PACK}\n{table}"));
        assert_eq!(calibration().put_into("p.toml", &put).unwrap(), put, "once more is the same");
        let old = "[ calibration ] # spring\n# [calibration]\ntable = [[0.1, 0.2]] # old\n";
        let before = format!("{PACK}\n{old}# after\n[[issue]]\nid = \"i\"\n");
        let after = format!("{PACK}\n{table}# after\n[[issue]]\nid = \"i\"\n");
        // A comment that looks like the header goes with the table; all else stays.
        assert_eq!(calibration().put_into("p.toml", &before).unwrap(), after);
    }

    #[test]
    fn line_ends_stay_and_a_last_line_without_one_gets_one() {
        let pack = PACK.replace('\n', "\r\n");
        let put = calibration().put_into("p.toml", pack.trim_end()).unwrap();
        assert!(put.starts_with(&format!("{}\r\n\r\n[calibration]\r\n", pack.trim_end())), "{put}");
        assert!(!put.replace("\r\n", "").contains('\n'));
    }

    #[test]
    fn what_cannot_be_replaced_is_refused() {
        let inline = format!("calibration = {{ table = [[0.1, 0.2]] }}\n{PACK}");
        let error = calibration().put_into("p.toml", &inline).unwrap_err();
        assert!(error.to_string().contains("not a [calibration] section"), "{error}");
        assert!(calibration().put_into("p.toml", "id = ").is_err());
    }
}

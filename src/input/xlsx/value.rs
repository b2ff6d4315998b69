//! What a cell shows: numbers and dates as text.

/// The last row of a sheet.
pub(super) const MAX_ROW: u64 = 1 << 20;

/// The last column, XFD.
pub(super) const MAX_COLUMN: usize = 1 << 14;

/// The column of a reference such as `AB12`, from 0; `None` outside of the grid.
pub(super) fn column(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let mut column = 0;
    for letter in letters {
        column = column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        if column > MAX_COLUMN {
            return None;
        }
    }
    column.checked_sub(1)
}

/// Whether a number format shows dates: <https://ecma-international.org/publications-and-standards/standards/ecma-376/>, part 1, 18.8.30.
pub(super) fn is_date_format(id: u32, code: Option<&str>) -> bool {
    match code {
        Some(code) => is_date_code(code),
        None => matches!(id, 14..=22 | 27..=36 | 45 | 47 | 50..=58),
    }
}

/// Whether a format's own text has days or hours in it, outside of what is quoted.
fn is_date_code(code: &str) -> bool {
    let mut chars = code.split(';').next().unwrap_or_default().chars();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => _ = chars.find(|&c| c == '"'),
            '\\' | '_' | '*' => _ = chars.next(),
            '[' => {
                let inside: String = chars.by_ref().take_while(|&c| c != ']').collect();
                // Time that has passed is a number.
                if matches!(inside.to_ascii_lowercase().trim_matches(['h', 'm', 's']), "") {
                    return false;
                }
            }
            c => plain.push(c.to_ascii_lowercase()),
        }
    }
    plain != "general" && plain.contains(['d', 'm', 'y', 'h', 's'])
}

/// A number as the user saw it: whole numbers without a fraction, long ones as they are stored.
pub(super) fn number(stored: &str) -> String {
    let stored = stored.trim();
    let digits = stored.strip_prefix('-').unwrap_or(stored);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return stored.to_owned();
    }
    match stored.parse::<f64>() {
        // Beyond 15 digits the sheet itself has rounded; what is left of it stays as it is.
        Ok(number) if number.is_finite() && number.abs() < 1e15 => number.to_string(),
        _ => stored.to_owned(),
    }
}

/// A day and time, as ISO 8601 has them, of a serial number.
pub(super) fn date(stored: &str, since_1904: bool) -> Option<String> {
    const DAY: i64 = 24 * 60 * 60;
    /// 31 December 9999.
    const LAST: f64 = 2_958_466.0;
    let serial: f64 = stored.trim().parse().ok()?;
    if !(0.0..LAST).contains(&serial) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, reason = "checked to be less than the year 10000")]
    let seconds = (serial * 86_400.0).round() as i64;
    let (day, second) = (seconds / DAY, seconds % DAY);
    let time = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    if day == 0 && !since_1904 {
        return Some(time);
    }
    // Day 60 is 29 February 1900, which never was; Excel counts it as Lotus did.
    let epoch = match (since_1904, day) {
        (true, _) => -24_107,
        (false, ..60) => -25_568,
        (false, _) => -25_569,
    };
    let (year, month, day) = civil(day + epoch);
    let date = format!("{year:04}-{month:02}-{day:02}");
    Some(if second == 0 { date } else { format!("{date} {time}") })
}

/// Year, month and day of a day counted from 1 January 1970; after
/// <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// Undoes `_x000D_`, the way in which cells hold what XML cannot.
pub(super) fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 7).and_then(|code| code.strip_suffix('_'));
        let c = code
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        let taken = if c.is_some() { "_x0000_".len() } else { "_x".len() };
        out.push_str(&rest[..if c.is_some() { at } else { at + taken }]);
        out.extend(c);
        rest = &rest[at + taken..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (reference, want) in [
            ("A1", Some(0)),
            ("Z9", Some(25)),
            ("AA10", Some(26)),
            ("xfd1", Some(16_383)),
            ("XFE1", None),
            ("ZZZZZZZZZZZZZZ1", None),
            ("12", None),
            ("", None),
        ] {
            assert_eq!(column(reference), want, "{reference}");
        }
    }

    #[test]
    fn numbers_are_shown_as_they_were_seen() {
        for (stored, want) in [
            ("1042", "1042"),
            ("1042.0", "1042"),
            ("1.042E3", "1042"),
            ("0.1", "0.1"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("-7", "-7"),
            ("12345678901234567890", "12345678901234567890"),
            ("1.2345678901234567E+19", "1.2345678901234567E+19"),
            ("1e999", "1e999"),
            ("n/a", "n/a"),
        ] {
            assert_eq!(number(stored), want, "{stored}");
        }
    }

    #[test]
    fn dates_are_iso() {
        for (serial, since_1904, want) in [
            ("1", false, Some("1900-01-01")),
            ("59", false, Some("1900-02-28")),
            ("61", false, Some("1900-03-01")),
            ("45000.5", false, Some("2023-03-15 12:00:00")),
            ("45658", false, Some("2025-01-01")),
            ("45657.99999999", false, Some("2025-01-01")),
            ("0.75", false, Some("18:00:00")),
            ("0", true, Some("1904-01-01")),
            ("43538", true, Some("2023-03-15")),
            ("2958465", false, Some("9999-12-31")),
            ("2958466", false, None),
            ("-1", false, None),
            ("NaN", false, None),
        ] {
            assert_eq!(date(serial, since_1904).as_deref(), want, "{serial}");
        }
    }

    #[test]
    fn formats_of_dates_are_known() {
        for (code, want) in [
            ("dd/mm/yyyy hh:mm", true),
            ("[$-409]d\\-mmm\\-yy;@", true),
            ("General", false),
            ("0.00", false),
            ("\"days\" 0", false),
            ("[Red]#,##0", false),
            ("[h]:mm", false),
            ("#,##0_);(#,##0)", false),
            ("0.00E+00", false),
        ] {
            assert_eq!(is_date_format(164, Some(code)), want, "{code}");
        }
        assert!(is_date_format(14, None) && !is_date_format(2, None));
    }

    #[test]
    fn escapes_are_undone_once() {
        for (text, want) in [
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("my_xbox_x12", "my_xbox_x12"),
            ("_xD800_ _x00e9_", "_xD800_ é"),
            ("_x", "_x"),
            ("_x00é", "_x00é"),
        ] {
            let mut out = String::new();
            unescape(text, &mut out);
            assert_eq!(out, want, "{text}");
        }
    }
}

//! Traditional Chinese characters and the Simplified ones that the fold reads them as.
//!
//! Packs and tickets in either are then the same text: 簡訊啟用 is 简讯启用. One
//! character becomes one, whatever stands around it, and both have three bytes,
//! so the map back to the original stays what it is. What only the words around
//! can tell (頭髮 and 發送, of which both 髮 and 發 are 发) needs no telling here:
//! the fold has to make what is alike alike, and is read by no person.
//!
//! The table is that of `OpenCC`, the first reading where it has several, and a few
//! variants more (`LICENSE-OpenCC.txt`). Names of things that differ, such as 软件 and
//! 軟體, are for packs.

/// A Traditional character and its Simplified one a line, sorted, seven bytes each.
const TABLE: &str = include_str!("traditional.txt");

/// Two characters of three bytes and a line feed.
const ROW: usize = 7;

/// The Simplified character for a Traditional one; all others stay.
pub(super) fn simplified(c: char) -> char {
    // No character outside is in the table.
    if !matches!(c, '\u{3400}'..='\u{9FFF}') {
        return c;
    }
    let mut bytes = [0; 3];
    let key = c.encode_utf8(&mut bytes).as_bytes();
    let (mut from, mut to) = (0, TABLE.len() / ROW);
    while from < to {
        let middle = from + (to - from) / 2;
        let at = middle * ROW;
        // The order of the bytes is that of the characters.
        match TABLE.as_bytes()[at..at + 3].cmp(key) {
            std::cmp::Ordering::Equal => {
                return TABLE[at + 3..at + 6].chars().next().unwrap_or(c);
            }
            std::cmp::Ordering::Less => from = middle + 1,
            std::cmp::Ordering::Greater => to = middle,
        }
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_leads_to_characters_that_stay() {
        assert_eq!(TABLE.len() % ROW, 0, "a line of another length: was a carriage return put in?");
        let mut before = '\0';
        for line in TABLE.lines() {
            let chars: Vec<char> = line.chars().collect();
            let &[traditional, plain] = chars.as_slice() else { panic!("{line:?}") };
            assert_eq!((line.len(), line.chars().count()), (6, 2), "{line}");
            assert!(before < traditional, "{line}: not sorted");
            assert_eq!(simplified(traditional), plain, "{line}");
            assert_eq!(simplified(plain), plain, "{line}: folding again changes it");
            before = traditional;
        }
        assert!(TABLE.lines().count() > 2900);
    }

    #[test]
    fn all_else_stays() {
        for c in "aé激活信息一鿿のカ한\u{3400}\u{20000}".chars() {
            assert_eq!(simplified(c), c);
        }
    }
}

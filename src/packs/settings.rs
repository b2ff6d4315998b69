//! Paths in a phone's settings, as in `Settings > Apps > Messages`, and whether a pack spells one in two ways.

use indexmap::IndexMap;

use super::Located;
use crate::finding::Finding;
use crate::span::Span;
use crate::text::fold;

/// What stands between the steps of a path.
const SEPARATORS: [char; 5] = ['>', '\u{203a}', '\u{2192}', '\u{bb}', '\u{25b8}'];

/// What a path begins with.
const ROOT: &str = "Settings";

/// The longest names of steps have fewer words.
const MAX_WORDS: usize = 5;

/// A path as it is written somewhere.
struct Path<'a> {
    at: &'a Located<String>,
    /// Where in the text.
    span: Span,
    names: Vec<&'a str>,
}

/// Two spellings of one path: steps left out between the same two ends, or the same steps with other capitals.
pub(super) fn lint<'a>(texts: impl Iterator<Item = &'a Located<String>>) -> Vec<Finding> {
    let paths: Vec<Path<'_>> = texts.flat_map(paths).collect();
    // Every beginning of a path is a path: how often each is written, and where first.
    let mut known: IndexMap<&[&str], (usize, &Path<'_>)> = IndexMap::new();
    for path in &paths {
        for len in 2..=path.names.len() {
            known.entry(&path.names[..len]).or_insert((0, path)).0 += 1;
        }
    }
    let mut findings = Vec::new();
    for (place, (names, (count, path))) in known.iter().enumerate() {
        // The one that is written less often is the wrong one; of two, the later.
        let better = known.iter().enumerate().find(|(other, (others, (more, _)))| {
            (*more, std::cmp::Reverse(*other)) > (*count, std::cmp::Reverse(place))
                && is_other_spelling(names, others)
        });
        let Some((_, (others, (_, first)))) = better else { continue };
        // A longer path has the same fault in its beginning, which is said already.
        if path.names.len() > names.len()
            && findings.iter().any(|f: &Finding| f.span == path.place())
        {
            continue;
        }
        let (right, wrong) = (others.join(" > "), names.join(" > "));
        let line = first.at.source.line_column(first.place().start).0;
        findings.push(Finding {
            span: path.place(),
            ..path.at.lint(
                "settings-path",
                format!("\"{wrong}\" is \"{right}\" on line {line}"),
                format!("write `{right}` everywhere"),
            )
        });
    }
    findings
}

impl Path<'_> {
    fn place(&self) -> Span {
        self.at.part(Some(self.span))
    }
}

fn is_other_spelling(one: &[&str], other: &[&str]) -> bool {
    let plain = |name: &str| fold(&name.replace('&', " and ")).text().to_owned();
    let (one, other): (Vec<String>, Vec<String>) = (
        one.iter().map(|name| plain(name)).collect(),
        other.iter().map(|name| plain(name)).collect(),
    );
    if one.len() == other.len() {
        return one == other;
    }
    let (short, long) = if one.len() < other.len() { (&one, &other) } else { (&other, &one) };
    // The same first and last step, and all between in order.
    let mut rest = long.iter();
    short.last() == long.last() && short.iter().all(|name| rest.any(|other| other == name))
}

/// The paths of a text. The last name ends where prose goes on: at a mark or a word without a capital.
fn paths(at: &Located<String>) -> Vec<Path<'_>> {
    let text = at.value.as_str();
    let mut paths = Vec::new();
    for (start, _) in text.match_indices(ROOT) {
        let mut names = vec![ROOT];
        let mut end = start + ROOT.len();
        while let Some(name_start) = after_separator(text, end) {
            let name = name(&text[name_start..]);
            if name.is_empty() {
                break;
            }
            end = name_start + name.len();
            names.push(name);
        }
        if names.len() > 1 {
            paths.push(Path { at, span: Span::new(start, end), names });
        }
    }
    paths
}

fn after_separator(text: &str, end: usize) -> Option<usize> {
    let rest = text[end..].trim_start_matches(' ');
    let after = rest.strip_prefix(SEPARATORS)?.trim_start_matches(' ');
    Some(text.len() - after.len())
}

fn name(text: &str) -> &str {
    let stop = |c: char| {
        SEPARATORS.contains(&c)
            || matches!(c, '.' | ',' | ';' | ':' | '(' | ')' | '\n' | '"' | '!' | '?' | '{')
    };
    let whole = &text[..text.find(stop).unwrap_or(text.len())];
    // Prose that leads to another path is no name of a step.
    let step = whole.split_whitespace().count() <= MAX_WORDS && !whole.contains(ROOT);
    if step && text[whole.len()..].starts_with(SEPARATORS) {
        return whole.trim_end();
    }
    let mut end = 0;
    for word in whole.split_inclusive(' ') {
        let bare = word.trim_end();
        let capital = bare.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
            || bare.chars().skip(1).any(char::is_uppercase);
        if !capital && bare != "&" {
            break;
        }
        end += word.len();
    }
    whole[..end].trim_end_matches([' ', '&'])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::finding::SourceFile;

    fn at(text: &str) -> Located<String> {
        let source = Arc::new(SourceFile { name: "pack.toml".to_owned(), text: text.to_owned() });
        Located { value: text.to_owned(), source, span: Span::new(0, text.len()) }
    }

    #[test]
    fn a_path_ends_where_prose_goes_on() {
        for (text, want) in [
            (
                "Go to Settings > General > Date & Time and turn on Set Automatically.",
                "Settings/General/Date & Time",
            ),
            ("(Settings > General > About)", "Settings/General/About"),
            ("Settings > Cellular, or Mobile Service", "Settings/Cellular"),
            ("Under Settings > Apps > FaceTime.", "Settings/Apps/FaceTime"),
            ("Settings > Apps > iMessage is on", "Settings/Apps/iMessage"),
            ("Settings > Send & Receive", "Settings/Send & Receive"),
            (
                "under Settings > Apps > Messages and FaceTime under Settings > Apps > FaceTime.",
                "Settings/Apps/Messages Settings/Apps/FaceTime",
            ),
            ("Open Settings and tap Cellular", ""),
            ("Settings > turn it off", ""),
        ] {
            let text = at(text);
            let found: Vec<String> = paths(&text).iter().map(|path| path.names.join("/")).collect();
            assert_eq!(found.join(" "), want, "{}", text.value);
        }
    }

    #[test]
    fn two_spellings_are_told_from_two_paths() {
        for (one, other, want) in [
            ("Settings > Apps > Messages", "Settings > Messages", true),
            ("Settings > Apps > Messages > Send & Receive", "Settings > Messages", true),
            ("Settings > Date & Time", "Settings > Date and Time", false),
            ("Settings > Send & Receive", "Settings > send and receive > On", true),
            ("Settings > General > About", "Settings > General", false),
            ("Settings > Apps > Messages", "Settings > Apps > FaceTime", false),
            ("Settings > Apps > Messages", "Settings > Notifications > Messages", false),
        ] {
            let texts = [at(one), at(one), at(other)];
            let found = lint(texts.iter());
            assert_eq!(found.len() == 1, want, "{one:?} {other:?} {found:?}");
            assert!(found.iter().all(|finding| finding.source.text == other), "{found:?}");
        }
    }
}

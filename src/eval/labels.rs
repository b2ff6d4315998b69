//! What a team's labels mean: issue ids, their own tags by a map, or no issue.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use indexmap::IndexMap;
use toml::Spanned;

use crate::error::{Error, ErrorKind, Result};
use crate::finding::SourceFile;
use crate::nearest::nearest;
use crate::packs::Issue;
use crate::place::Place;
use crate::text::fold;
use crate::triage::Triage;

/// From a team's tags to issue ids, as a TOML file has it: `"Their tag" = "issue-id"`.
///
/// `""` or `"none"` stand for no issue. Ids and titles of issues need no line. Capitals, hyphens, underscores and spaces do not count.
///
/// ```
/// use triage::eval::LabelMap;
///
/// let map = LabelMap::parse("labels.toml", "\"iMessage: green\" = \"green-bubbles\"\nOther = \"\"\n")?;
/// assert_eq!(map.len(), 2);
/// # Ok::<(), triage::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct LabelMap {
    source: Option<SourceFile>,
    tags: IndexMap<Spanned<String>, Spanned<String>>,
}

/// What a label means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// An issue of the packs.
    Issue(String),
    /// No issue of the packs.
    Nothing,
    /// Neither an issue nor in the map.
    Unknown(String),
}

/// Reads label cells.
pub(super) struct Labels {
    /// Tags exactly as they are, for those that differ in signs alone: `C++` and `C#`.
    exact: HashMap<String, Label>,
    /// By their spelling.
    spelled: HashMap<String, Label>,
    ids: BTreeSet<String>,
}

impl LabelMap {
    /// Reads a map from a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no list of tags and ids.
    pub fn open(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(|error| {
            Error::new(ErrorKind::Usage, "cannot read it").at(Place::path(path)).because(error)
        })?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// Reads a map from text; `name` is what messages call it.
    ///
    /// # Errors
    ///
    /// It is no list of tags and ids.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let source = SourceFile {
            name: name.to_owned(),
            text: text.trim_start_matches('\u{FEFF}').to_owned(),
        };
        let tags = toml::from_str(&source.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let message = error.message().lines().next().unwrap_or_default().replace('`', "\"");
            wrong(&source, start, message)
                .help("a line for each tag: \"Their tag\" = \"issue-id\", or = \"\" for no issue")
        })?;
        Ok(Self { source: Some(source), tags })
    }

    /// How many tags it knows.
    pub fn len(&self) -> usize {
        self.tags.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }
}

fn wrong(source: &SourceFile, at: usize, message: String) -> Error {
    let (line, column) = source.line_column(at);
    Error::new(ErrorKind::Usage, message).at(Place::file(&source.name).at(line, column))
}

impl Labels {
    /// The labels of some packs and a map.
    ///
    /// # Errors
    ///
    /// The map leads to an issue that none of the packs has.
    pub(super) fn new<'t>(packs: impl Iterator<Item = &'t Triage>, map: &LabelMap) -> Result<Self> {
        let issues: Vec<&Issue> =
            packs.flat_map(|triage| triage.packs().iter()).flat_map(|pack| &pack.issues).collect();
        let ids = issues.iter().map(|issue| issue.id.clone()).collect();
        let mut labels = Self { exact: HashMap::new(), spelled: HashMap::new(), ids };
        for (tag, id) in &map.tags {
            let means = labels.meaning(id.get_ref().trim());
            if let (Label::Unknown(id_typed), Some(source)) = (&means, &map.source) {
                let help = labels.near(id_typed).map_or_else(
                    || "write an issue's id (triage packs list), or \"\" for no issue".to_owned(),
                    |near| format!("did you mean \"{near}\"?"),
                );
                let message = format!("no issue is called \"{id_typed}\"");
                return Err(wrong(source, id.span().start, message).help(help));
            }
            let tag = tag.get_ref().trim();
            labels.spelled.entry(spelling(tag)).or_insert_with(|| means.clone());
            labels.exact.insert(tag.to_owned(), means);
        }
        for issue in issues {
            let title = labels.spelled.entry(spelling(&issue.title));
            title.or_insert_with(|| Label::Issue(issue.id.clone()));
        }
        Ok(labels)
    }

    /// What a value of the map means: an id, or nothing.
    fn meaning(&self, id: &str) -> Label {
        let spelled = spelling(id);
        if spelled.is_empty() || spelled == "none" {
            return Label::Nothing;
        }
        if self.ids.contains(&spelled) {
            Label::Issue(spelled)
        } else {
            Label::Unknown(id.to_owned())
        }
    }

    fn known(&self, tag: &str) -> Option<Label> {
        let spelled = spelling(tag);
        if let Some(label) = self.exact.get(tag) {
            return Some(label.clone());
        }
        if spelled.is_empty() {
            return None;
        }
        match self.spelled.get(&spelled) {
            Some(label) => Some(label.clone()),
            None => Some(self.meaning(tag)).filter(|label| !matches!(label, Label::Unknown(_))),
        }
    }

    /// The labels of a cell; none where there is no label.
    pub(super) fn read(&self, cell: &str) -> Option<Vec<Label>> {
        let cell = cell.trim();
        if is_empty(cell) {
            return self.exact.get("").map(|label| vec![label.clone()]);
        }
        // A tag may hold what stands between tags elsewhere: "Billing, refunds".
        if let Some(label) = self.known(cell) {
            return Some(vec![label]);
        }
        let mut labels: Vec<Label> = Vec::new();
        let mut add = |label: Label| {
            if !labels.contains(&label) {
                labels.push(label);
            }
        };
        for piece in cell.split([',', ';', '|', '\n']) {
            let piece = piece.trim().trim_matches(['[', ']', '"', '\'']);
            if piece.is_empty() {
                continue;
            }
            if let Some(label) = self.known(piece) {
                add(label);
                continue;
            }
            // Tags with spaces between them, if one of them says so; else one tag of several words.
            if piece.split_whitespace().any(|word| self.known(word).is_some()) {
                for word in piece.split_whitespace() {
                    add(self.known(word).unwrap_or_else(|| Label::Unknown(word.to_owned())));
                }
            } else {
                add(Label::Unknown(piece.to_owned()));
            }
        }
        (!labels.is_empty()).then_some(labels)
    }

    /// The issue that a label may have meant.
    pub(super) fn near(&self, label: &str) -> Option<&str> {
        nearest(&spelling(label), self.ids.iter().map(String::as_str))
    }
}

/// What exports write where nothing is; `none` is a label.
fn is_empty(cell: &str) -> bool {
    const NOTHING: [&str; 6] = ["", "null", "(null)", "nan", "n/a", "-"];
    NOTHING.iter().any(|nothing| cell.eq_ignore_ascii_case(nothing))
}

/// What makes two labels the same.
fn spelling(label: &str) -> String {
    let folded = fold(label);
    let words = folded.text().split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::Packs;

    fn labels(map: &str) -> Result<Labels> {
        let triage = Triage::new(Packs::builtin().unwrap()).unwrap();
        Labels::new([&triage].into_iter(), &LabelMap::parse("labels.toml", map).unwrap())
    }

    fn issue(id: &str) -> Label {
        Label::Issue(id.to_owned())
    }

    #[test]
    fn labels_are_ids_in_any_spelling_or_tags_of_the_map() {
        let labels = labels("\"Billing, other\" = \"\"\n\"Grün\" = \"green-bubbles\"\n\"C#\" = \"none\"\n\"C++\" = \"sign-in-problem\"").unwrap();
        let unknown = |label: &str| Label::Unknown(label.to_owned());
        for (cell, read) in [
            ("green-bubbles", vec![issue("green-bubbles")]),
            (" Green_Bubbles ", vec![issue("green-bubbles")]),
            ("Green bubbles", vec![issue("green-bubbles")]),
            ("Cannot sign in to iMessage or FaceTime", vec![issue("sign-in-problem")]),
            ("GRÜN", vec![issue("green-bubbles")]),
            ("none", vec![Label::Nothing]),
            ("Billing, other", vec![Label::Nothing]),
            ("C++", vec![issue("sign-in-problem")]),
            ("c#", vec![Label::Nothing]),
            (
                "green-bubbles;sign_in_problem",
                vec![issue("green-bubbles"), issue("sign-in-problem")],
            ),
            ("green-bubbles | grün", vec![issue("green-bubbles")]),
            ("green_bubbles vip", vec![issue("green-bubbles"), unknown("vip")]),
            ("[\"green-bubbles\", \"none\"]", vec![issue("green-bubbles"), Label::Nothing]),
            ("needs follow up, vip", vec![unknown("needs follow up"), unknown("vip")]),
        ] {
            assert_eq!(labels.read(cell), Some(read), "{cell}");
        }
        for cell in ["", " ", "null", "NaN", ",", "-"] {
            assert_eq!(labels.read(cell), None, "{cell}");
        }
        assert_eq!(labels.near("green-buble"), Some("green-bubbles"));
    }

    #[test]
    fn an_empty_cell_can_be_mapped() {
        assert_eq!(labels("\"\" = \"none\"").unwrap().read(" "), Some(vec![Label::Nothing]));
    }

    #[test]
    fn a_map_that_leads_nowhere_is_refused_with_its_place() {
        let error = labels("vip = \"\"\ngreen = \"green-buble\"\n").err().unwrap();
        assert_eq!(
            format!("{error:#}"),
            "labels.toml:2:9: no issue is called \"green-buble\"\n  help: did you mean \"green-bubbles\"?"
        );
        let error = LabelMap::parse("labels.toml", "a = 1").unwrap_err();
        assert!(format!("{error:#}").starts_with("labels.toml:1:5: "), "{error:#}");
    }
}

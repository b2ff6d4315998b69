//! A pack as it was written: the shape of the TOML, nothing checked but the shape.
//!
//! Every value that can be wrong keeps its place in the file. Only `load`
//! turns these into the checked types.

use indexmap::IndexMap;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

/// A string and where it stands.
pub(super) type Text = Spanned<String>;

/// The newest pack format that this version reads.
pub(super) const FORMAT: i64 = 1;

/// A whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackSyntax {
    pub(super) format: Spanned<i64>,
    pub(super) pack: HeadSyntax,
    #[serde(default)]
    pub(super) words: IndexMap<Text, Vec<Text>>,
    #[serde(default, rename = "fact")]
    pub(super) facts: Vec<FactSyntax>,
    #[serde(default, rename = "fix")]
    pub(super) fixes: Vec<FixSyntax>,
    #[serde(default, rename = "guard")]
    pub(super) guards: Vec<GuardSyntax>,
    #[serde(default, rename = "issue")]
    pub(super) issues: Vec<IssueSyntax>,
    pub(super) reply: Option<ReplySyntax>,
}

/// `[pack]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeadSyntax {
    pub(super) id: Text,
    pub(super) title: Option<Text>,
    pub(super) version: Option<Text>,
    pub(super) lang: Option<Text>,
    pub(super) threshold: Option<Spanned<i64>>,
    pub(super) margin: Option<Spanned<i64>>,
    pub(super) extends: Option<Text>,
    #[serde(default)]
    pub(super) disable: Vec<Text>,
}

/// `[[fact]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactSyntax {
    pub(super) id: Text,
    pub(super) title: Option<Text>,
    pub(super) regex: Option<Spanned<OneOrMany>>,
    pub(super) ask: Option<Text>,
}

/// `[[fix]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixSyntax {
    pub(super) id: Text,
    pub(super) title: Option<Text>,
    pub(super) steps: Option<Vec<Text>>,
    pub(super) tried: Option<Vec<Text>>,
    pub(super) source: Option<SourceSyntax>,
}

/// `[[guard]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuardSyntax {
    pub(super) id: Text,
    pub(super) title: Option<Text>,
    pub(super) phrases: Option<Vec<Text>>,
    pub(super) regex: Option<Vec<Text>>,
    #[serde(default)]
    pub(super) tests: TestsSyntax,
}

/// `[[issue]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueSyntax {
    pub(super) id: Text,
    pub(super) title: Option<Text>,
    pub(super) priority: Option<Text>,
    pub(super) threshold: Option<Spanned<i64>>,
    pub(super) needs: Option<Vec<Text>>,
    pub(super) not: Option<Vec<Text>>,
    pub(super) fixes: Option<Vec<Text>>,
    pub(super) ask: Option<Vec<Text>>,
    pub(super) reply: Option<Text>,
    pub(super) source: Option<SourceSyntax>,
    #[serde(default)]
    pub(super) phrases: IndexMap<Text, Spanned<i64>>,
    #[serde(default)]
    pub(super) regex: IndexMap<Text, Spanned<i64>>,
    #[serde(default)]
    pub(super) tests: TestsSyntax,
}

/// `[issue.tests]` and `[guard.tests]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TestsSyntax {
    #[serde(default, rename = "match")]
    pub(super) accept: Vec<Text>,
    #[serde(default)]
    pub(super) reject: Vec<Text>,
}

/// Where a fact of the pack was read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceSyntax {
    pub(super) title: Text,
    pub(super) url: Option<Text>,
    pub(super) checked: Option<Datetime>,
}

/// `[reply]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplySyntax {
    pub(super) text: Option<Text>,
    #[serde(default)]
    pub(super) values: IndexMap<Text, Text>,
}

/// `"a"` or `["a", "b"]`. The place is that of the whole value: an untagged enum cannot keep finer ones.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

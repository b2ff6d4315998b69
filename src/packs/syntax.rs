//! A pack as it was written: the shape of the TOML, nothing checked but the shape.
//!
//! Every value that can be wrong keeps its place in the file. Only `load`
//! turns these into the checked types.

#[cfg(test)]
use std::collections::BTreeMap;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

/// A string and where it stands.
pub(super) type Text = Spanned<String>;

/// A table whose keys keep their places too.
pub(super) type Table<V> = IndexMap<Text, V, FxBuildHasher>;

/// The newest pack format that this version reads.
pub(super) const FORMAT: i64 = 1;

/// A whole file.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct PackSyntax {
    /// The pack format: 1.
    #[cfg_attr(test, schemars(with = "u32", range(min = 1, max = 1)))]
    pub(super) format: Spanned<i64>,
    /// What the pack is.
    pub(super) pack: HeadSyntax,
    /// Word sets: `{name}` in a phrase stands for any of them.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Vec<String>>"))]
    #[serde(default)]
    pub(super) words: Table<Vec<Text>>,
    /// What is read from a ticket, or asked for.
    #[serde(default, rename = "fact")]
    pub(super) facts: Vec<FactSyntax>,
    /// Procedures, shared between issues.
    #[serde(default, rename = "fix")]
    pub(super) fixes: Vec<FixSyntax>,
    /// Words that always send a ticket to a person.
    #[serde(default, rename = "guard")]
    pub(super) guards: Vec<GuardSyntax>,
    /// What tickets can be about.
    #[serde(default, rename = "issue")]
    pub(super) issues: Vec<IssueSyntax>,
    /// The frame of every reply.
    pub(super) reply: Option<ReplySyntax>,
    /// What confidence came to on labelled tickets; `triage eval --calibrate` writes it.
    pub(super) calibration: Option<CalibrationSyntax>,
}

/// `[calibration]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CalibrationSyntax {
    /// How many labelled tickets it was measured on.
    #[cfg_attr(test, schemars(with = "Option<u32>"))]
    pub(super) tickets: Option<Spanned<i64>>,
    /// Points of [confidence, share right], both from 0 to 1 and ascending.
    #[cfg_attr(test, schemars(with = "Vec<Vec<f64>>"))]
    pub(super) table: Spanned<Vec<Spanned<Vec<f64>>>>,
}

/// `[pack]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct HeadSyntax {
    /// Its name: lower case, digits and hyphens.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")))]
    pub(super) id: Text,
    /// What it is about, for people.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) title: Option<Text>,
    /// Your version of it.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) version: Option<Text>,
    /// The language of its phrases and replies, as in `en`.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) lang: Option<Text>,
    /// The points that an issue needs, unless it says otherwise. 4 if left out.
    #[cfg_attr(test, schemars(with = "Option<u32>", range(min = 1, max = 1000)))]
    pub(super) threshold: Option<Spanned<i64>>,
    /// By how many points the best issue must lead a rival on the same words. 2 if left out.
    #[cfg_attr(test, schemars(with = "Option<u32>"))]
    pub(super) margin: Option<Spanned<i64>>,
    /// A pack to build on: a path, or the id of a built-in one.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) extends: Option<Text>,
    /// A pack that this one says in another language: its issues, fixes, guards and facts have the same ids.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) translates: Option<Text>,
    /// Issues and guards of that pack to do without.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    #[serde(default)]
    pub(super) disable: Vec<Text>,
}

/// `[[fact]]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct FactSyntax {
    /// Its name within the pack.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")))]
    pub(super) id: Text,
    /// Its name for people.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) title: Option<Text>,
    /// Where it is read from; the group `value` is the fact.
    #[cfg_attr(test, schemars(with = "Option<OneOrMany>"))]
    pub(super) regex: Option<Spanned<OneOrMany>>,
    /// The question that asks for it.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) ask: Option<Text>,
}

/// `[[fix]]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct FixSyntax {
    /// Its name within the pack.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")))]
    pub(super) id: Text,
    /// What to do, in a few words.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) title: Option<Text>,
    /// Each step, as a sentence to the customer.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub(super) steps: Option<Vec<Text>>,
    /// Phrases that say that the customer did this already.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub(super) tried: Option<Vec<Text>>,
    /// When it helps at all; where the ticket says otherwise, the reply leaves it out.
    pub(super) only: Option<OnlySyntax>,
    /// Where it was read.
    pub(super) source: Option<SourceSyntax>,
}

/// `only` of a `[[fix]]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct OnlySyntax {
    /// The id of the fact that decides: a number, such as a version.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) fact: Text,
    /// The fix helps below this.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = "^[0-9]+(\\.[0-9]+)*$")))]
    pub(super) below: Text,
}

/// `[[guard]]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct GuardSyntax {
    /// Its name.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")))]
    pub(super) id: Text,
    /// Why a person must look.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) title: Option<Text>,
    /// Any of these is enough.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub(super) phrases: Option<Vec<Text>>,
    /// Or any of these.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub(super) regex: Option<Vec<Text>>,
    /// Texts that prove it.
    #[serde(default)]
    pub(super) tests: TestsSyntax,
}

/// `[[issue]]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct IssueSyntax {
    /// Its name, unique among the packs in use.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")))]
    pub(super) id: Text,
    /// Its name for people.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) title: Option<Text>,
    /// How soon it should be seen to.
    #[cfg_attr(test, schemars(with = "Option<tests::PriorityName>"))]
    pub(super) priority: Option<Text>,
    /// The points that it needs.
    #[cfg_attr(test, schemars(with = "Option<u32>", range(min = 1, max = 1000)))]
    pub(super) threshold: Option<Spanned<i64>>,
    /// Phrases that must all hit.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub(super) needs: Option<Vec<Text>>,
    /// Phrases of which none may hit.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub(super) not: Option<Vec<Text>>,
    /// Ids of fixes, in the order in which to try them.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub(super) fixes: Option<Vec<Text>>,
    /// Ids of facts to ask for where the ticket does not say them.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub(super) ask: Option<Vec<Text>>,
    /// The opening of the reply.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) reply: Option<Text>,
    /// Where its facts were read.
    pub(super) source: Option<SourceSyntax>,
    /// What counts for it: a phrase, and its points.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, u32>"))]
    #[serde(default)]
    pub(super) phrases: Table<Spanned<i64>>,
    /// What counts for it and needs a regular expression.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, u32>"))]
    #[serde(default)]
    pub(super) regex: Table<Spanned<i64>>,
    /// Texts that prove it.
    #[serde(default)]
    pub(super) tests: TestsSyntax,
}

/// `[issue.tests]` and `[guard.tests]`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct TestsSyntax {
    /// Each of these must come out as the issue, or raise the guard.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    #[serde(default, rename = "match")]
    pub(super) accept: Vec<Text>,
    /// None of these may.
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    #[serde(default)]
    pub(super) reject: Vec<Text>,
}

/// Where a fact of the pack was read.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SourceSyntax {
    /// The page's title.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) title: Text,
    /// Its address.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) url: Option<Text>,
    /// The day on which it was read.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date")))]
    pub(super) checked: Option<Datetime>,
}

/// `[reply]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ReplySyntax {
    /// The template of the whole reply.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(super) text: Option<Text>,
    /// Variables of the pack's own, with their defaults; `--set` changes them.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    #[serde(default)]
    pub(super) values: Table<Text>,
}

/// `"a"` or `["a", "b"]`. The place is that of the whole value: an untagged enum cannot keep finer ones.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use serde_json::Value;

    use super::*;

    /// The words for [`super::super::Priority`].
    #[derive(JsonSchema)]
    #[serde(rename_all = "lowercase")]
    #[allow(dead_code, reason = "for its schema")]
    pub(super) enum PriorityName {
        Low,
        Normal,
        High,
        Urgent,
    }

    /// TOML has no null: what may be left out is left out. Nor does it care how wide our integers are.
    fn as_toml_has_it(schema: &mut schemars::Schema) {
        if schema.get("format").is_some_and(|format| format == "uint32") {
            schema.remove("format");
        }
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = &types[..] {
                let only = only.clone();
                schema.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(all)) = schema.get_mut("anyOf") {
            all.retain(|one| one.get("type").is_none_or(|name| name != "null"));
            if let [Value::Object(only)] = &mut all[..] {
                let only = std::mem::take(only);
                schema.remove("anyOf");
                for (key, value) in only {
                    schema.insert(key, value);
                }
            }
        }
    }

    /// `SNAPSHOTS=overwrite cargo test --lib schema` writes it anew.
    #[test]
    fn the_schema_for_editors_is_that_of_these_types() {
        // Draft 7 is what editors know best.
        let settings = schemars::generate::SchemaSettings::draft07();
        let mut schema = settings
            .with_transform(schemars::transform::RecursiveTransform(as_toml_has_it))
            .into_generator()
            .into_root_schema_for::<PackSyntax>();
        schema.insert("title".to_owned(), "Pattern pack".into());
        schema.insert("description".to_owned(), "A pattern pack of triage.".into());
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if env::var_os("SNAPSHOTS").is_some_and(|what| what == "overwrite") {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/patterns/pack.schema.json");
            fs::write(path, &text).unwrap();
            return;
        }
        assert_eq!(text, super::super::SCHEMA);
    }
}

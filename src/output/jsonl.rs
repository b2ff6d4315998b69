//! One JSON object a line, with everything as data.

use serde_json::{Map, Value, json};

use super::{Answered, COLUMNS, Sink, TEXT_COLUMN};
use crate::answer::{Hit, Role};
use crate::error::{Error, ErrorKind, Result};

/// JSON Lines: the columns, and the reasons as data.
#[derive(Clone, Debug, Default)]
pub struct Jsonl {
    /// The input's columns, when they are kept: under `input`.
    input: Option<Vec<String>>,
    text: bool,
}

impl Jsonl {
    /// Our own fields only.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts the input's cells under `input`; the second `Labels` becomes `Labels#2`.
    #[must_use]
    pub fn append(self, header: &[String]) -> Self {
        let mut names: Vec<String> = Vec::with_capacity(header.len());
        for (n, name) in header.iter().enumerate() {
            let before = header[..n].iter().filter(|other| *other == name).count();
            names.push(if before == 0 { name.clone() } else { format!("{name}#{}", before + 1) });
        }
        Self { input: Some(names), ..self }
    }

    /// Adds the text as it was read, under `text_read`.
    #[must_use]
    pub fn show_text(self, text: bool) -> Self {
        Self { text, ..self }
    }

    fn object(&self, one: &Answered<'_, '_>) -> Value {
        let Answered { row, ticket, answer, text } = one;
        let mut object: Map<String, Value> = COLUMNS
            .iter()
            .zip(one.cells())
            .map(|(name, cell)| ((*name).to_owned(), cell.into()))
            .collect();
        let mut set = |name: &str, value: Value| object.insert(name.to_owned(), value);
        set("confidence", answer.issue.map_or(Value::Null, |_| json!(one.confidence())));
        set("other_issues", answer.others.iter().map(|issue| issue.id.as_str()).collect());
        set("guards", answer.guards().map(|guard| guard.id.as_str()).collect());
        set("fixes", answer.fixes.iter().map(|fix| fix.id.as_str()).collect());
        set("not_needed", answer.unneeded.iter().map(|fix| fix.id.as_str()).collect());
        set("tried", answer.tried.iter().map(|fix| fix.id.as_str()).collect());
        set("asks", answer.asks.iter().map(|fact| fact.id.as_str()).collect());
        set(
            "facts",
            answer
                .facts
                .iter()
                .map(|found| (found.fact.id.clone(), Value::from(found.value(ticket))))
                .collect(),
        );
        set("hits", answer.evidence().map(|hit| hit_value(hit, one)).collect());
        if let Some(text) = text {
            set(TEXT_COLUMN, text.as_str().into());
        }
        if let Some(names) = &self.input {
            set(
                "input",
                names
                    .iter()
                    .enumerate()
                    .map(|(n, name)| (name.clone(), Value::from(row.cell(n))))
                    .collect(),
            );
        }
        Value::Object(object)
    }
}

fn hit_value(hit: &Hit<'_>, one: &Answered<'_, '_>) -> Value {
    let (key, id) = match hit.role {
        Role::Issue(issue) | Role::Need(issue) | Role::Not(issue) => ("issue", &issue.id),
        Role::Guard(guard) => ("guard", &guard.id),
        Role::Tried(fix) => ("fix", &fix.id),
        Role::Fact(fact) => ("fact", &fact.id),
    };
    let mut value = json!({
        key: id,
        "phrase": hit.phrase,
        "text": hit.text(&one.ticket),
        "field": hit.field.name(),
        "start": hit.span.start,
        "end": hit.span.end,
        "points": hit.points,
    });
    if let (Some(read), Value::Object(object)) = (one.answer.read_as(hit, &one.ticket), &mut value)
    {
        object.insert("read_as".to_owned(), read.into());
    }
    value
}

impl Sink for Jsonl {
    fn wants_text(&self) -> bool {
        self.text
    }

    fn head(&self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn rows(&self, answered: &[Answered<'_, '_>], out: &mut Vec<u8>) -> Result<()> {
        for one in answered {
            serde_json::to_writer(&mut *out, &self.object(one)).map_err(|error| {
                Error::new(ErrorKind::Output, "cannot write JSON").because(error)
            })?;
            out.push(b'\n');
        }
        Ok(())
    }
}

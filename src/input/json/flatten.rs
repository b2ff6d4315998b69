//! A JSON record as cells: paths with dots, and of conversations the customer's side.

use std::borrow::Cow;

use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// A cell of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell<'p> {
    /// Where it stands: `requester.name`.
    pub(super) path: &'p str,
    pub(super) text: Cow<'p, str>,
    pub(super) kind: Kind,
}

/// What a cell came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// A number, a list, anything else.
    Data,
    /// Messages, of which the customer's are kept.
    Messages,
}

/// Lists that hold the messages of a ticket.
const MESSAGES: &[&str] = &[
    "comments",
    "articles",
    "messages",
    "threads",
    "conversations",
    "conversation_parts",
    "replies",
    "posts",
];

/// The text of a message, the plainest first.
const BODIES: &[&str] = &[
    "plain_body",
    "body_text",
    "stripped_text",
    "text",
    "plain",
    "body",
    "html_body",
    "content",
    "CommentBody",
];

/// Where a ticket has its first message once more.
const OPENINGS: &[&str] =
    &["description", "description_text", "Description", "body", "plain_body", "content", "text"];

/// Objects that desks put around the fields of a ticket.
const WRAPPERS: &[&str] = &["fields", "properties", "source", "attributes", "ticket", "result"];

/// Members of a ticket that say who asked.
const REQUESTERS: &[&str] =
    &["requester", "customer", "primaryCustomer", "reporter", "contact", "caller"];

/// The same where there are none of these: an agent may have written the ticket down.
const WRITERS: &[&str] = &["creator", "author", "user"];

/// Members of a message that say who wrote it.
const AUTHORS: &[&str] =
    &["author", "sender", "createdBy", "created_by", "creator", "from", "user"];

/// Members that may name a side of the conversation.
const ROLES: &[&str] =
    &["role", "type", "sender", "author", "author_type", "sender_type", "direction", "from"];

const CUSTOMERS: &[&str] = &[
    "customer",
    "user",
    "lead",
    "contact",
    "end-user",
    "end_user",
    "enduser",
    "requester",
    "client",
    "visitor",
    "incoming",
    "inbound",
];

const AGENTS: &[&str] = &[
    "agent",
    "admin",
    "bot",
    "operator",
    "staff",
    "teammate",
    "support",
    "system",
    "assistant",
    "workflow",
    "outgoing",
    "outbound",
];

/// Shows every cell of a record, in its order.
pub(super) fn flatten(record: &Object, cell: &mut dyn FnMut(Cell<'_>)) {
    let mut walk = Walk { record, path: String::new(), cell };
    walk.object(record);
}

struct Walk<'r, 'c> {
    record: &'r Object,
    path: String,
    cell: &'c mut dyn FnMut(Cell<'_>),
}

impl Walk<'_, '_> {
    fn object(&mut self, object: &Object) {
        for (key, value) in object {
            let before = self.path.len();
            if before > 0 {
                self.path.push('.');
            }
            self.path.push_str(key);
            if !(key == "attributes" && is_salesforce_type(value)) {
                self.value(key, value);
            }
            self.path.truncate(before);
        }
    }

    fn value(&mut self, key: &str, value: &Value) {
        match value {
            Value::Object(object) => {
                if let Some(shown) = shown(object) {
                    self.value(key, shown);
                } else if let Some(text) = document(value) {
                    self.push(text.into(), Kind::Text);
                } else {
                    self.object(object);
                }
            }
            Value::Array(list) => {
                if let Some(messages) = self.messages(key, list) {
                    self.push(messages.into(), Kind::Messages);
                } else if list.iter().any(|one| one.is_object() || one.is_array()) {
                    self.push(value.to_string().into(), Kind::Data);
                } else {
                    let words: Vec<_> =
                        list.iter().map(scalar).filter(|word| !word.is_empty()).collect();
                    self.push(words.join(", ").into(), Kind::Data);
                }
            }
            Value::String(_) => self.push(scalar(value), Kind::Text),
            _ => self.push(scalar(value), Kind::Data),
        }
    }

    fn push(&mut self, text: Cow<'_, str>, kind: Kind) {
        (self.cell)(Cell { path: &self.path, text, kind });
    }

    /// What the customer wrote in a list of messages, if it is one.
    fn messages(&self, key: &str, list: &[Value]) -> Option<String> {
        if !MESSAGES.contains(&key) {
            return None;
        }
        let messages: Vec<&Object> = list.iter().filter_map(Value::as_object).collect();
        if messages.len() != list.len() || messages.iter().all(|one| body(one).is_none()) {
            return None;
        }
        let asked = People::of_ticket(self.record);
        let public = || messages.iter().filter(|message| !is_private(message));
        let sides: Vec<Option<bool>> =
            public().map(|message| is_customers(message, &asked)).collect();
        let known = sides.contains(&Some(true));
        let openings = openings(self.record);
        let mut texts: Vec<Cow<'_, str>> = Vec::new();
        let mut opened = false;
        for (message, side) in public().zip(sides) {
            // Where nobody can be told apart, all may be the customer's.
            if side == Some(false) || known && side.is_none() {
                continue;
            }
            // The description is one of the messages, as a rule the first; it is not said twice.
            let is_opening = |text: &str| openings.iter().any(|opening| same(opening, text));
            if !opened && bodies(message).any(|text| is_opening(&text)) {
                opened = true;
                continue;
            }
            texts.extend(body(message));
        }
        Some(texts.join("\n\n"))
    }
}

fn same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// A string, number or word as its text.
fn scalar(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => "".into(),
        Value::Bool(is) => if *is { "true" } else { "false" }.into(),
        Value::String(text) => text.into(),
        other => other.to_string().into(),
    }
}

/// What people see of a `ServiceNow` cell, which has a value for programs as well.
fn shown(object: &Object) -> Option<&Value> {
    let cell = |key: &String| matches!(key.as_str(), "display_value" | "value" | "link");
    if object.len() < 2 || !object.keys().all(cell) {
        return None;
    }
    let filled =
        |key: &str| object.get(key).filter(|value| !value.is_null() && value.as_str() != Some(""));
    filled("display_value").or_else(|| filled("value")).or_else(|| object.get("value"))
}

/// Salesforce puts the kind and address of an object beside its fields.
fn is_salesforce_type(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        object.contains_key("type") && object.keys().all(|key| key == "type" || key == "url")
    })
}

/// A document of Atlassian's editor as text: a paragraph, heading or list item a line.
fn document(value: &Value) -> Option<String> {
    let object = value.as_object()?;
    if object.get("type")?.as_str()? != "doc" {
        return None;
    }
    let mut text = String::new();
    blocks(object.get("content")?.as_array()?, &mut text);
    text.truncate(text.trim_end().len());
    Some(text)
}

fn blocks(nodes: &[Value], out: &mut String) {
    for node in nodes.iter().filter_map(Value::as_object) {
        let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
        let attribute = |name: &str| node.get("attrs")?.get(name)?.as_str();
        match kind {
            "text" => out.push_str(node.get("text").and_then(Value::as_str).unwrap_or_default()),
            "hardBreak" => out.push('\n'),
            "mention" | "emoji" | "status" | "inlineCard" | "blockCard" => {
                let names = ["text", "shortName", "url"];
                out.push_str(names.iter().find_map(|name| attribute(name)).unwrap_or_default());
            }
            _ => {}
        }
        if let Some(inner) = node.get("content").and_then(Value::as_array) {
            blocks(inner, out);
            let is_block = matches!(kind, "paragraph" | "heading" | "codeBlock" | "taskItem");
            if is_block && !out.ends_with('\n') {
                out.push('\n');
            }
        }
    }
}

/// A text, whether it is a string or a document.
fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        // Microsoft's messages have a kind and a content.
        Value::Object(object) => document(value)
            .map(Cow::from)
            .or_else(|| object.get("content")?.as_str().map(Cow::from)),
        _ => None,
    }
}

/// The text of a message.
fn body(message: &Object) -> Option<Cow<'_, str>> {
    bodies(message).next()
}

/// The texts of a message, all of which say the same.
fn bodies(message: &Object) -> impl Iterator<Item = Cow<'_, str>> {
    let texts = BODIES.iter().filter_map(|key| text(message.get(*key)?));
    texts.filter(|text| !text.trim().is_empty())
}

/// A ticket, and what its desk puts around the fields.
fn layers(record: &Object) -> impl Iterator<Item = &Object> {
    let inner = WRAPPERS.iter().filter_map(|key| record.get(*key)?.as_object());
    std::iter::once(record).chain(inner)
}

/// The texts that a ticket begins with.
fn openings(record: &Object) -> Vec<Cow<'_, str>> {
    layers(record)
        .flat_map(|layer| OPENINGS.iter().filter_map(|key| text(layer.get(*key)?)))
        .collect()
}

/// Whether a message is not for the customer.
fn is_private(message: &Object) -> bool {
    let is = |key: &str, wanted: bool| message.get(key) == Some(&Value::Bool(wanted));
    let note = message.get("part_type").and_then(Value::as_str) == Some("note");
    // Jira: whom a comment is shown to, if not to everybody.
    let restricted = message.get("visibility").is_some_and(Value::is_object);
    ["public", "is_public", "isPublic", "jsdPublic", "IsPublished"].iter().any(|key| is(key, false))
        || ["internal", "is_internal", "is_note", "private", "is_private", "isPrivate"]
            .iter()
            .any(|key| is(key, true))
        || note
        || restricted
}

/// Whether the customer wrote a message; `None` if nothing in it says so.
fn is_customers(message: &Object, asked: &People<'_>) -> Option<bool> {
    let wrote = People::of_message(message);
    let known = wrote.is(asked);
    if known == Some(true) {
        return known;
    }
    side(message).or(known)
}

/// What a message says of its side, without knowing people.
fn side(message: &Object) -> Option<bool> {
    let flag = |key: &str| message.get(key)?.as_bool();
    let flagged = flag("from_agent")
        .map(|is| !is)
        .or_else(|| ["incoming", "is_inbound", "from_customer"].iter().find_map(|key| flag(key)));
    if flagged.is_some() {
        return flagged;
    }
    for key in ROLES {
        match message.get(*key) {
            Some(Value::String(word)) => {
                if let Some(side) = side_of(word) {
                    return Some(side);
                }
            }
            Some(Value::Object(person)) => {
                let mut words =
                    ["type", "role"].iter().filter_map(|key| person.get(*key)?.as_str());
                if let Some(side) = words.find_map(side_of) {
                    return Some(side);
                }
            }
            _ => {}
        }
    }
    // Help Scout calls its agents users.
    let kind = message.get("createdBy")?.get("type")?.as_str()?;
    match kind {
        "user" => Some(false),
        _ => side_of(kind),
    }
}

fn side_of(word: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|one| one.eq_ignore_ascii_case(word.trim()));
    if is(CUSTOMERS) {
        Some(true)
    } else if is(AGENTS) {
        Some(false)
    } else {
        None
    }
}

/// Who somebody is, as far as a record says: what kind of mark, and the mark.
#[derive(Debug, Default)]
struct People<'r>(Vec<(Mark, Cow<'r, str>)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Id,
    Account,
    Email,
    /// Names prove who it is, but not who it is not.
    Name,
}

impl<'r> People<'r> {
    /// Who asked.
    fn of_ticket(record: &'r Object) -> Self {
        let mut people = Self::default();
        for keys in [REQUESTERS, WRITERS] {
            for layer in layers(record) {
                for key in keys {
                    people.add(layer, key);
                }
            }
            if !people.0.is_empty() {
                break;
            }
        }
        people
    }

    /// Who wrote a message.
    fn of_message(message: &'r Object) -> Self {
        let mut people = Self::default();
        for key in AUTHORS {
            people.add(message, key);
        }
        people
    }

    /// A person of a member, which is an object, a name or an address; or of `..._id`.
    fn add(&mut self, object: &'r Object, key: &str) {
        if let Some(id) = object.get(&format!("{key}_id")) {
            self.mark(Mark::Id, Some(id));
        }
        match object.get(key) {
            Some(Value::Object(person)) => {
                self.mark(Mark::Id, person.get("id"));
                self.mark(Mark::Account, person.get("accountId"));
                for key in ["email", "emailAddress", "address", "handle"] {
                    self.mark(Mark::Email, person.get(key));
                }
                for key in ["name", "displayName"] {
                    self.mark(Mark::Name, person.get(key));
                }
            }
            Some(Value::String(word)) if word.contains('@') => {
                self.mark(Mark::Email, object.get(key));
            }
            Some(Value::String(_)) => self.mark(Mark::Name, object.get(key)),
            Some(id @ Value::Number(_)) => self.mark(Mark::Id, Some(id)),
            _ => {}
        }
    }

    fn mark(&mut self, mark: Mark, value: Option<&'r Value>) {
        let value = value.filter(|value| value.is_string() || value.is_number());
        let text = value.map(scalar).filter(|text| !text.trim().is_empty());
        self.0.extend(text.map(|text| (mark, text)));
    }

    /// Whether these are the same; `None` if nothing can be compared.
    fn is(&self, other: &Self) -> Option<bool> {
        let mut compared = None;
        for (mark, one) in &self.0 {
            for (_, another) in other.0.iter().filter(|(kind, _)| kind == mark) {
                if one.trim().eq_ignore_ascii_case(another.trim()) {
                    return Some(true);
                }
                if *mark != Mark::Name {
                    compared = Some(false);
                }
            }
        }
        compared
    }
}

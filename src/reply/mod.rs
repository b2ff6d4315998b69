//! Writes the reply: the pack's words, the ticket's facts, never the customer's text as a template.

mod name;
mod written;

use indexmap::IndexMap;
use minijinja::{Environment, Value, context};
use rustc_hash::FxHashSet;

pub(crate) use written::Written;

use crate::answer::{Answer, FoundFact};
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::packs::template::{Values, environment};
use crate::packs::{Fact, Fix, Issue, Pack, Packs};
use crate::text::one_line;
use crate::ticket::Ticket;

/// Built-in variables that are set from outside rather than read from a ticket.
const SETTABLE: [&str; 2] = ["agent", "company"];

/// All templates, compiled, and the values that are the same for every ticket.
#[derive(Debug)]
pub(crate) struct Replies {
    templates: Environment<'static>,
    /// Of these, those in which nothing but the first name is the ticket's own.
    general: FxHashSet<String>,
    set: IndexMap<String, String>,
}

/// What a reply is about: the issues in order, and what was found out.
pub(crate) struct Subject<'a, 't> {
    pub(crate) ticket: &'a Ticket<'a>,
    /// The frame is that of the first one's pack.
    pub(crate) issues: &'a [(&'t Pack, &'t Issue)],
    pub(crate) answer: &'a Answer<'t>,
}

impl Replies {
    /// Compiles the templates of all packs.
    pub(crate) fn new(packs: &Packs) -> Result<Self> {
        let mut templates = environment();
        let failed = |error| {
            Error::new(ErrorKind::Pack, "a checked template does not compile").because(error)
        };
        let mut general = FxHashSet::default();
        for pack in packs.iter() {
            let issues =
                pack.issues.iter().map(|issue| (issue_name(pack, issue), issue.reply.source()));
            for (name, source) in issues.chain([(frame_name(pack), pack.frame.source())]) {
                templates.add_template_owned(name.clone(), source.to_owned()).map_err(failed)?;
                let template = templates.get_template(&name).map_err(failed)?;
                let names = template.undeclared_variables(true);
                if names.iter().all(|name| written::is_general(name))
                    && written::only_prints_name(source)
                {
                    general.insert(name);
                }
            }
        }
        let values = packs
            .iter()
            .flat_map(|pack| &pack.values)
            .map(|(name, value)| (name.clone(), value.clone()));
        let empty = SETTABLE.map(|name| (name.to_owned(), String::new()));
        Ok(Self { templates, general, set: empty.into_iter().chain(values).collect() })
    }

    /// Sets a value that templates may use.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<()> {
        if let Some(slot) = self.set.get_mut(key) {
            value.clone_into(slot);
            Ok(())
        } else {
            let known = self.set.keys().map(String::as_str);
            let help = match nearest(key, known.clone()) {
                Some(near) => format!("did you mean --set {near}=...?"),
                None => format!("there are: {}", known.collect::<Vec<_>>().join(", ")),
            };
            Err(Error::new(ErrorKind::Usage, format!("no reply uses a value \"{key}\"")).help(help))
        }
    }

    /// The reply, or why there can be none.
    ///
    /// What was `written` before is not written again.
    pub(crate) fn write(
        &self,
        subject: &Subject<'_, '_>,
        written: &mut Written,
    ) -> Result<String, String> {
        let first_name = name::first_name(&subject.ticket.requester).unwrap_or_default();
        if !Written::takes(&first_name) {
            return self.fill(subject, &first_name);
        }
        let key = written::key(subject, &first_name);
        if let Some(reply) = written.known(&key, &first_name) {
            return Ok(reply);
        }
        if !self.is_general(subject) {
            return self.fill(subject, &first_name);
        }
        written.add(key, &first_name, |name| self.fill(subject, name))
    }

    /// Whether nothing but the first name in a reply is the ticket's own.
    fn is_general(&self, subject: &Subject<'_, '_>) -> bool {
        let mut names = subject.issues.iter().map(|(pack, issue)| issue_name(pack, issue));
        let frame = subject.issues.first().map(|(pack, _)| frame_name(pack));
        names.all(|name| self.general.contains(&name))
            && frame.is_some_and(|name| self.general.contains(&name))
    }

    /// Fills the templates.
    fn fill(&self, subject: &Subject<'_, '_>, first_name: &str) -> Result<String, String> {
        let Some((pack, _)) = subject.issues.first() else { return Ok(String::new()) };
        let values = self.values(pack, subject, first_name);
        let mut paragraphs: Vec<String> = Vec::new();
        for (pack, issue) in subject.issues {
            let paragraph = self.render(&issue_name(pack, issue), &values, None)?.trim().to_owned();
            if !paragraphs.contains(&paragraph) {
                paragraphs.push(paragraph);
            }
        }
        let opening = paragraphs.join("\n\n");
        Ok(tidy(&self.render(&frame_name(pack), &values, Some(&opening))?))
    }

    fn render(&self, name: &str, values: &Values, opening: Option<&str>) -> Result<String, String> {
        let template = self.templates.get_template(name).map_err(|error| error.to_string())?;
        template.render(values.context(opening)).map_err(|error| error.kind().to_string())
    }

    fn values(&self, pack: &Pack, subject: &Subject<'_, '_>, first_name: &str) -> Values {
        let Subject { ticket, answer, .. } = subject;
        let requester = &ticket.requester;
        let fact = |fact: &Fact| {
            let found = answer.facts.iter().find(|found| found.fact.is(fact));
            (
                fact.variable(),
                found
                    .map(|found: &FoundFact<'_>| one_line(found.value(ticket)))
                    .unwrap_or_default(),
            )
        };
        Values {
            customer: context! {
                name => one_line(requester.name),
                first_name => first_name,
                email => one_line(requester.email),
            },
            ticket: context! { id => one_line(ticket.id), subject => one_line(ticket.subject) },
            found: answer.evidence().map(|hit| one_line(hit.text(ticket))).collect(),
            fixes: answer.fixes.iter().map(|fix| fix_value(fix)).collect(),
            ask: answer.asks.iter().filter_map(|fact| fact.ask.as_deref()).collect(),
            facts: Value::from_pairs(pack.facts.iter().map(fact)),
            set: self.set.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        }
    }
}

fn fix_value(fix: &Fix) -> Value {
    context! { id => fix.id.as_str(), title => fix.title.as_str(), steps => fix.steps.clone() }
}

fn frame_name(pack: &Pack) -> String {
    format!("{}/", pack.id)
}

fn issue_name(pack: &Pack, issue: &Issue) -> String {
    format!("{}/{}", pack.id, issue.id)
}

/// Takes away what empty values leave behind: a space before a comma, spaces at line ends, blank lines in a row.
fn tidy(reply: &str) -> String {
    let mut tidied = String::with_capacity(reply.len());
    let mut blank = 0;
    for line in reply.trim().lines().map(str::trim_end) {
        blank = if line.is_empty() { blank + 1 } else { 0 };
        if blank > 1 {
            continue;
        }
        for (n, piece) in line.split(',').enumerate() {
            if n > 0 {
                tidied.truncate(tidied.trim_end_matches(' ').len());
                tidied.push(',');
            }
            tidied.push_str(piece);
        }
        tidied.push('\n');
    }
    tidied.truncate(tidied.trim_end().len());
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_missing_value() {
        assert_eq!(tidy("Hi , please wait.  \n\n\n\nBye\n"), "Hi, please wait.\n\nBye");
        assert_eq!(tidy("Hello ,\n , x"), "Hello,\n, x");
        assert_eq!(tidy("  "), "");
    }
}

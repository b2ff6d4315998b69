//! Reply templates: the closed list of variables, and the check that a template keeps to it.
//!
//! A template is found wrong when its pack is loaded, not in the ten
//! thousandth reply. Values are bound, never compiled: a customer whose name
//! is `{{ 7 * 7 }}` is greeted by just that. Not here: which values a ticket
//! has (`reply`).

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value, context};

use crate::nearest::nearest;
use crate::span::Span;

/// What a template may name, besides a pack's own `[reply.values]`.
///
/// `facts` has one member for each of the pack's facts.
pub(crate) const VARIABLES: [&str; 12] = [
    "agent",
    "ask",
    "company",
    "customer.email",
    "customer.first_name",
    "customer.name",
    "facts",
    "fixes",
    "found",
    "opening",
    "ticket.id",
    "ticket.subject",
];

/// Work that one rendering may do; a long reply needs about a hundredth of it.
const FUEL: u64 = 50_000;

/// The frame of packs that bring none of their own.
pub(crate) const DEFAULT_FRAME: &str = include_str!("frame.txt");

/// A template that was checked: it parses, names known variables only and renders in bounded time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    source: String,
}

/// What is wrong with a template.
#[derive(Clone, Debug)]
pub(crate) struct TemplateError {
    pub(crate) name: &'static str,
    pub(crate) message: String,
    /// Bytes of the template, when they are known.
    pub(crate) span: Option<Span>,
    pub(crate) help: Option<String>,
}

/// The names a pack adds to [`VARIABLES`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Keys of `[reply.values]`.
    pub(crate) values: Vec<String>,
    /// Members of `facts`: fact ids with `_` for `-`.
    pub(crate) facts: Vec<String>,
}

/// What a rendering may put in. Every name is there even when its value is not: a missing value is empty.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    pub(crate) customer: Value,
    pub(crate) ticket: Value,
    pub(crate) found: Value,
    pub(crate) fixes: Value,
    pub(crate) ask: Value,
    pub(crate) facts: Value,
    /// `agent`, `company` and the pack's own values.
    pub(crate) set: Vec<(String, String)>,
}

impl Template {
    /// Checks a template by parsing it and by rendering it twice, with everything known and with nothing known.
    pub(crate) fn check(source: &str, names: &Names) -> Result<Self, TemplateError> {
        let environment = environment();
        let template = environment
            .template_from_str(source)
            .map_err(|error| from_engine("template-syntax", &error, source))?;
        let mut unknown: Vec<String> = template
            .undeclared_variables(true)
            .into_iter()
            .filter(|name| !names.know(name))
            .collect();
        unknown.sort();
        if let Some(name) = unknown.first() {
            return Err(names.unknown(name, source));
        }
        for values in [names.sample(true), names.sample(false)] {
            template
                .render(values.context(Some("An opening.")))
                .map_err(|error| from_engine("template-fails", &error, source))?;
        }
        Ok(Self { source: source.to_owned() })
    }

    /// The template as the pack has it.
    pub fn source(&self) -> &str {
        &self.source
    }
}

impl Values {
    /// The values as the engine takes them, with the opening for a frame.
    pub(crate) fn context(&self, opening: Option<&str>) -> Value {
        let fixed = [
            ("customer", self.customer.clone()),
            ("ticket", self.ticket.clone()),
            ("found", self.found.clone()),
            ("fixes", self.fixes.clone()),
            ("ask", self.ask.clone()),
            ("facts", self.facts.clone()),
            ("opening", Value::from(opening.unwrap_or_default())),
        ];
        let set = self.set.iter().map(|(name, value)| (name.as_str(), Value::from(value.as_str())));
        Value::from_pairs(fixed.into_iter().chain(set))
    }
}

impl Names {
    fn know(&self, name: &str) -> bool {
        let (head, tail) = name.split_once('.').unwrap_or((name, ""));
        match head {
            "customer" | "ticket" => VARIABLES.contains(&name),
            "facts" => tail.is_empty() || self.facts.iter().any(|fact| fact == tail),
            _ => VARIABLES.contains(&head) || self.values.iter().any(|value| value == head),
        }
    }

    fn unknown(&self, name: &str, source: &str) -> TemplateError {
        let facts = self.facts.iter().map(|fact| format!("facts.{fact}"));
        let mut known: Vec<String> =
            VARIABLES.map(str::to_owned).into_iter().chain(facts).collect();
        known.extend(self.values.iter().cloned());
        known.sort();
        let help = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean {{{{ {near} }}}}?"),
            None => format!("there are: {}", known.join(", ")),
        };
        TemplateError {
            name: "unknown-variable",
            message: format!("unknown variable \"{name}\""),
            span: word_at(source, name),
            help: Some(help),
        }
    }

    /// Values to try a template with: all of them, or as few as a ticket can have.
    fn sample(&self, full: bool) -> Values {
        let text = |text: &str| if full { text.to_owned() } else { String::new() };
        let many =
            |value: Value| Value::from(if full { vec![value.clone(), value] } else { Vec::new() });
        let fix = context! {
            id => "fix", title => "Do the thing", steps => vec!["Do this.", "Do that."],
        };
        let set = ["agent", "company"].into_iter().chain(self.values.iter().map(String::as_str));
        Values {
            customer: context! {
                name => text("Ana Silva"), first_name => text("Ana"), email => text("ana@example.com"),
            },
            ticket: context! { id => text("1042"), subject => text("Help") },
            found: many(Value::from("waiting")),
            fixes: many(fix),
            ask: many(Value::from("Which one?")),
            facts: Value::from_pairs(self.facts.iter().map(|fact| (fact.clone(), text("26.0")))),
            set: set.map(|name| (name.to_owned(), text("Support"))).collect(),
        }
    }
}

/// The template engine, as strict as it can be: no include, no loader, bounded work, no unknown variable.
pub(crate) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment.set_debug(true);
    // A line that holds only a `{% tag %}` leaves nothing behind, so that
    // authors can lay a frame out without counting dashes.
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment
}

fn from_engine(name: &'static str, error: &minijinja::Error, source: &str) -> TemplateError {
    let (name, message, help) = match error.kind() {
        ErrorKind::OutOfFuel => (
            "template-too-long",
            "the template does too much work for one reply".to_owned(),
            "loop over fixes, steps, ask or found only",
        ),
        ErrorKind::UndefinedError => (
            "unknown-variable",
            "the template uses something that does not exist".to_owned(),
            "a fix has id, title and steps; see PACKS.md for all variables",
        ),
        _ => (
            name,
            error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
            "write variables as {{ customer.first_name }} and conditions as {% if agent %} ... {% endif %}",
        ),
    };
    TemplateError {
        name,
        message,
        span: error.range().filter(|range| source.get(range.clone()).is_some()).map(Span::from),
        help: Some(help.to_owned()),
    }
}

/// The customer's name, if a template prints it and reads the same without: nothing stands in for it.
///
/// The template is rendered, not read: whatever way it is written in, a
/// condition shows in what comes out.
pub(crate) fn missing_fallback(source: &str, names: &Names) -> Option<(&'static str, Span)> {
    const NAME: &str = "Qjxzq";
    let environment = environment();
    let template = environment.template_from_str(source).ok()?;
    ["customer.first_name", "customer.name"].into_iter().find_map(|name| {
        let at = word_at(source, name)?;
        let render = |value: &str| {
            let mut values = names.sample(true);
            let (full, first) =
                if name == "customer.name" { (value, "Ana") } else { ("Ana Silva", value) };
            values.customer = context! { name => full, first_name => first, email => "" };
            template.render(values.context(Some("An opening."))).ok()
        };
        let (with, without) = (render(NAME)?, render("")?);
        (with.contains(NAME) && with.replace(NAME, "") == without).then_some((name, at))
    })
}

/// Where a dotted name stands in a template.
fn word_at(source: &str, name: &str) -> Option<Span> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    source.match_indices(name).find_map(|(at, _)| {
        let end = at + name.len();
        let alone = !source[..at].ends_with(part) && !source[end..].starts_with(part);
        alone.then(|| Span::new(at, end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str) -> String {
        let names =
            Names { values: vec!["hours".to_owned()], facts: vec!["ios_version".to_owned()] };
        match Template::check(source, &names) {
            Ok(_) => "ok".to_owned(),
            Err(error) => format!("{}: {}", error.name, error.message),
        }
    }

    #[test]
    fn the_default_frame_is_a_good_template() {
        assert_eq!(check(DEFAULT_FRAME), "ok");
    }

    #[test]
    fn every_known_name_passes_and_no_other() {
        for name in VARIABLES {
            assert_eq!(check(&format!("{{{{ {name} }}}}")), "ok", "{name}");
        }
        assert_eq!(check("{{ hours }} {{ facts.ios_version }}"), "ok");
        assert_eq!(
            check(
                "{% for fix in fixes %}{% for s in fix.steps %}{{ loop.index }} {{ s }}{% endfor %}{% endfor %}"
            ),
            "ok"
        );
        for (source, want) in [
            ("{{ custmer.name }}", "unknown-variable: unknown variable \"custmer.name\""),
            ("{{ customer }}", "unknown-variable: unknown variable \"customer\""),
            ("{{ facts.carrier }}", "unknown-variable: unknown variable \"facts.carrier\""),
            (
                "{% for fix in fixes %}{{ fix.titel }}{% endfor %}",
                "unknown-variable: the template uses something that does not exist",
            ),
            ("{% for a in range(9) %}{% endfor %}", "unknown-variable: unknown variable \"range\""),
            (
                "{% for a in 'x' * 9999999 %}{{ a }}{% endfor %}",
                "template-too-long: the template does too much work for one reply",
            ),
        ] {
            assert_eq!(check(source), want, "{source}");
        }
        assert!(check("{% include '/etc/passwd' %}").starts_with("template-syntax"));
        assert!(check("{{ customer.name").starts_with("template-syntax"));
        assert!(
            check(&format!("{{{{ {}1{} }}}}", "(".repeat(50_000), ")".repeat(50_000)))
                .starts_with("template-syntax")
        );
    }
}

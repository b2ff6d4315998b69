//! Replies that were written before: most of ten thousand are a few dozen, but for the name.

use rustc_hash::FxHashMap;

use super::Subject;

/// Stands for the first name; no one is called that.
const NAME: char = '\u{E000}';

/// So many are remembered.
const MOST: usize = 512;

/// Variables that are the same for all tickets with the same issues, fixes and questions, and the
/// one that may differ.
const GENERAL: [&str; 4] = ["opening", "fixes", "ask", FIRST_NAME];
const FIRST_NAME: &str = "customer.first_name";

/// Replies by what they are made of, cut where the first name stands.
#[derive(Debug, Default)]
pub(crate) struct Written {
    replies: FxHashMap<Vec<usize>, Vec<String>>,
}

impl Written {
    /// Whether a name can be put in later: a reply is tidied around commas.
    pub(super) fn takes(first_name: &str) -> bool {
        !first_name.contains([',', NAME, '\n'])
    }

    /// The reply, if one like it was written.
    pub(super) fn known(&self, key: &[usize], first_name: &str) -> Option<String> {
        self.replies.get(key).map(|pieces| pieces.join(first_name))
    }

    /// A new reply, by `fill` with what stands for the name.
    pub(super) fn add(
        &mut self,
        key: Vec<usize>,
        first_name: &str,
        fill: impl FnOnce(&str) -> Result<String, String>,
    ) -> Result<String, String> {
        let mut mark = [0; 4];
        let mark = NAME.encode_utf8(&mut mark);
        let reply = fill(if first_name.is_empty() { "" } else { mark })?;
        let pieces: Vec<String> = reply.split(NAME).map(str::to_owned).collect();
        let reply = pieces.join(first_name);
        if self.replies.len() >= MOST {
            self.replies.clear();
        }
        self.replies.insert(key, pieces);
        Ok(reply)
    }
}

/// What makes two replies the same: the places of all that they are made of.
pub(super) fn key(subject: &Subject<'_, '_>, first_name: &str) -> Vec<usize> {
    fn place<T>(of: &T) -> usize {
        std::ptr::from_ref(of).addr()
    }
    let Subject { issues, answer, .. } = subject;
    [issues.len(), answer.fixes.len(), usize::from(first_name.is_empty())]
        .into_iter()
        .chain(issues.iter().map(|(_, issue)| place(*issue)))
        .chain(answer.fixes.iter().map(|fix| place(*fix)))
        .chain(answer.asks.iter().map(|fact| place(*fact)))
        .collect()
}

/// Whether a variable of a template is of no one ticket.
pub(super) fn is_general(name: &str) -> bool {
    let of_tickets = ["customer", "ticket", "found", "facts"];
    GENERAL.contains(&name) || !of_tickets.contains(&name.split('.').next().unwrap_or_default())
}

/// Whether a template does nothing with the first name but print it, or ask whether there is one.
pub(super) fn only_prints_name(source: &str) -> bool {
    if source.contains(NAME) {
        return false;
    }
    let mut pieces = source.split("customer");
    let mut before = pieces.next().unwrap_or_default();
    for after in pieces {
        let rest = after.strip_prefix(".first_name").map(str::trim_start);
        let ends = |rest: &str| ["}}", "-}}", "%}", "-%}"].iter().any(|end| rest.starts_with(end));
        let begins = ["{{", "{{-", "{% if", "{%- if", "{% elif", "{%- elif"];
        let begun = begins.iter().any(|begin| before.trim_end().ends_with(begin));
        if !begun || !rest.is_some_and(ends) {
            return false;
        }
        before = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_with_a_name_is_seen() {
        for source in [
            "Hello{% if customer.first_name %} {{ customer.first_name }}{% endif %},",
            "{{- customer.first_name -}}",
            "no name",
        ] {
            assert!(only_prints_name(source), "{source}");
        }
        for source in [
            "{{ customer.first_name | upper }}",
            "{{ customer.first_name[0] }}",
            "{% if customer.first_name == 'Ann' %}x{% endif %}",
            "{% if not customer.first_name %}x{% endif %}",
            "{% set c = customer %}{{ c.first_name }}",
            "{{ customer.name }}",
            "{{ agent ~ customer.first_name }}",
            "\u{E000}",
        ] {
            assert!(!only_prints_name(source), "{source}");
        }
    }
}

//! What replies come out as: without a name, and at their longest.

use super::Subject;
use crate::finding::Finding;
use crate::packs::Located;
use crate::packs::template::missing_fallback;
use crate::span::Span;

/// Beyond either, nobody reads to the end.
const MAX_CHARS: usize = 4000;
const MAX_LINES: usize = 60;

pub(super) fn lint(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let openings = subject.places.openings.values();
    for template in openings.chain(&subject.places.frame) {
        if !subject.is_own(&template.source) {
            continue;
        }
        findings.extend(fallback(subject, template));
    }
    for issue in &subject.pack.issues {
        let Some(at) = subject.places.issues.get(&issue.id) else { continue };
        let Some(reply) = subject.triage.longest_reply(issue) else { continue };
        let (chars, lines) = (reply.chars().count(), reply.lines().count());
        if chars > MAX_CHARS || lines > MAX_LINES {
            let message = format!(
                "the reply to \"{}\" may have {chars} characters in {lines} lines",
                issue.id
            );
            let help = format!(
                "name fewer fixes, or shorten their steps: {MAX_CHARS} characters or {MAX_LINES} lines are enough"
            );
            findings.push(at.lint("long-reply", message, help));
        }
    }
}

fn fallback(subject: &Subject<'_>, template: &Located<String>) -> Option<Finding> {
    let names = subject.places.names.clone();
    let (name, at) = missing_fallback(&template.value, &names)?;
    let message = format!("nothing stands in for \"{name}\" where no name is known");
    let help = format!("write {{% if {name} %}} {{{{ {name} }}}}{{% endif %}}");
    let span = template.part(Some(at).filter(|at: &Span| !at.is_empty()));
    Some(Finding { span, ..template.lint("no-name-fallback", message, help) })
}

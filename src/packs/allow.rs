//! Allow-comments: `# allow: too-short` on the line before, or at the end of the line.

use super::Located;
use super::lexed::Lexed;
use super::lints::{LINTS, Lint, When};
use crate::finding::{Finding, SourceFile};
use crate::nearest::nearest;
use crate::span::Span;
use std::sync::Arc;

/// What the comments of a file allow.
pub(crate) struct Allows {
    file: Arc<SourceFile>,
    allows: Vec<Allow>,
}

struct Allow {
    /// The name as it was written.
    name: String,
    /// Where the name stands.
    name_at: Span,
    /// The whole comment, if it allows this one thing.
    comment: Option<Span>,
    /// The line that it is about, by its first byte.
    line: usize,
    used: bool,
}

impl Allows {
    /// Reads the comments of a file.
    pub(crate) fn read(file: &Arc<SourceFile>) -> Self {
        let lexed = Lexed::new(&file.text);
        let mut allows = Vec::new();
        for (comment, alone) in lexed.comments() {
            let text = &file.text[comment.range()];
            let Some(names) = text.trim_start_matches(['#', ' ', '\t']).strip_prefix("allow:")
            else {
                continue;
            };
            let line = if alone {
                // A comment at the end is about nothing.
                lexed.next_line(comment.end).unwrap_or(file.text.len())
            } else {
                line_start(&file.text, comment.start)
            };
            let offset = comment.end - names.len();
            let names = names_of(names);
            for &(start, name) in &names {
                let start = offset + start;
                allows.push(Allow {
                    name: name.to_owned(),
                    name_at: Span::new(start, start + name.len()),
                    comment: (names.len() == 1).then_some(comment),
                    line,
                    used: false,
                });
            }
        }
        Self { file: Arc::clone(file), allows }
    }

    /// Whether a finding is allowed; remembers what was of use.
    pub(crate) fn allow(&mut self, finding: &Finding) -> bool {
        if Lint::named(finding.name).is_none() || !Arc::ptr_eq(&finding.source, &self.file) {
            return false;
        }
        let line = line_start(&self.file.text, finding.span.start);
        let mut allowed = false;
        for allow in &mut self.allows {
            if allow.line == line && allow.name == finding.name {
                allow.used = true;
                allowed = true;
            }
        }
        allowed
    }

    /// What is wrong with the comments themselves, once all else was looked for.
    pub(crate) fn findings(&self, on_tickets: bool) -> Vec<Finding> {
        let lexed = Lexed::new(&self.file.text);
        let mut findings = Vec::new();
        for allow in &self.allows {
            let at = Located { value: (), source: Arc::clone(&self.file), span: allow.name_at };
            let Some(lint) = Lint::named(&allow.name) else {
                let help = match nearest(&allow.name, LINTS.iter().map(|lint| lint.name)) {
                    Some(near) => format!("did you mean {near}?"),
                    None => {
                        "write `# allow: too-short (why)`; `triage check --explain` lists the names"
                            .to_owned()
                    }
                };
                let message = format!("no lint is called \"{}\"", allow.name);
                findings.push(at.lint("unknown-lint", message, help));
                continue;
            };
            if allow.used || lint.when == When::History && !on_tickets {
                continue;
            }
            let message = format!("nothing to allow here: no finding is called {}", lint.name);
            findings.push(Finding {
                mend: allow.comment.map(|comment| lexed.without_comment(comment)),
                ..at.lint("unused-allow", message, "take it out")
            });
        }
        findings
    }
}

/// Takes out of the findings what comments allow.
pub(super) fn apply(findings: &mut Vec<Finding>) {
    let mut files: Vec<Allows> = Vec::new();
    findings.retain(|finding| {
        if Lint::named(finding.name).is_none() {
            return true;
        }
        let known = files.iter().position(|allows| Arc::ptr_eq(&allows.file, &finding.source));
        let known = known.unwrap_or_else(|| {
            files.push(Allows::read(&finding.source));
            files.len() - 1
        });
        !files[known].allow(finding)
    });
}

/// Names between commas, up to the first thing that is none: the reason.
fn names_of(text: &str) -> Vec<(usize, &str)> {
    let mut names = Vec::new();
    let mut at = 0;
    for piece in text.split_inclusive(',') {
        let name = piece.trim_start();
        let start = at + piece.len() - name.len();
        let len = name
            .find(|c: char| !c.is_ascii_lowercase() && c != '-' || c == ' ')
            .unwrap_or(name.len());
        let name = &name[..len];
        if name.is_empty() || name.starts_with('-') {
            break;
        }
        names.push((start, name));
        at += piece.len();
        if !piece[..].trim_end_matches(',').trim().eq(name) {
            break;
        }
    }
    names
}

fn line_start(text: &str, byte: usize) -> usize {
    text[..byte].rfind('\n').map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::names_of;

    #[test]
    fn names_end_where_the_reason_begins() {
        for (written, want) in [
            (" too-short", &["too-short"][..]),
            (" too-short, too-common", &["too-short", "too-common"]),
            ("too-short (it is a carrier)", &["too-short"]),
            (" too-short, too-common -- both, I fear", &["too-short", "too-common"]),
            (" Too short", &[]),
            ("", &[]),
        ] {
            let names: Vec<&str> = names_of(written).into_iter().map(|(_, name)| name).collect();
            assert_eq!(names, want, "{written:?}");
        }
    }
}

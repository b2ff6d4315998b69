//! Allow-comments: `# allow: too-short` on the line before, or at the end of the line.

use std::sync::Arc;

use super::Located;
use super::lexed::Lexed;
use super::lints::{LINTS, Lint, When};
use crate::finding::{Finding, SourceFile};
use crate::nearest::nearest;
use crate::span::Span;

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
    /// The lines that it is about, by their first bytes.
    lines: Vec<usize>,
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
            let lines = if alone {
                lines_after(&lexed, &file.text, comment.end)
            } else {
                vec![line_start(&file.text, comment.start)]
            };
            let offset = comment.end - names.len();
            let names = names_of(names);
            for &(start, name) in &names {
                let start = offset + start;
                allows.push(Allow {
                    name: name.to_owned(),
                    name_at: Span::new(start, start + name.len()),
                    comment: (names.len() == 1).then_some(comment),
                    lines: lines.clone(),
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
            if allow.lines.contains(&line) && allow.name == finding.name {
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
            let message = format!("\"{}\" is allowed here, and not found here", lint.name);
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

/// The line that a comment stands above; above `[[issue]]`, the line with its id too. At the end of a file: none.
fn lines_after(lexed: &Lexed<'_>, text: &str, byte: usize) -> Vec<usize> {
    let mut lines: Vec<usize> = lexed.next_line(byte).into_iter().collect();
    if let Some(&line) = lines.first()
        && text[line..].trim_start().starts_with('[')
    {
        let end = text[line..].find('\n').map_or(text.len(), |at| line + at);
        lines.extend(lexed.next_line(end));
    }
    lines
}

/// Names between commas, up to the first thing that is none: the reason.
fn names_of(text: &str) -> Vec<(usize, &str)> {
    let mut names = Vec::new();
    let mut at = 0;
    for piece in text.split(',') {
        let words = piece.trim_start();
        let start = at + piece.len() - words.len();
        let part = |c: char| c.is_ascii_lowercase() || c == '-';
        let name = &words[..words.find(|c| !part(c)).unwrap_or(words.len())];
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            break;
        }
        names.push((start, name));
        // What follows a name is the reason.
        if words.trim_end() != name {
            break;
        }
        at += piece.len() + 1;
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

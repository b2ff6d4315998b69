//! Findings for programs: JSON, SARIF 2.1.0 for code scanning, `JUnit` XML for test reports.

use std::fmt::Write as _;
use std::io::Write;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde_json::{Value, json};

use super::{Checked, LINTS, Lint};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Finding, Level};
use crate::text::visible;

/// One object: the packs with their findings, and the totals.
///
/// ```
/// use triage::check::{Check, json};
///
/// let checked = [Check::of_text("empty.toml", "").finish(None)];
/// let read: serde_json::Value = serde_json::from_str(&json(&checked)).unwrap();
/// assert_eq!(read["packs"][0]["findings"][0]["name"], "empty-pack");
/// ```
pub fn json(packs: &[Checked]) -> String {
    let list = packs.iter().map(|checked| {
        let findings: Vec<Value> = checked.findings.iter().map(of_finding).collect();
        json!({
            "file": checked.file.name,
            "loads": checked.loads,
            "tickets": checked.tickets,
            "examples": checked.examples,
            "findings": findings,
        })
    });
    let list: Vec<Value> = list.collect();
    pretty(&json!({
        "packs": list,
        "examples": packs.iter().map(|checked| checked.examples).sum::<usize>(),
        "errors": count(packs, Level::Error),
        "warnings": count(packs, Level::Warning),
    }))
}

fn of_finding(finding: &Finding) -> Value {
    let (line, column) = finding.source.line_column(finding.span.start);
    let (end_line, end_column) = finding.source.line_column(finding.span.end);
    json!({
        "name": finding.name,
        "level": finding.level.to_string(),
        "message": finding.message,
        "label": finding.label,
        "help": finding.help,
        "file": finding.source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "source_line": line_of(finding),
        "can_be_mended": finding.mend.is_some(),
    })
}

/// A SARIF 2.1.0 log with what GitHub code scanning asks for: rules, places, levels, fingerprints.
///
/// ```
/// use triage::check::{Check, sarif};
///
/// let checked = [Check::of_text("empty.toml", "").finish(None)];
/// let read: serde_json::Value = serde_json::from_str(&sarif(&checked)).unwrap();
/// assert_eq!(read["runs"][0]["results"][0]["ruleId"], "empty-pack");
/// ```
pub fn sarif(packs: &[Checked]) -> String {
    let findings: Vec<&Finding> = packs.iter().flat_map(|checked| &checked.findings).collect();
    let mut rules: Vec<Value> =
        LINTS.iter().map(|lint| rule(lint.name, lint.why, lint.level)).collect();
    let mut names: Vec<&str> = LINTS.iter().map(|lint| lint.name).collect();
    for finding in &findings {
        if !names.contains(&finding.name) {
            names.push(finding.name);
            rules.push(rule(finding.name, "the pack cannot be loaded", finding.level));
        }
    }
    let mut results: Vec<Value> = Vec::new();
    for (n, finding) in findings.iter().enumerate() {
        let rule = names.iter().position(|name| *name == finding.name);
        // The line's own text tells findings apart when lines move; the count, the same on one line.
        let print = |finding: &Finding| format!("{} {}", finding.name, line_of(finding));
        let same = findings[..n].iter().filter(|before| {
            before.source.name == finding.source.name && print(before) == print(finding)
        });
        results.push(result(finding, rule, &print(finding), same.count()));
    }
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "triage check",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            // Columns count characters, not UTF-16 units.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(name: &str, why: &str, level: Level) -> Value {
    json!({
        "id": name,
        "name": name,
        "shortDescription": { "text": why },
        "fullDescription": { "text": why },
        "help": { "text": why },
        "defaultConfiguration": { "level": level.to_string() },
        "properties": { "tags": ["maintainability"], "precision": "high" },
    })
}

fn result(finding: &Finding, rule: Option<usize>, print: &str, same: usize) -> Value {
    let (line, column) = finding.source.line_column(finding.span.start);
    let (end_line, end_column) = finding.source.line_column(finding.span.end);
    let help = finding.help.as_deref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let mut region = json!({ "startLine": line, "startColumn": column });
    // An empty region is no region.
    if (end_line, end_column) > (line, column) {
        region["endLine"] = json!(end_line);
        region["endColumn"] = json!(end_column);
        let marked = finding.source.text.get(finding.span.range()).unwrap_or_default();
        region["snippet"] = json!({ "text": marked });
    }
    json!({
        "ruleId": finding.name,
        "ruleIndex": rule,
        "level": finding.level.to_string(),
        "message": { "text": format!("{}{help}", finding.message) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&finding.source.name) },
            "region": region,
        }}],
        "partialFingerprints": { "primaryLocationLineHash": format!("{:016x}:{}", hash(print), same + 1) },
    })
}

fn line_of(finding: &Finding) -> &str {
    let text = &finding.source.text;
    let start =
        text.get(..finding.span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default().trim()
}

/// FNV-1a: the same on every machine and in every version.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A path as a URI: relative ones stay relative, so that GitHub finds them in the repository.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path).replace('\\', "/");
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    if uri.starts_with('/') { format!("file://{uri}") } else { uri }
}

/// `JUnit` XML: a suite for each pack, a case for each lint and one for loading; findings are failures.
///
/// Warnings fail their case when `strict`; else they are told in its output.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn junit(packs: &[Checked], strict: bool) -> Result<String> {
    let mut bytes = Vec::new();
    write_junit(&mut bytes, packs, strict)
        .map_err(|error| Error::new(ErrorKind::Output, "cannot write the report").because(error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn write_junit(out: &mut Vec<u8>, packs: &[Checked], strict: bool) -> std::io::Result<()> {
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites: Vec<Vec<Case<'_>>> = packs.iter().map(|checked| cases(checked, strict)).collect();
    let failures = |cases: &[Case<'_>]| cases.iter().filter(|case| case.fails).count().to_string();
    let all: usize = suites.iter().map(Vec::len).sum();
    let failed: usize = suites.iter().flatten().filter(|case| case.fails).count();
    writer
        .create_element("testsuites")
        .with_attributes([
            ("name", "triage check"),
            ("tests", all.to_string().as_str()),
            ("failures", failed.to_string().as_str()),
            ("errors", "0"),
        ])
        .write_inner_content(|writer| {
            for (checked, cases) in packs.iter().zip(&suites) {
                let name = plain(&checked.file.name);
                writer
                    .create_element("testsuite")
                    .with_attributes([
                        ("name", name.as_str()),
                        ("tests", cases.len().to_string().as_str()),
                        ("failures", failures(cases).as_str()),
                        ("errors", "0"),
                        ("skipped", "0"),
                    ])
                    .write_inner_content(|writer| {
                        cases.iter().try_for_each(|case| case.write(writer, &name))
                    })?;
            }
            Ok(())
        })?;
    writer.get_mut().write_all(b"\n")
}

/// A case of a suite: a lint, or loading.
struct Case<'a> {
    name: &'a str,
    findings: Vec<&'a Finding>,
    fails: bool,
}

/// The case that holds what keeps a pack from loading.
const LOADS: &str = "loads";

fn cases(checked: &Checked, strict: bool) -> Vec<Case<'_>> {
    let case = |name: &'static str| {
        let of = |finding: &&Finding| {
            finding.name == name || name == LOADS && Lint::named(finding.name).is_none()
        };
        let findings: Vec<&Finding> = checked.findings.iter().filter(of).collect();
        let fails = findings.iter().any(|finding| strict || finding.level == Level::Error);
        Case { name, findings, fails }
    };
    // A lint is told of even if it was not looked for and yet found: at load.
    let looked = |name: &str| checked.lints().any(|lint| lint.name == name);
    let lints = LINTS.iter().map(|lint| case(lint.name));
    std::iter::once(case(LOADS))
        .chain(lints.filter(|case| looked(case.name) || !case.findings.is_empty()))
        .collect()
}

impl Case<'_> {
    fn write<W: Write>(&self, writer: &mut Writer<W>, suite: &str) -> std::io::Result<()> {
        let element = writer
            .create_element("testcase")
            .with_attributes([("name", self.name), ("classname", suite)]);
        let Some(first) = self.findings.first() else {
            element.write_empty()?;
            return Ok(());
        };
        let text: Vec<String> =
            self.findings.iter().map(|finding| format!("{finding:#}")).collect();
        let text = plain(&text.join("\n"));
        element.write_inner_content(|writer| {
            if self.fails {
                let message = plain(&first.message);
                writer
                    .create_element("failure")
                    .with_attributes([("message", message.as_str()), ("type", self.name)])
                    .write_text_content(BytesText::new(&text))?;
            } else {
                writer.create_element("system-out").write_text_content(BytesText::new(&text))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// What XML 1.0 can hold: no control characters, and no noncharacters.
fn plain(text: &str) -> String {
    visible(text).replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}

fn count(packs: &[Checked], level: Level) -> usize {
    packs.iter().map(|checked| checked.count(level)).sum()
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

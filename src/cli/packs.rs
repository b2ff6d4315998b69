//! `triage packs`.

use std::io::{Write, stdout};

use anyhow::Result;
use triage::packs::builtin_packs;
use triage::{Error, ErrorKind, Packs};

use super::args::{PacksArgs, PacksCommand};
use super::exit::Exit;

pub(super) fn run(args: &PacksArgs) -> Result<Exit> {
    match &args.command {
        None | Some(PacksCommand::List) => list(),
        Some(PacksCommand::Show { id }) => show(id),
    }
}

fn list() -> Result<Exit> {
    let mut out = stdout().lock();
    for pack in Packs::builtin()?.iter() {
        let count = pack.issues.len();
        writeln!(
            out,
            "{} {}  {} ({}, {count} issues)",
            pack.id, pack.version, pack.title, pack.lang
        )?;
        let width = pack.issues.iter().map(|issue| issue.id.len()).max().unwrap_or(0);
        for issue in &pack.issues {
            writeln!(out, "  {:width$}  {}", issue.id, issue.title)?;
        }
        for guard in &pack.guards {
            writeln!(out, "  {:width$}  {} (always goes to a person)", guard.id, guard.title)?;
        }
    }
    Ok(Exit::Done)
}

fn show(id: &str) -> Result<Exit> {
    let Some(pack) = builtin_packs().iter().find(|pack| pack.id == id) else {
        let ids: Vec<&str> = builtin_packs().iter().map(|pack| pack.id).collect();
        let error = Error::new(ErrorKind::Usage, format!("no built-in pack is called \"{id}\""));
        return Err(error.help(format!("there are: {}", ids.join(", "))).into());
    };
    stdout().lock().write_all(pack.text.as_bytes())?;
    Ok(Exit::Done)
}

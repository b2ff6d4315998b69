//! `triage gen`: files for other programs.

use std::io::{Write, stdout};

use anyhow::Result;
use triage::packs::SCHEMA;

use super::args::GenCommand;
use super::exit::Exit;

pub(super) fn run(command: &GenCommand) -> Result<Exit> {
    match command {
        GenCommand::Schema => stdout().lock().write_all(SCHEMA.as_bytes())?,
    }
    Ok(Exit::Done)
}

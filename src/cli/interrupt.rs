//! Ctrl-C and its kind: no half-written file stays behind.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

/// The temporary file of the output that is being written.
static TEMPORARY: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Makes an output whose temporary file is removed if a signal ends the process.
///
/// The file is made under the lock, so that no signal comes between its
/// creation and our knowing of it.
pub(super) fn guarded<T>(make: impl FnOnce() -> Result<(T, Option<PathBuf>)>) -> Result<T> {
    watch()?;
    let mut temporary = TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner);
    let (made, path) = make()?;
    *temporary = path;
    Ok(made)
}

#[cfg(unix)]
fn watch() -> Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let Some(signal) = signals.forever().next() else { return };
        // Held to the end: nothing may be made any more.
        let temporary = TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = &*temporary {
            let _ = std::fs::remove_file(path);
        }
        #[allow(clippy::exit, reason = "a signal asks for just that")]
        std::process::exit(128 + signal);
    })?;
    Ok(())
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn watch() -> Result<()> {
    Ok(())
}

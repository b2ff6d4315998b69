//! An output file that is whole or not there.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, ErrorKind, Result};
use crate::place::Place;

/// A file that takes its name only when all of it is written.
///
/// Until [`OutputFile::commit`] the bytes are in a temporary file beside it;
/// an old file of that name stays as it is. What is not a plain file (a pipe,
/// a terminal, `/dev/null`) is written to directly.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Beside(BufWriter<NamedTempFile>),
    Direct(File),
}

impl OutputFile {
    /// Prepares to write `path`, which must be none of the `inputs`.
    ///
    /// # Errors
    ///
    /// The folder is not there or cannot be written to, the path is a folder, or it is an input.
    pub fn create(path: &Path, inputs: &[PathBuf]) -> Result<Self> {
        let failed = |error: io::Error| {
            Error::new(ErrorKind::Output, "cannot write it").at(Place::path(path)).because(error)
        };
        if let Some(input) = inputs.iter().find(|input| is_same(input, path)) {
            return Err(Error::new(
                ErrorKind::Output,
                format!("this is the input \"{}\" too", input.display()),
            )
            .at(Place::path(path))
            .help("write to another file: -o answers.csv"));
        }
        // Through a link, so that the link stays one.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let old = fs::metadata(&target).ok();
        if let Some(old) = &old {
            if old.is_dir() {
                return Err(Error::new(ErrorKind::Output, "this is a folder")
                    .at(Place::path(path))
                    .help(format!(
                        "name a file in it: -o {}",
                        path.join("answers.csv").display()
                    )));
            }
            if !old.is_file() {
                let file = File::options().write(true).open(&target).map_err(failed)?;
                return Ok(Self { path: target, kind: Kind::Direct(file) });
            }
        }
        let folder = folder_of(&target);
        let mode = old.map_or_else(default_permissions, |old| Some(old.permissions()));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".triage-");
        if let Some(mode) = &mode {
            builder.permissions(mode.clone());
        }
        let file = builder.tempfile_in(folder).map_err(failed)?;
        Ok(Self { path: target, kind: Kind::Beside(BufWriter::new(file)) })
    }

    /// The temporary file that the bytes are in until then.
    pub fn temporary(&self) -> Option<PathBuf> {
        match &self.kind {
            Kind::Beside(writer) => Some(writer.get_ref().path().to_owned()),
            Kind::Direct(_) => None,
        }
    }

    /// The folder in which it is made, which can be written to and has the room; none for a pipe.
    pub fn folder(&self) -> Option<&Path> {
        match self.kind {
            Kind::Beside(_) => Some(folder_of(&self.path)),
            Kind::Direct(_) => None,
        }
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    ///
    /// The last bytes cannot be written, or the file cannot be renamed.
    pub fn commit(self) -> Result<()> {
        let Self { path, kind } = self;
        let failed = |error: io::Error| {
            Error::new(ErrorKind::Output, "cannot write it").at(Place::path(&path)).because(error)
        };
        match kind {
            Kind::Direct(mut file) => file.flush().map_err(failed),
            Kind::Beside(writer) => {
                let file = writer.into_inner().map_err(|error| failed(error.into_error()))?;
                file.as_file().sync_all().map_err(failed)?;
                file.persist(&path).map_err(|error| failed(error.error))?;
                Ok(())
            }
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.kind {
            Kind::Beside(writer) => writer.write(bytes),
            Kind::Direct(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.kind {
            Kind::Beside(writer) => writer.flush(),
            Kind::Direct(file) => file.flush(),
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Whether two paths are one file, through links and other spellings.
fn is_same(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        match (fs::metadata(one), fs::metadata(other)) {
            (Ok(one), Ok(other)) => {
                one.is_file() && (one.dev(), one.ino()) == (other.dev(), other.ino())
            }
            _ => false,
        }
    }
    #[cfg(not(unix))]
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// What a new file may be used for by others: what the user's mask says, not the privacy of temporary files.
#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems have no such thing")]
fn default_permissions() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn default_permissions() -> Option<Permissions> {
    None
}

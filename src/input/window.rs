//! The stretch of a decoded text that a reader looks at.

use super::decode::Text;
use super::problems::Problems;
use super::record::line_ends;
use crate::error::Result;
use crate::place::Place;

/// Text that was decoded and not taken yet, and where in the file it stands.
pub(super) struct Window {
    name: String,
    text: Text,
    buffer: String,
    /// Where in the buffer the rest begins.
    from: usize,
    /// How many bytes of text were before the buffer.
    before: usize,
    end: bool,
    line: u64,
}

impl Window {
    /// A window at the start of a text, nothing in it yet; `name` is for errors.
    pub(super) fn new(name: &str, text: Text) -> Self {
        let (name, buffer) = (name.to_owned(), String::new());
        Self { name, text, buffer, from: 0, before: 0, end: false, line: 1 }
    }

    /// What was decoded and not taken.
    pub(super) fn rest(&self) -> &str {
        &self.buffer[self.from..]
    }

    /// Whether nothing comes behind the rest.
    pub(super) fn is_end(&self) -> bool {
        self.end
    }

    /// The line on which the rest begins, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The line of a place in the rest.
    pub(super) fn line_at(&self, place: usize) -> u64 {
        self.line + line_ends(self.rest().get(..place).unwrap_or_default())
    }

    /// How many bytes of text were taken.
    pub(super) fn taken(&self) -> usize {
        self.before + self.from
    }

    /// Decodes some more; twice what is there, so that long records are not moved over and over.
    ///
    /// # Errors
    ///
    /// The input cannot be read on.
    pub(super) fn fill(&mut self) -> Result<()> {
        let waiting = self.buffer.len() - self.from;
        self.before += self.from;
        self.buffer.drain(..self.from);
        self.from = 0;
        let more = self.text.more(&mut self.buffer, waiting);
        self.end = !more.map_err(|error| error.at(Place::file(&self.name).line(self.line)))?;
        Ok(())
    }

    /// Decodes until so many bytes are there, or all.
    ///
    /// # Errors
    ///
    /// As [`Self::fill`].
    pub(super) fn fill_to(&mut self, bytes: usize) -> Result<()> {
        while !self.end && self.rest().len() < bytes {
            self.fill()?;
        }
        Ok(())
    }

    /// Moves on; `true` if something in between could not be decoded, which is noted.
    pub(super) fn take(&mut self, bytes: usize, problems: &mut Problems) -> bool {
        let mut broken = false;
        while let Some((at, trouble)) = self.text.replaced_before(self.taken() + bytes) {
            problems.note(trouble, self.line_at(at.saturating_sub(self.taken())));
            broken = true;
        }
        self.line = self.line_at(bytes);
        self.from += bytes;
        broken
    }

    /// Whether the text is all taken, and there should have been more: its archive is damaged.
    pub(super) fn is_cut_off(&self) -> bool {
        self.end && self.rest().is_empty() && self.text.is_cut_off()
    }

    /// How the text was decoded, where that is no matter of course.
    pub(super) fn manner(&self) -> Option<String> {
        self.text.manner()
    }

    /// How many bytes it has taken up.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.buffer.capacity()
    }
}

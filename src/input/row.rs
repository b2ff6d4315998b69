//! A record of an input, whatever the format.

/// The cells of one record, in one buffer that is used again.
///
/// ```
/// use triage::input::Row;
///
/// let mut row = Row::default();
/// row.push("1042");
/// row.push("Waiting for activation");
/// assert_eq!(row.cells().collect::<Vec<_>>(), ["1042", "Waiting for activation"]);
/// assert_eq!(row.cell(7), "", "a short row is padded");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    text: String,
    ends: Vec<usize>,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its number among the records of its input, from 1.
    pub number: u64,
    /// Whether something in it could not be decoded.
    pub broken: bool,
    /// Whether there was more of it than could be read.
    pub cut: bool,
}

impl Row {
    /// Takes all cells out.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        (self.broken, self.cut) = (false, false);
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.end_cell();
    }

    /// Adds to the cell that [`Self::end_cell`] will end.
    pub(super) fn extend(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    /// Ends the cell.
    pub(super) fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many bytes the cells have.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// A cell; empty beyond the last one.
    pub fn cell(&self, column: usize) -> &str {
        let Some(&end) = self.ends.get(column) else {
            return "";
        };
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..end]
    }

    /// All cells.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|column| self.cell(column))
    }

    /// Whether it is the header once more, as in exports that were joined.
    pub(super) fn repeats(&self, header: &[String]) -> bool {
        let width = header.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        let first = self.cell(0).trim_start_matches('\u{FEFF}').trim();
        width > 1
            && self.len() >= width
            && header[0] == first
            && (1..width).all(|column| header[column] == self.cell(column).trim())
    }

    /// Whether no cell has anything but space in it.
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || c == '\u{1A}')
    }
}

//! A counter on the terminal while a long run runs.

use std::io::{IsTerminal, stderr, stdout};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Runs shorter than this show nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// Counts tickets on standard error, if a person is looking at it and not at the table.
pub(super) struct Progress {
    start: Instant,
    bar: Option<ProgressBar>,
    wanted: bool,
}

impl Progress {
    /// Starts the clock.
    pub(super) fn start(quiet: bool, to_stdout: bool) -> Self {
        let table = to_stdout && stdout().is_terminal();
        Self {
            start: Instant::now(),
            bar: None,
            wanted: !quiet && !table && stderr().is_terminal(),
        }
    }

    /// So many tickets are done.
    pub(super) fn done(&mut self, tickets: u64) {
        if !self.wanted || self.start.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{human_pos} tickets, {per_sec}, {elapsed}");
            let bar = ProgressBar::no_length();
            style.map_or(bar.clone(), |style| bar.with_style(style))
        });
        bar.set_position(tickets);
    }

    /// Takes the counter away; returns how long it all took, in seconds.
    pub(super) fn finish(self) -> f64 {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        self.start.elapsed().as_secs_f64()
    }
}

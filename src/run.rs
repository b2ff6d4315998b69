//! The main job: inputs through workers to a sink, in order, in bounded memory.

use std::collections::VecDeque;
use std::io::Write;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::input::{Columns, Input, Row, Rows};
use crate::output::{Answered, Assemble, Sink};
use crate::triage::{Triage, Worker};

/// Rows that travel together: enough to make handing them over cheap, few enough to bound memory.
const BATCH_ROWS: usize = 128;
const BATCH_BYTES: usize = 128 << 10;

/// How to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOptions {
    /// How many threads answer tickets; `None` for as many as there are processors.
    pub threads: Option<NonZero<usize>>,
    /// At most this many rows travel together. Changes nothing in the output.
    pub batch_rows: NonZero<usize>,
    /// Whether the first trouble with an input is an error.
    pub strict: bool,
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many tickets there were.
    pub tickets: u64,
    /// Of these, how many are ready to send.
    pub matched: u64,
    /// How many a person should see.
    pub review: u64,
    /// How many are about something else.
    pub unmatched: u64,
    /// Records without a word in them, left out.
    pub blank: u64,
    /// Messages that were put together with others of their conversation, or are an agent's.
    pub joined: u64,
    /// Records that are no tickets, or cannot be read as such: left out, each reported.
    pub left_out: u64,
    /// Troubles with records, those left out among them.
    pub problems: u64,
    /// Whether something is not in the output as an input held it.
    pub damaged: bool,
    /// Cells that were longer than the format allows, and were cut.
    pub cut: u64,
    /// Issues that tickets came out as, the most frequent first.
    pub issues: Vec<(String, u64)>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            threads: None,
            batch_rows: NonZero::new(BATCH_ROWS).unwrap_or(NonZero::<usize>::MIN),
            strict: false,
        }
    }
}

/// Answers every ticket of the inputs, in order, into `out`.
///
/// `progress` is told after each batch how many tickets are done. The bytes do
/// not depend on threads or batches.
///
/// ```
/// use triage::input::{Input, ReadOptions};
/// use triage::output::{Delimited, Dialect};
/// use triage::{Packs, RunOptions, Triage, run};
///
/// let export = "id,description\n1,FaceTime says waiting for activation\n2,Where is my parcel?\n";
/// let input = Input::read("export.csv", export.as_bytes(), &ReadOptions::default())?;
/// let triage = Triage::new(Packs::builtin()?)?;
/// let mut out = Vec::new();
/// let summary = run(&mut [input], &triage, &Delimited::new(Dialect::Csv), RunOptions::default(), &mut out, |_| {})?;
/// assert_eq!((summary.tickets, summary.matched, summary.unmatched), (2, 1, 1));
/// # Ok::<(), triage::Error>(())
/// ```
///
/// # Errors
///
/// An input that cannot be read on, an output that cannot be written.
pub fn run(
    inputs: &mut [Input],
    triage: &Triage,
    sink: &dyn Sink,
    options: RunOptions,
    out: &mut (dyn Write + Send),
    mut progress: impl FnMut(u64),
) -> Result<Summary> {
    let mut summary = Summary::default();
    let mut counts = vec![0; triage.topics().len()];
    let mut head = Vec::new();
    sink.head(&mut head)?;
    let mut out = sink.assemble(out)?;
    out.put(&head).map_err(cannot_write)?;
    let mut finish = |done: Done, out: &mut dyn Assemble| {
        out.put(&done.bytes).map_err(cannot_write)?;
        summary.tickets += done.statuses.iter().sum::<u64>();
        let [matched, review, unmatched] = done.statuses;
        summary.matched += matched;
        summary.review += review;
        summary.unmatched += unmatched;
        for issue in done.issues {
            counts[issue] += 1;
        }
        progress(summary.tickets);
        Ok(())
    };
    let threads = options
        .threads
        .or_else(|| std::thread::available_parallelism().ok())
        .map_or(1, |threads| threads.get().min(MAX_THREADS));
    let engine = Engine {
        triage,
        sink,
        workers: Mutex::new(Vec::new()),
        batch_rows: options.batch_rows.get(),
        strict: options.strict,
    };
    if threads == 1 {
        for input in inputs.iter_mut() {
            engine.run_here(input, |done| finish(done, &mut *out))?;
        }
    } else {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(|error| Error::new(ErrorKind::Usage, "cannot start threads").because(error))?;
        for input in inputs.iter_mut() {
            engine.run_on(&pool, threads * 2, input, |done| finish(done, &mut *out))?;
        }
    }
    let mut tail = Vec::new();
    sink.tail(&mut tail);
    out.put(&tail).map_err(cannot_write)?;
    summary.cut = out.finish().map_err(cannot_write)?;
    for input in inputs.iter_mut() {
        let problems = input.problems();
        summary.blank += problems.blank;
        summary.joined += problems.joined;
        summary.left_out += problems.left_out();
        summary.problems += problems.rows();
        summary.damaged |= problems.is_damaged();
    }
    summary.issues = triage
        .topics()
        .iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|(id, n)| (id.clone(), n))
        .collect();
    summary.issues.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(summary)
}

/// More threads than this bring nothing, and each has batches under way that take memory.
const MAX_THREADS: usize = 64;

/// Rows that were read together.
#[derive(Default)]
struct Batch {
    rows: Vec<Row>,
    len: usize,
}

/// A batch's answers, as bytes and figures.
struct Done {
    bytes: Vec<u8>,
    /// By [`crate::Status::ALL`].
    statuses: [u64; 3],
    /// The issue of each ticket that has one.
    issues: Vec<usize>,
    /// To be filled again.
    batch: Batch,
}

struct Engine<'e> {
    triage: &'e Triage,
    sink: &'e dyn Sink,
    workers: Mutex<Vec<Worker<'e>>>,
    batch_rows: usize,
    strict: bool,
}

impl Engine<'_> {
    /// All on this thread.
    fn run_here(
        &self,
        input: &mut Input,
        mut finish: impl FnMut(Done) -> Result<()>,
    ) -> Result<()> {
        let (columns, rows) = input.parts();
        let mut batch = Batch::default();
        while self.fill(&mut batch, rows)? {
            let mut done = self.work(columns, batch)?;
            batch = std::mem::take(&mut done.batch);
            finish(done)?;
        }
        Ok(())
    }

    /// This thread reads and writes; the pool's answer. At most `ahead` batches are on their way.
    fn run_on(
        &self,
        pool: &rayon::ThreadPool,
        ahead: usize,
        input: &mut Input,
        mut finish: impl FnMut(Done) -> Result<()>,
    ) -> Result<()> {
        let (columns, rows) = input.parts();
        let mut spare: Vec<Batch> = Vec::new();
        pool.in_place_scope(|scope| {
            let mut waiting: VecDeque<Receiver<Result<Done>>> = VecDeque::with_capacity(ahead);
            loop {
                let mut batch = spare.pop().unwrap_or_default();
                let more = self.fill(&mut batch, rows)?;
                if more {
                    let (sender, receiver) = sync_channel(1);
                    // Nobody listens once writing has failed, and then nobody needs the answers.
                    scope.spawn(move |_| drop(sender.send(self.work(columns, batch))));
                    waiting.push_back(receiver);
                }
                while waiting.len() >= ahead || !more && !waiting.is_empty() {
                    let Some(done) = waiting.pop_front().and_then(|first| first.recv().ok()) else {
                        return Ok(());
                    };
                    let mut done = done?;
                    spare.push(std::mem::take(&mut done.batch));
                    finish(done)?;
                }
                if !more {
                    return Ok(());
                }
            }
        })
    }

    /// Reads the next batch; `false` when there is none.
    fn fill(&self, batch: &mut Batch, rows: &mut Rows) -> Result<bool> {
        let more = batch.fill(rows, self.batch_rows)?;
        match rows.problems().error().filter(|_| self.strict) {
            Some(error) => Err(error),
            None => Ok(more),
        }
    }

    /// Answers a batch, with a worker that is free.
    fn work(&self, columns: &Columns, batch: Batch) -> Result<Done> {
        let free = self.workers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = free.unwrap_or_else(|| self.triage.worker());
        let rows = &batch.rows[..batch.len];
        let assembled: Vec<_> = rows.iter().map(|row| columns.assemble(row)).collect();
        let mut statuses = [0; 3];
        let mut issues = Vec::new();
        let mut answered = Vec::with_capacity(rows.len());
        for (row, assembled) in rows.iter().zip(&assembled) {
            let ticket = columns.ticket(row, assembled);
            let answer = worker.answer(&ticket);
            statuses[answer.status as usize] += 1;
            issues.extend(answer.issue.and_then(|issue| self.triage.topic(issue)));
            let text = self.sink.wants_text().then(|| self.triage.text_read(&ticket));
            answered.push(Answered { row, ticket, answer, text });
        }
        let mut bytes = Vec::new();
        self.sink.rows(&answered, &mut bytes)?;
        drop(answered);
        drop(assembled);
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        Ok(Done { bytes, statuses, issues, batch })
    }
}

impl Batch {
    /// Reads the next rows; `false` when there are none.
    fn fill(&mut self, from: &mut Rows, most: usize) -> Result<bool> {
        self.len = 0;
        let mut bytes = 0;
        while self.len < most && bytes < BATCH_BYTES {
            if self.len == self.rows.len() {
                self.rows.push(Row::default());
            }
            if !from.read(&mut self.rows[self.len])? {
                break;
            }
            bytes += self.rows[self.len].bytes();
            self.len += 1;
        }
        Ok(self.len > 0)
    }
}

fn cannot_write(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Output, "cannot write the answers").because(error)
}

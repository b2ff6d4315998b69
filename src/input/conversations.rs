//! Exports with a row for each message, as one ticket for each conversation.
//!
//! Only what the customer wrote is read. Messages of a conversation need not
//! stand together (Front sorts by date), so all are held until the end of the
//! input, within a bound: beyond it the oldest conversations are let go, and a
//! message that comes later for one of them is a ticket of its own.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;

use indexmap::IndexMap;

use super::problems::{Problems, Trouble};
use super::row::Row;
use super::{Messages, ReadRows};
use crate::error::Result;

/// Text that is held, in bytes.
const MOST: usize = 256 << 20;

/// Who a customer is, in the words of the help desks.
const CUSTOMERS: &[&str] = &[
    "inbound",
    "in",
    "incoming",
    "received",
    "user",
    "lead",
    "contact",
    "customer",
    "end user",
    "end-user",
    "enduser",
    "end_user",
    "requester",
    "client",
    "visitor",
    "guest",
];

/// Rows of conversations.
pub(super) struct Conversations {
    messages: Box<dyn ReadRows>,
    columns: Messages,
    held: IndexMap<String, Conversation>,
    /// Conversations that are let go, the next one last.
    ready: Vec<(String, Conversation)>,
    bytes: usize,
    most: usize,
    end: bool,
    /// Hashes of the ids that were let go before the end.
    gone: HashSet<u64>,
    number: u64,
}

/// Messages of one conversation.
#[derive(Default)]
struct Conversation {
    /// The row of the first message by the customer, else of the first message.
    row: Row,
    /// What the customer wrote.
    text: String,
    has_customer: bool,
    /// Whether some of that was cut off.
    cut: bool,
}

impl Conversations {
    pub(super) fn new(messages: Box<dyn ReadRows>, columns: Messages) -> Self {
        Self {
            messages,
            columns,
            held: IndexMap::new(),
            ready: Vec::new(),
            bytes: 0,
            most: MOST,
            end: false,
            gone: HashSet::new(),
            number: 0,
        }
    }

    /// Reads messages until all are there, or as many as may be held.
    fn collect(&mut self) -> Result<()> {
        let mut row = Row::default();
        while !self.end && self.bytes < self.most {
            if !self.messages.read(&mut row)? {
                self.end = true;
                break;
            }
            let id = row.cell(self.columns.id).trim();
            // Without an id it belongs to nothing.
            let key = if id.is_empty() { format!("\n{}", row.number) } else { id.to_owned() };
            if self.gone.contains(&hash(&key)) {
                self.messages.problems_mut().note(Trouble::SplitConversation, row.line);
            }
            let is_new = !self.held.contains_key(&key);
            let conversation = self.held.entry(key).or_default();
            let by_customer = self.columns.is_by_customer(&row);
            conversation.cut |= by_customer && row.cut;
            self.bytes += row.bytes();
            if !is_new || !by_customer {
                self.messages.problems_mut().joined += 1;
            }
            if by_customer {
                if !conversation.text.is_empty() {
                    conversation.text.push_str("\n\n");
                }
                conversation.text.push_str(row.cell(self.columns.body));
            }
            if is_new || by_customer && !conversation.has_customer {
                let line = if is_new { row.line } else { conversation.row.line };
                mem::swap(&mut conversation.row, &mut row);
                conversation.row.line = line;
            }
            conversation.has_customer |= by_customer;
        }
        Ok(())
    }

    /// Lets go of all conversations at the end, and of the older half before it.
    fn release(&mut self) {
        let leave = if self.end { self.held.len() } else { self.held.len().div_ceil(2) };
        self.ready = self.held.drain(..leave).rev().collect();
        self.bytes /= 2;
        if !self.end {
            self.gone.extend(self.ready.iter().map(|(id, _)| hash(id)));
        }
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

impl Messages {
    fn is_by_customer(&self, row: &Row) -> bool {
        let role = row.cell(self.role).trim();
        let private = self.public.is_some_and(|public| {
            ["false", "no", "0", "private", "internal"]
                .iter()
                .any(|word| row.cell(public).trim().eq_ignore_ascii_case(word))
        });
        !private && CUSTOMERS.iter().any(|word| role.eq_ignore_ascii_case(word))
    }
}

impl ReadRows for Conversations {
    fn header(&self) -> &[String] {
        self.messages.header()
    }

    fn read(&mut self, row: &mut Row) -> Result<bool> {
        if self.ready.is_empty() {
            self.collect()?;
            self.release();
        }
        let Some((_, conversation)) = self.ready.pop() else {
            return Ok(false);
        };
        if !conversation.has_customer {
            self.messages.problems_mut().note(Trouble::NoCustomer, conversation.row.line);
        }
        row.clear();
        for (column, cell) in conversation.row.cells().enumerate() {
            row.push(if column == self.columns.body { &conversation.text } else { cell });
        }
        self.number += 1;
        (row.line, row.number) = (conversation.row.line, self.number);
        (row.broken, row.cut) = (conversation.row.broken, conversation.cut);
        Ok(true)
    }

    fn problems(&self) -> &Problems {
        self.messages.problems()
    }

    fn problems_mut(&mut self) -> &mut Problems {
        self.messages.problems_mut()
    }

    fn manner(&self) -> Vec<String> {
        let mut manner = self.messages.manner();
        manner.push("one ticket for each conversation, from the customer's messages".to_owned());
        manner
    }
}

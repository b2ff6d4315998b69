//! What each stage costs for a batch of tickets, and what the ways that lost would cost.
//!
//! `cargo bench` runs all; `cargo bench -- fold` those with "fold" in their names. Times are for
//! [`TICKETS`] tickets of about 700 bytes, of which a third hold a trouble; throughput is that of
//! their text. Whole-process figures and other tools stand in docs/PERFORMANCE.md.

#![allow(clippy::unwrap_used, clippy::wildcard_imports, reason = "nothing here comes from outside")]

use std::fmt::Write as _;
use std::sync::LazyLock;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use triage::input::{ColumnNames, Columns, Input, ReadOptions, Row};
use triage::output::{Answered, Delimited, Dialect, Sink};
use triage::text::{Cleaner, Folded, guard};
use triage::{Packs, Ticket, Triage};

fn main() {
    divan::main();
}

/// Tickets in a batch.
const TICKETS: usize = 1_000;

/// What customers write about, and what they do not.
const TROUBLES: [&str; 6] = [
    "my texts are green instead of blue, even to my wife",
    "iMessage says waiting for activation since the update to iOS 26.0",
    "my number shows up twice under send & receive",
    "FaceTime calls drop as soon as they connect",
    "messages leave from my e-mail address instead of my number",
    "it keeps asking for the password of my Apple ID for FaceTime",
];

const WORDS: &str = "the order was placed last week and we still wait for an answer from your team about \
    the invoice that came twice, please check the account and tell us when somebody can call back; \
    the screen of the laptop stays black after the latest update of windows, and the printer in \
    the office on the second floor does not print anything from the new computers";

/// Bodies of tickets; the same for every run.
static BODIES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        // Knuth's linear congruential generator.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap_or(0) % below
    };
    let mut body = |n: usize| {
        let mut body = String::from("Hello team,\n");
        while body.len() < 650 {
            let length = 6 + random(10);
            let sentence: Vec<&str> = (0..length).map(|_| words[random(words.len())]).collect();
            body += &sentence.join(" ");
            body += if random(4) == 0 { ".\n" } else { ". " };
        }
        if n.is_multiple_of(3) {
            body += TROUBLES[random(TROUBLES.len())];
        }
        body + "\nKind regards\nAnn"
    };
    (0..TICKETS).map(&mut body).collect()
});

fn bytes() -> BytesCount {
    BytesCount::new(BODIES.iter().map(String::len).sum::<usize>())
}

/// The built-in packs.
static BUILT_IN: LazyLock<Triage> =
    LazyLock::new(|| Triage::new(Packs::builtin().unwrap()).unwrap());

mod read {
    use super::*;

    static EXPORT: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["id", "subject", "description"]).unwrap();
        for (n, body) in BODIES.iter().enumerate() {
            writer.write_record([&n.to_string(), "Question", body]).unwrap();
        }
        writer.into_inner().unwrap()
    });

    #[divan::bench]
    fn ours(bencher: Bencher) {
        bencher.counter(BytesCount::of_slice(&**EXPORT)).bench(|| {
            let options = ReadOptions::default();
            let mut input = Input::read("export.csv", EXPORT.as_slice(), &options).unwrap();
            let (mut row, mut rows) = (Row::default(), 0);
            while input.rows().read(&mut row).unwrap() {
                rows += row.len();
            }
            rows
        });
    }

    /// Reads on after a stray quote as if nothing had happened, and loses the tickets behind it.
    #[divan::bench]
    fn csv_crate(bencher: Bencher) {
        bencher.counter(BytesCount::of_slice(&**EXPORT)).bench(|| {
            let mut reader = csv::Reader::from_reader(EXPORT.as_slice());
            let (mut record, mut rows) = (csv::ByteRecord::new(), 0);
            while reader.read_byte_record(&mut record).unwrap() {
                rows += record.len();
            }
            rows
        });
    }
}

#[divan::bench]
fn clean(bencher: Bencher) {
    let mut edits = Vec::new();
    bencher.counter(bytes()).bench_local(|| {
        for body in BODIES.iter() {
            black_box(Cleaner::new().clean(body, &mut edits));
        }
    });
}

mod fold {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[divan::bench]
    fn ours(bencher: Bencher) {
        let mut folded = Folded::default();
        bencher.counter(bytes()).bench_local(|| {
            for body in BODIES.iter() {
                folded.refold(body);
                black_box(folded.text().len());
            }
        });
    }

    /// Composes across characters, so there is no way back to what the customer typed.
    #[divan::bench]
    fn whole_nfkc(bencher: Bencher) {
        let mut folded = String::new();
        bencher.counter(bytes()).bench_local(|| {
            for body in BODIES.iter() {
                folded.clear();
                folded.extend(body.nfkc().flat_map(char::to_lowercase));
                black_box(folded.len());
            }
        });
    }
}

/// Finding the words of phrases in text that is folded.
mod find {
    use aho_corasick::{AhoCorasick, AhoCorasickKind};
    use regex::RegexSet;

    use super::*;

    static FOLDED: LazyLock<Vec<String>> = LazyLock::new(|| {
        BODIES.iter().map(|body| triage::text::fold(body).text().to_owned()).collect()
    });

    /// Phrases of two words each, as many as asked for.
    fn phrases(count: usize) -> Vec<String> {
        let words: Vec<&str> =
            WORDS.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
        (0..count)
            .map(|n| {
                format!(
                    "{} {}",
                    words[n % words.len()],
                    words[(n / words.len() * 7 + n) % words.len()]
                )
            })
            .collect()
    }

    fn pack(count: usize) -> Triage {
        let mut text = "format = 1\n[pack]\nid = \"bench\"\ntitle = \"bench\"\n[[issue]]\nid = \"a\"\ntitle = \"a\"\nreply = \"a\"\n[issue.phrases]\n".to_owned();
        let mut phrases = phrases(count);
        phrases.sort();
        phrases.dedup();
        for phrase in phrases {
            let _ = writeln!(text, "\"{phrase} zebra\" = 1");
        }
        Triage::new(Packs::parse("bench.toml", &text).unwrap()).unwrap()
    }

    /// Words looked up one by one: the whole answer to tickets that no phrase hits in, reading included.
    #[divan::bench(args = [50, 500, 2_000])]
    fn words_first(bencher: Bencher, count: usize) {
        let triage = pack(count);
        let mut worker = triage.worker();
        bencher.counter(bytes()).bench_local(|| {
            for body in FOLDED.iter() {
                let ticket = Ticket { body, ..Ticket::default() };
                black_box(worker.answer(&ticket).status);
            }
        });
    }

    fn automaton(bencher: Bencher, count: usize, kind: AhoCorasickKind) {
        let automaton = AhoCorasick::builder().kind(Some(kind)).build(phrases(count)).unwrap();
        bencher.counter(bytes()).bench_local(|| {
            for body in FOLDED.iter() {
                black_box(automaton.find_overlapping_iter(body).count());
            }
        });
    }

    /// One step of an automaton for each byte: twice the memory, and no inflections.
    #[divan::bench(args = [50, 500, 2_000])]
    fn aho_corasick_dfa(bencher: Bencher, count: usize) {
        automaton(bencher, count, AhoCorasickKind::DFA);
    }

    /// What stood here before words were looked up.
    #[divan::bench(args = [50, 500, 2_000])]
    fn aho_corasick_nfa(bencher: Bencher, count: usize) {
        automaton(bencher, count, AhoCorasickKind::ContiguousNFA);
    }

    /// Says which phrases hit, and not where.
    #[divan::bench(args = [50, 500])]
    fn regex_set(bencher: Bencher, count: usize) {
        let set = RegexSet::new(phrases(count)).unwrap();
        bencher.counter(bytes()).bench_local(|| {
            for body in FOLDED.iter() {
                black_box(set.matches(body).len());
            }
        });
    }
}

/// The whole of an answer with the built-in packs: cleaning, matching, deciding, reply.
#[divan::bench]
fn answer(bencher: Bencher) {
    let mut worker = BUILT_IN.worker();
    bencher.counter(bytes()).bench_local(|| {
        for body in BODIES.iter() {
            let ticket = Ticket { body, ..Ticket::default() };
            black_box(worker.answer(&ticket).reply.len());
        }
    });
}

mod write {
    use super::*;

    #[divan::bench]
    fn csv(bencher: Bencher) {
        let header = ["id", "description"].map(str::to_owned);
        let columns = Columns::find(&header, &ColumnNames::default()).unwrap();
        let rows: Vec<Row> = BODIES
            .iter()
            .enumerate()
            .map(|(n, body)| {
                let mut row = Row::default();
                row.push(&n.to_string());
                row.push(body);
                row
            })
            .collect();
        let tickets: Vec<_> = rows.iter().map(|row| columns.read(row)).collect();
        let mut worker = BUILT_IN.worker();
        let answered: Vec<Answered<'_, '_>> = rows
            .iter()
            .zip(&tickets)
            .map(|(row, ticket)| {
                let ticket = ticket.ticket();
                Answered { row, ticket, answer: worker.answer(&ticket), text: None }
            })
            .collect();
        let sink = Delimited::new(Dialect::Csv);
        let mut out = Vec::new();
        bencher.bench_local(|| {
            out.clear();
            sink.rows(&answered, &mut out).unwrap();
            out.len()
        });
    }

    #[divan::bench]
    fn guards(bencher: Bencher) {
        bencher
            .counter(bytes())
            .bench(|| BODIES.iter().map(|body| guard(body).len()).sum::<usize>());
    }
}

/// From nothing to a worker that can answer.
#[divan::bench]
fn start_up() -> Triage {
    Triage::new(Packs::builtin().unwrap()).unwrap()
}

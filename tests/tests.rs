//! All integration tests, in one binary.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says why"
)]

mod api;
mod bad_packs;
mod cli;
mod columns;
mod fixtures;
mod inputs;
mod order;
mod packs;
mod text;

//! All integration tests, in one binary.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says why"
)]

mod api;
mod bad_packs;
mod check;
mod clean;
mod cli;
mod columns;
mod eval;
mod fixtures;
mod fuzz;
mod inputs;
mod order;
mod outputs;
mod packs;
mod reading;
mod text;

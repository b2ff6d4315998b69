//! All integration tests, in one binary.

mod api;
mod bad_packs;
mod cli;
mod fixtures;
mod order;
mod packs;
mod text;

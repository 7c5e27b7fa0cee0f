//! vigie, the lookout: brand reputation from feeds, blogs and forums.
//!
//! The modules stand in the order in which data flows:
//! `vigie.toml → Plan → crawl → Entry → analysis → mentions → store → figures → report`.
//! ARCHITECTURE.md draws the house and says who may import whom.

pub mod error;
pub mod model;

pub mod text;

pub mod crawl;

pub mod source;

pub mod intake;

pub mod analysis;

pub mod store;

pub mod figures;

pub mod report;

pub mod config;

pub mod run;

pub mod cli;

//! What the user wrote (`vigie.toml`, or arguments) and what the program needs ([`Plan`]).

mod adhoc;
mod describe;
mod entrance;
mod fault;
mod file;
mod listing;
mod load;
mod pieces;
mod places;
mod plan;
mod read;
mod template;
mod units;
pub mod written;

pub use adhoc::AdHoc;
pub use describe::describe;
pub use load::{load, load_with, parse};
pub use plan::Plan;
pub use template::template;

/// The configuration that is read where none is named.
pub const DEFAULT_FILE: &str = "vigie.toml";

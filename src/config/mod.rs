//! What the user wrote (`vigie.toml`, or arguments) and what the program needs ([`Plan`]).

mod adhoc;
mod describe;
pub mod fault;
pub mod file;
mod load;
mod places;
mod plan;
mod read;
mod settings;
mod template;
pub mod units;

pub use adhoc::{AdHoc, override_sources};
pub use describe::describe;
pub use fault::Fault;
pub use load::{load, load_with, parse};
pub use plan::Plan;
pub use settings::{Authors, CrawlSettings, Kept, Privacy};
pub use template::template;

/// The configuration that is read where none is named.
pub const DEFAULT_FILE: &str = "vigie.toml";

//! The nouns that cross borders: plain data, importing nothing of ours.

mod brand;
mod document;
mod entry;
mod filter;
mod incident;
mod language;
mod mention;
mod page;
pub mod port;
mod record;
mod source;
mod sources;
mod time;

pub use brand::Brand;
pub use document::{Document, Kind};
pub use entry::{Counts, Entry, Keep, Quote};
pub use filter::Filter;
pub use incident::{Code, Incident};
pub use language::Language;
pub use mention::{Basis, Cue, Field, Mention, Probabilities, Reach, Tone};
pub use page::{
    Failure, Found, Harvest, HostTold, Location, Page, Request, Reserved, Role, Step, Todo, Told, Trail, Validators,
    Visit, Weight,
};
pub use record::{Attempt, Batch, Coverage, Health, Record, Scored};
pub use source::{Exemption, Place, Source, SourceKind};
pub use sources::Sources;
pub use time::{Precision, Stamp};

//! What comes in whole: exports of other tools, JSON lines, web archives, lists of feeds. Bytes in, rows and pages out, streamed.

mod dates;
pub mod dialect;
mod form;
mod http;
mod input;
mod json;
mod kinds;
mod open;
mod rows;
mod table;
mod warc;

pub use form::Form;
pub use http::Answer;
pub use input::Count;
pub use open::{Opened, Options, Raw, Reader, Told, open};
pub use rows::{Row, source_of};
pub use warc::{Archived, MAX_PAGE, Reading};

//! Pure tools on text that several stages need.

pub mod charset;
pub mod dates;
pub mod dom;
pub mod effort;
pub mod fold;
pub mod hash;
pub mod identity;
pub mod markup;
pub mod plain;
pub mod sentences;
pub mod urls;

//! Dates in the forms that feeds and pages write them in.

use crate::model::Stamp;

/// Reads a date in any known form; `reference` is what relative dates ("hier", "2 hours ago") count from.
pub fn parse(text: &str, reference: Option<jiff::Timestamp>) -> Option<Stamp> {
    let _ = (text, reference);
    None
}

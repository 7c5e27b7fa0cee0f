//! Prominence: how much a brand stands out in a document, 0..1.

use crate::model::Field;

const HEADLINE: f64 = 1.0;
const LEAD: f64 = 0.75;
/// In the body, falling from the first figure at its start to the second at its end.
const BODY: (f64, f64) = (0.5, 0.25);
/// Named once in passing, in a text of more words than [`LONG`].
const PASSING: f64 = 0.2;
const LONG: usize = 200;
/// Each further hit, of which five count.
const AGAIN: f64 = 0.02;

/// `position`: where in the text the first hit begins, 0..1; `hits`: in title and text; `words`: of the text.
pub fn prominence(field: Field, position: f64, hits: usize, words: usize) -> f64 {
    let base = match field {
        Field::Headline => HEADLINE,
        Field::Lead => LEAD,
        Field::Body if hits == 1 && words > LONG => PASSING,
        Field::Body => BODY.0 + (BODY.1 - BODY.0) * position.clamp(0.0, 1.0),
    };
    let value = (base + AGAIN * hits.saturating_sub(1).min(5) as f64).min(1.0);
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_counts_most_and_repetition_a_little() {
        assert_eq!(prominence(Field::Headline, 0.0, 3, 500), 1.0);
        assert_eq!(prominence(Field::Lead, 0.0, 1, 500), 0.75);
        assert_eq!(prominence(Field::Lead, 0.0, 100, 500), 0.85);
        assert_eq!(prominence(Field::Body, 0.4, 2, 500), 0.42);
        assert_eq!(prominence(Field::Body, 0.4, 1, 500), 0.2);
        assert_eq!(prominence(Field::Body, 0.4, 1, 100), 0.4);
    }
}

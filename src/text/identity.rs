//! What makes a document the same document: its permalink, else its guid and text, else its title and text.

use super::{hash, urls};

/// The id of a document, 24 hexadecimal digits. `permalink` is given only where the address names this document alone.
pub fn document(source: &str, permalink: Option<&str>, guid: Option<&str>, title: &str, text: &str) -> String {
    if let Some(url) = permalink.and_then(urls::canonical) {
        return hash::short(&["url", &url]);
    }
    match guid {
        // Some feeds give all their items one guid: where there are no other words, titles tell them apart.
        Some(guid) => hash::short(&["guid", source, guid, if text.is_empty() { title } else { text }]),
        None => hash::short(&["text", source, title, text]),
    }
}

/// The id of a mention: a brand in a document.
pub fn mention(document: &str, brand: &str) -> String {
    hash::short(&["mention", document, brand])
}

//! Plain text without what may not be stored or shown: control characters, escapes, bidirectional overrides.

/// `text` without C0 and C1 controls but tab and line feed, without U+FEFF, with every line end as a line feed.
pub fn clean(text: &str) -> String {
    todo!("{text}")
}

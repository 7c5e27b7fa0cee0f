//! Maps from folded words, looked up for every word of every document: a quick hash for fixed keys.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// Keys come from our own data files, so nobody can choose them to collide.
pub type Words<V> = HashMap<Box<str>, V, BuildHasherDefault<Quick>>;

/// Multiplies and folds the product, eight bytes at a time.
#[derive(Debug, Default)]
pub struct Quick(u64);

impl Quick {
    fn mix(&mut self, value: u64) {
        let product = u128::from(self.0 ^ value ^ 0x9e37_79b9_7f4a_7c15) * 0xa076_1d64_78bd_642f;
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<8>();
        chunks.iter().for_each(|chunk| self.mix(u64::from_le_bytes(*chunk)));
        let rest = rest.iter().fold(rest.len() as u64, |value, byte| value << 8 | u64::from(*byte));
        self.mix(rest);
    }

    fn write_u8(&mut self, byte: u8) {
        self.mix(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_again_and_spread() {
        let words: Words<usize> = (0..5000).map(|n| (format!("mot{n}").into_boxed_str(), n)).collect();
        assert!((0..5000).all(|n| words.get(format!("mot{n}").as_str()) == Some(&n)));
        let hash = |word: &str| {
            let mut quick = Quick::default();
            quick.write(word.as_bytes());
            quick.finish() & 0xfff
        };
        let buckets: std::collections::HashSet<u64> = (0..4096).map(|n| hash(&format!("mot{n}"))).collect();
        assert!(buckets.len() > 2000, "{}", buckets.len());
    }
}

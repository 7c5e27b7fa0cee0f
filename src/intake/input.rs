//! The bytes of a file that comes in whole: counted as they are read, unpacked from gzip, their beginning at hand.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

/// How much of a file is looked at to see what it is.
const HEAD: u64 = 64 * 1024;

/// Bytes of the file that were read so far, packed as they are; for whoever shows how far it has come.
pub type Count = Arc<AtomicU64>;

/// A file as its reader gets it.
pub struct Input {
    head: Vec<u8>,
    at: usize,
    rest: Box<dyn Read + Send>,
    /// It is packed with gzip.
    pub packed: bool,
}

impl Input {
    /// Opens a file, or standard input where the path is `-`.
    pub fn open(path: &Path, count: &Count) -> io::Result<Input> {
        let raw: Box<dyn Read + Send> = if path.as_os_str() == "-" {
            Box::new(io::stdin())
        } else {
            if std::fs::metadata(path)?.is_dir() {
                return Err(io::Error::other("a folder; name the files in it"));
            }
            Box::new(File::open(path)?)
        };
        Input::of(Counted { inner: raw, count: Arc::clone(count) })
    }

    /// What those bytes are, unpacked.
    pub fn of(raw: impl Read + Send + 'static) -> io::Result<Input> {
        let plain = Input::begin(Box::new(raw), false)?;
        if !plain.head.starts_with(&[0x1f, 0x8b]) {
            return Ok(plain);
        }
        let unpacked = MultiGzDecoder::new(BufReader::with_capacity(128 * 1024, plain));
        Input::begin(Box::new(unpacked), true)
    }

    fn begin(mut rest: Box<dyn Read + Send>, packed: bool) -> io::Result<Input> {
        let mut head = Vec::new();
        match rest.by_ref().take(HEAD).read_to_end(&mut head) {
            // What is cut short still tells what it is; whoever reads on meets the fault again.
            Err(error) if head.is_empty() => Err(error),
            _ => Ok(Input { head, at: 0, rest, packed }),
        }
    }

    /// How it begins: all of it where it is short.
    pub fn head(&self) -> &[u8] {
        &self.head
    }
}

impl Read for Input {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.head.get(self.at..).unwrap_or_default();
        if left.is_empty() {
            return self.rest.read(out);
        }
        let length = left.len().min(out.len());
        out[..length].copy_from_slice(&left[..length]);
        self.at += length;
        Ok(length)
    }
}

/// Counts what passes through.
struct Counted {
    inner: Box<dyn Read + Send>,
    count: Count,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(out)?;
        self.count.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_is_packed_in_several_pieces_is_one_text() {
        let mut packed = Vec::new();
        for piece in ["Date,URL\n", "a,b\n"] {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(piece.as_bytes()).unwrap();
            packed.extend(encoder.finish().unwrap());
        }
        let mut input = Input::of(io::Cursor::new(packed)).unwrap();
        assert!(input.packed && input.head().starts_with(b"Date"));
        let mut text = String::new();
        input.read_to_string(&mut text).unwrap();
        assert_eq!(text, "Date,URL\na,b\n");
    }
}

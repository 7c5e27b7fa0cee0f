//! Which pages are under way, in a file beside the store that outlives the process: `<db>.held`.
//!
//! One slot a page, written before it is asked for and cleared once it is saved. It is not flushed to the disk: it tells of
//! processes that died, not of machines.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::port::Hold;
use crate::text::plain;

/// Bytes of a slot; longer names are cut.
const SLOT: usize = 512;
/// More slots than pages can be under way.
const SLOTS: u64 = 1 << 16;

/// The file, and which of its slots are free.
#[derive(Debug)]
pub(super) struct Held {
    file: File,
    slots: Mutex<Slots>,
}

#[derive(Debug, Default)]
struct Slots {
    free: Vec<u64>,
    next: u64,
}

/// A slot that is cleared when dropped.
struct Slot {
    held: Arc<Held>,
    number: u64,
}

impl Held {
    /// The file beside `db`, empty; `None` where it cannot be made, for nothing depends on it.
    pub fn open(db: &Path) -> Option<Arc<Held>> {
        let mut options = OpenOptions::new();
        options.create(true).write(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path(db)).ok()?;
        Some(Arc::new(Held { file, slots: Mutex::default() }))
    }

    /// Notes that a page of `source` is under way.
    pub fn hold(self: &Arc<Held>, source: &str) -> Hold {
        let number = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.free.pop().unwrap_or_else(|| {
                slots.next += 1;
                slots.next - 1
            })
        };
        let mut bytes = [0; SLOT];
        let name = plain::cut_bytes(source, SLOT - 1).as_bytes();
        bytes[..name.len()].copy_from_slice(name);
        if number < SLOTS {
            self.write(&bytes, number);
        }
        Hold::new(Slot { held: Arc::clone(self), number })
    }

    #[cfg(unix)]
    fn write(&self, bytes: &[u8], slot: u64) {
        // What cannot be noted is not known later; the run itself goes on.
        let _ = std::os::unix::fs::FileExt::write_all_at(&self.file, bytes, slot * SLOT as u64);
    }

    #[cfg(not(unix))]
    fn write(&self, _: &[u8], _: u64) {}
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.number < SLOTS {
            self.held.write(&[0], self.number);
        }
        let mut slots = self.held.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.free.push(self.number);
    }
}

/// The sources of which a page was under way when the last process that wrote `db` died.
pub(super) fn left_behind(db: &Path) -> BTreeSet<String> {
    let mut bytes = Vec::new();
    let read = File::open(path(db)).and_then(|file| file.take(SLOTS * SLOT as u64).read_to_end(&mut bytes));
    if read.is_err() {
        return BTreeSet::new();
    }
    let names = bytes.chunks(SLOT).map(|slot| {
        let end = slot.iter().position(|b| *b == 0).unwrap_or(slot.len());
        String::from_utf8_lossy(&slot[..end]).into_owned()
    });
    names.filter(|name| !name.is_empty()).collect()
}

fn path(db: &Path) -> PathBuf {
    let mut path = db.as_os_str().to_owned();
    path.push(".held");
    PathBuf::from(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_left_behind_by_a_process_that_dies_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("a.db");
        assert!(left_behind(&db).is_empty());
        let held = Held::open(&db).unwrap();
        let (a, b, long) = (held.hold("a"), held.hold("Forum é"), held.hold(&"x".repeat(5_000)));
        drop(a);
        let names: Vec<String> = left_behind(&db).into_iter().collect();
        assert_eq!((names.len(), names[0].as_str(), names[1].len()), (2, "Forum é", SLOT - 1));
        let c = held.hold("c");
        assert_eq!(left_behind(&db).len(), 3, "free slots are taken again");
        drop((b, long, c));
        assert!(left_behind(&db).is_empty());
    }
}

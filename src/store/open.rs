//! Opening: a new store, one of ours, or a refusal that leaves the file as it is.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::fault::{Fault, Outcome, damaged, foreign};
use super::schema::{APPLICATION_ID, MIGRATIONS, create_private, upgrade, version};
use super::{Reader, Scope, Store};
use crate::error::{Error, Result};

const MAGIC: &[u8] = b"SQLite format 3\0";

/// Memory stays flat: 256 KiB of pages (the system caches files too), sorting in files, no mapping (a fault of the disk
/// would then be a signal).
const SETTINGS: &str = "
    PRAGMA cache_size = -256; PRAGMA temp_store = FILE; PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA secure_delete = ON;
    PRAGMA journal_size_limit = 67108864;";

impl Store {
    /// Opens the store for writing, creating it (readable by its owner alone) or upgrading it. A file that is
    /// something else, damaged or newer is refused and left as it is.
    pub fn open(path: &Path) -> Result<Store> {
        check_folder(path)?;
        let path = absolute(path)?;
        if look(&path)? == Look::Absent {
            create_private(&path).map_err(|error| unreadable(&path, &error))?;
        }
        Store::writer(path, "FULL", None)
    }

    /// A private store for one process, gone when dropped. Nothing is flushed to the disk.
    pub fn scratch() -> Result<Store> {
        let folder = tempfile::Builder::new().prefix("vigie-").tempdir().map_err(|error| {
            Error::failed(format!("no temporary folder can be made: {error}"))
                .hint("free some space in the system's temporary folder, or name another with TMPDIR")
        })?;
        Store::writer(folder.path().join("scratch.db"), "OFF", Some(folder))
    }

    /// Opens a store for reading alone; it must be there.
    pub fn open_existing(path: &Path) -> Result<Store> {
        let path = absolute(path)?;
        if matches!(look(&path)?, Look::Absent | Look::Empty) {
            return Err(
                Error::failed(format!("there is no store {} yet", path.display())).hint("run `vigie scan` first")
            );
        }
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|fault| fault.at(&path))?;
        if version(&connection, &path, MIGRATIONS.len())? < MIGRATIONS.len() {
            return Err(Error::failed(format!("the store {} was written by an older vigie", path.display()))
                .hint("run `vigie scan` once: it upgrades the store, after a backup"));
        }
        // One snapshot, so that figures and rows agree while another run writes.
        connection.execute_batch("BEGIN").map_err(|error| Fault::from(error).at(&path))?;
        Ok(Store { connection, path, now: None, scorer: None, held: None, _scratch: None })
    }

    /// A second, reading connection, for use while this one writes. Made after `begin_run`, it knows the run's clock.
    pub fn reader(&self, scope: Scope) -> Result<Reader> {
        let connection = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|fault| fault.at(&self.path))?;
        let (path, held) = (self.path.clone(), self.held.clone());
        Ok(Reader { connection: Mutex::new(connection), path, now: self.now, scope, held })
    }

    fn writer(path: PathBuf, synchronous: &str, scratch: Option<tempfile::TempDir>) -> Result<Store> {
        let ready = || {
            let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
            connection.pragma_update(None, "synchronous", synchronous)?;
            Ok(connection)
        };
        let mut connection = ready().map_err(|fault: Fault| fault.at(&path))?;
        upgrade(&mut connection, &path, MIGRATIONS)?;
        // After the schema, so that a file that is not empty always says whose it is.
        connection.pragma_update(None, "journal_mode", "WAL").map_err(|error| Fault::from(error).at(&path))?;
        Ok(Store { connection, path, now: None, scorer: None, held: None, _scratch: scratch })
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Outcome<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch(SETTINGS)?;
    Ok(connection)
}

/// What the first bytes of a file say it is.
#[derive(Debug, PartialEq, Eq)]
enum Look {
    Absent,
    /// No bytes, or a database without tables: may become a store.
    Empty,
    Ours,
}

/// Reads the header without the database library, which might repair or alter a file that is not ours.
fn look(path: &Path) -> Result<Look> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Look::Absent),
        Err(error) => return Err(unreadable(path, &error)),
        Ok(metadata) if !metadata.is_file() => return Err(foreign(path, "it is not a file")),
        Ok(_) => {}
    }
    let mut header = Vec::with_capacity(100);
    File::open(path)
        .and_then(|file| file.take(100).read_to_end(&mut header))
        .map_err(|error| unreadable(path, &error))?;
    match header.get(68..72) {
        _ if header.is_empty() => Ok(Look::Empty),
        _ if !header.starts_with(MAGIC) => Err(foreign(path, "it is not a SQLite database")),
        Some(id) if id == APPLICATION_ID.to_be_bytes() => Ok(Look::Ours),
        Some([0, 0, 0, 0]) if tables(path) == Some(0) => Ok(Look::Empty),
        Some(_) => Err(foreign(path, "it is a database of another program")),
        None => Err(damaged(path, "it is cut short")),
    }
}

fn tables(path: &Path) -> Option<i64> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).ok()
}

/// Refuses a path whose folder is not there: a store is never made in a folder made by a slip.
pub(super) fn check_folder(path: &Path) -> Result<()> {
    let folder = absolute(path)?.parent().map(Path::to_owned).unwrap_or_default();
    if folder.is_dir() {
        return Ok(());
    }
    Err(Error::usage(format!("the folder {} of the store does not exist", folder.display()))
        .hint("create it, or choose another path for the store"))
}

/// Absolute, so that no name (`:memory:`, `file:…`) means anything but a file.
fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::failed(format!("the store {} cannot be opened: {error}", path.display()))
        .hint("check the permissions of the file and of its folder")
}

#[cfg(test)]
mod tests {
    use super::super::Scope;
    use super::super::samples::{at, batch, document, mention, source};
    use super::*;
    use crate::error::Exit;
    use crate::model::port::Memory;

    /// A store with a few hundred documents, closed; its last run in good order or not.
    fn filled(path: &Path, clean: bool) {
        let mut store = Store::open(path).unwrap();
        let run = store.begin_run("scan", "d", at(0)).unwrap();
        let documents = (0..300)
            .map(|i| (document(&format!("id{i}"), "s", &format!("Texte {i} ").repeat(40)), vec![mention("Zéphyr")]))
            .collect();
        store.save_one(run, at(0), &batch(&source("s"), documents)).unwrap();
        if clean {
            store.close_run(run, at(1)).unwrap();
        }
    }

    #[test]
    fn what_is_not_a_store_is_refused_and_its_bytes_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let database = folder.path().join("other.db");
        Connection::open(&database).unwrap().execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)").unwrap();
        let other = fs::read(&database).unwrap();
        let mut branded = other.clone();
        branded[68..72].copy_from_slice(b"geo!");
        for bytes in [b"x".to_vec(), b"name;tone\nA;positive\n".repeat(90), other, branded, vec![0; 4096]] {
            fs::write(&path, &bytes).unwrap();
            for refused in [Store::open(&path).unwrap_err(), Store::open_existing(&path).unwrap_err()] {
                assert_eq!(refused.exit, Exit::Failed);
                assert!(refused.message.contains("is not a vigie store"), "{refused}");
            }
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        let refused = Store::open(folder.path()).unwrap_err();
        assert!(refused.message.contains("it is not a file"), "{refused}");
    }

    #[test]
    fn an_empty_file_becomes_a_store_and_a_missing_one_is_never_made_for_reading() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        assert!(Store::open_existing(&path).unwrap_err().hint.unwrap().contains("vigie scan"));
        assert!(!path.exists());
        fs::write(&path, b"").unwrap();
        assert!(Store::open_existing(&path).is_err());
        drop(Store::open(&path).unwrap());
        assert!(Store::open_existing(&path).is_ok());
        let refused = Store::open(&folder.path().join("none/a.db")).unwrap_err();
        assert!(refused.message.contains("none") && refused.hint.is_some());
    }

    #[test]
    #[cfg(unix)]
    fn a_new_store_is_readable_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut store = Store::open(&path).unwrap();
        store.begin_run("scan", "d", at(0)).unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.file_name());
        }
    }

    #[test]
    fn a_truncated_store_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        for clean in [true, false] {
            filled(&path, clean);
            let whole = fs::read(&path).unwrap();
            for length in [60, 90, whole.len() / 2, whole.len() - 4096] {
                fs::write(&path, &whole[..length]).unwrap();
                let refused = Store::open(&path).unwrap_err();
                assert!(refused.message.contains("damaged"), "{length}: {refused}");
                assert!(refused.hint.unwrap().contains("keep the file"));
                assert_eq!(fs::read(&path).unwrap(), &whole[..length]);
            }
            fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn after_an_unclean_end_a_damaged_page_is_found_at_opening() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        filled(&path, false);
        drop(Store::open(&path).unwrap());
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 4096].fill(0xA5);
        fs::write(&path, &bytes).unwrap();
        let refused = Store::open(&path).unwrap_err();
        assert!(refused.message.contains("damaged"), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }

    #[test]
    fn a_damaged_page_met_while_reading_is_told_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        filled(&path, true);
        let mut bytes = fs::read(&path).unwrap();
        let from = bytes.len() / 4;
        bytes[from..].fill(0xA5);
        fs::write(&path, &bytes).unwrap();
        let told = Store::open_existing(&path).and_then(|store| store.new_records(|_| Ok(()))).unwrap_err();
        assert!(told.message.contains("damaged"), "{told}");
    }

    #[test]
    fn a_scratch_store_leaves_nothing_behind() {
        let store = Store::scratch().unwrap();
        let folder = store.path.parent().unwrap().to_owned();
        let reader = store.reader(Scope::default()).unwrap();
        assert!(folder.is_dir());
        drop((reader, store));
        assert!(!folder.exists());
    }

    #[test]
    fn a_reader_neither_waits_for_a_writer_nor_stops_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("a.db")).unwrap();
        let run = store.begin_run("score", "d", at(0)).unwrap();
        let reader = store.reader(Scope::default()).unwrap();
        let documents = (0..200).map(|i| (document(&i.to_string(), "s", "Un texte."), vec![])).collect();
        store.save_one(run, at(0), &batch(&source("s"), documents)).unwrap();
        let mut seen = 0;
        reader
            .for_each_document(Some("e"), &mut |_, document, audience| {
                assert_eq!((audience, reader.recall("s", "x")), (Some(1200), None));
                seen += 1;
                store.save_scores("e", &[(document.id, vec![mention("Zéphyr")])])
            })
            .unwrap();
        assert_eq!((seen, store.unscored_documents("e").unwrap()), (200, 0));
        assert!(
            Store::open_existing(&store.path).unwrap().transact(|tx| Ok(tx.execute("DELETE FROM run", [])?)).is_err()
        );
    }
}

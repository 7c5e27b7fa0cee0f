//! Versions of the schema: append-only migrations, each upgrade in one transaction after a backup.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::fault::{Fault, Outcome, damaged};
use crate::error::{Error, Result};

/// "vigi": what the header of every store says it is.
pub(super) const APPLICATION_ID: i32 = 0x7669_6769;

/// Version n is reached by running the first n.
pub(super) const MIGRATIONS: &[&str] =
    &[include_str!("migrations/0001.sql"), include_str!("migrations/0002.sql"), include_str!("migrations/0003.sql")];

/// Brings the store to the newest version, or refuses it: damaged after an unclean end, or newer than this program.
pub(super) fn upgrade(connection: &mut Connection, path: &Path, migrations: &[&str]) -> Result<()> {
    let known = migrations.len();
    let version = version(connection, path, known)?;
    if version > 0 && unclean(connection).map_err(|fault| fault.at(path))? {
        check(connection, path)?;
    }
    if version == known {
        return Ok(());
    }
    if version > 0 {
        back_up(connection, path, version)?;
    }
    migrate(connection, &migrations[version..], known).map_err(|fault| fault.at(path))
}

/// The version that the file has; 0 of an empty file. One that is newer than `known` is refused.
pub(super) fn version(connection: &Connection, path: &Path, known: usize) -> Result<usize> {
    let version: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(|error| Fault::from(error).at(path))?;
    usize::try_from(version).ok().filter(|version| *version <= known).ok_or_else(|| {
        Error::usage(format!(
            "the store {} was written by a newer vigie (schema {version}, known {known})",
            path.display()
        ))
        .hint("update vigie, or choose another path for the store")
    })
}

fn migrate(connection: &mut Connection, steps: &[&str], version: usize) -> Outcome<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", version as i64)?;
    Ok(transaction.commit()?)
}

/// Whether the last run did not come to its end: killed, or stopped by a fault.
fn unclean(connection: &Connection) -> Outcome<bool> {
    let sql = "SELECT 1 FROM run WHERE ended IS NULL AND id = (SELECT max(id) FROM run)";
    Ok(connection.prepare(sql)?.exists([])?)
}

fn check(connection: &Connection, path: &Path) -> Result<()> {
    let found: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| Fault::from(error).at(path))?;
    if found == "ok" { Ok(()) } else { Err(damaged(path, found.trim())) }
}

/// Copies the store to `<db>.v<N>.bak`; the copy appears whole or not at all.
fn back_up(connection: &Connection, path: &Path, version: usize) -> Result<()> {
    let target = beside(path, &format!(".v{version}.bak"));
    let part = beside(path, &format!(".v{version}.bak.part"));
    let fault = |error: std::io::Error| {
        Error::failed(format!("the backup {} cannot be written: {error}", target.display()))
            .hint("the store was left as it is; free some space or check the folder's permissions, then run again")
    };
    match fs::remove_file(&part) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(fault(error)),
        _ => create_private(&part).map_err(fault)?,
    };
    connection
        .execute("VACUUM INTO ?1", [part.to_string_lossy()])
        .map_err(|error| fault(std::io::Error::other(error)))?;
    File::open(&part).and_then(|file| file.sync_all()).map_err(fault)?;
    fs::rename(&part, &target).map_err(fault)
}

/// A new empty file that only its owner may read: stores hold what people wrote.
pub(super) fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Exit;
    use crate::store::Store;

    fn one(connection: &Connection, sql: &str) -> i64 {
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_older_store_is_upgraded_after_a_backup() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut store = Store::open(&path).unwrap();
        let run = store.begin_run("scan", "d", jiff::Timestamp::UNIX_EPOCH).unwrap();
        store.close_run(run, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let steps = [MIGRATIONS, &["CREATE TABLE extra (a INTEGER) STRICT; INSERT INTO extra VALUES (7)"]].concat();
        upgrade(&mut store.connection, &path, &steps).unwrap();
        assert_eq!(one(&store.connection, "SELECT a FROM extra"), 7);
        assert_eq!(version(&store.connection, &path, steps.len()).unwrap(), steps.len());
        let name = format!("a.db.v{}.bak", MIGRATIONS.len());
        let backup = Connection::open(folder.path().join(&name)).unwrap();
        assert_eq!(one(&backup, "PRAGMA user_version"), MIGRATIONS.len() as i64);
        assert_eq!(one(&backup, "PRAGMA application_id"), i64::from(APPLICATION_ID));
        assert_eq!(one(&backup, "SELECT count(*) FROM run"), 1);
        assert!(!folder.path().join(name + ".part").exists());
    }

    #[test]
    fn a_store_of_version_1_is_upgraded_with_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut old = Connection::open(&path).unwrap();
        migrate(&mut old, &MIGRATIONS[..1], 1).unwrap();
        old.execute_batch(
            "INSERT INTO source (name, kind, place, failures) VALUES ('s', 'feed', 'https://s.example/feed', 2);
             INSERT INTO page (source, url, etag, fetched) VALUES ('s', 'https://s.example/feed', 'x', 7);",
        )
        .unwrap();
        drop(old);
        let store = Store::open(&path).unwrap();
        let health = crate::store::samples::health(&store);
        assert_eq!((health.failures, health.weight, health.interval, health.waiting), (2, 0.0, None, 0));
        assert_eq!(
            one(&store.connection, "SELECT count(*) FROM page WHERE etag IS NULL AND fetched = 7"),
            1,
            "read anew"
        );
        assert!(folder.path().join("a.db.v1.bak").exists());
    }

    #[test]
    fn a_migration_that_fails_leaves_the_old_version() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut store = Store::open(&path).unwrap();
        let steps = [MIGRATIONS, &["CREATE TABLE extra (a INTEGER) STRICT; CREATE TABLE run (a INTEGER)"]].concat();
        assert!(upgrade(&mut store.connection, &path, &steps).is_err());
        assert_eq!(version(&store.connection, &path, MIGRATIONS.len()).unwrap(), MIGRATIONS.len());
        assert_eq!(one(&store.connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'"), 0);
    }

    #[test]
    fn a_newer_store_is_refused_as_a_matter_of_versions() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        Store::open(&path).unwrap().connection.pragma_update(None, "user_version", 99).unwrap();
        for refused in [Store::open(&path).unwrap_err(), Store::open_existing(&path).unwrap_err()] {
            assert_eq!(refused.exit, Exit::Usage);
            assert!(refused.hint.unwrap().contains("update vigie"));
        }
    }
}

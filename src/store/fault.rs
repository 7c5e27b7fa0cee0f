//! Faults of the database, told to the user with the file's path and what to do about it.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::error::Error;

/// What can stop a query: the database, or the caller's own function.
#[derive(Debug)]
pub(super) enum Fault {
    Sql(rusqlite::Error),
    Told(Error),
}

/// What queries give back.
pub(super) type Outcome<T> = std::result::Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::Sql(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::Told(error)
    }
}

impl Fault {
    /// The error for the user, who is told which file it is about.
    pub(super) fn at(self, path: &Path) -> Error {
        match self {
            Fault::Told(error) => error,
            Fault::Sql(error) => tell(path, &error),
        }
    }
}

fn tell(path: &Path, error: &rusqlite::Error) -> Error {
    let store = path.display();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::failed(format!("no space is left to write the store {store}"))
            .hint("free some space and run again: what was saved is intact, and the next run goes on from there"),
        Some(ErrorCode::SystemIoFailure) => Error::failed(format!(
            "the store {store} cannot be read or written: {error}"
        ))
        .hint("check the disk and its free space, then run again: what was saved is intact, and the next run goes on"),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => damaged(path, &error.to_string()),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::failed(format!("the store {store} is in use by another program")).hint("close it, then run again")
        }
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            Error::failed(format!("the store {store} cannot be opened or written: {error}"))
                .hint("check the permissions of the file and of its folder")
        }
        // A value that no version of ours writes: the bytes are not what was saved.
        None => damaged(path, &error.to_string()),
        Some(_) => Error::failed(format!("the store {store} failed: {error}")),
    }
}

/// The error for a store whose bytes are not what was written.
pub(super) fn damaged(path: &Path, what: &str) -> Error {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Error::failed(format!("the store {} is damaged: {what}", path.display())).hint(format!(
        "keep the file; restore a backup of it, or save what can be saved with `sqlite3 {name} .recover | sqlite3 recovered.db`"
    ))
}

/// The error for a file that is something else; it is left as it is.
pub(super) fn foreign(path: &Path, what: &str) -> Error {
    Error::failed(format!("{} is not a vigie store: {what}", path.display()))
        .hint("choose another path for the store; this file was left as it is")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn each_kind_of_fault_names_the_file_and_what_to_do() {
        for (code, word) in [
            (ffi::SQLITE_FULL, "free some space"),
            (ffi::SQLITE_IOERR, "check the disk"),
            (ffi::SQLITE_CORRUPT, "keep the file"),
            (ffi::SQLITE_NOTADB, "keep the file"),
            (ffi::SQLITE_BUSY, "close it"),
            (ffi::SQLITE_READONLY, "permissions"),
        ] {
            let error =
                Fault::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)).at(Path::new("/a/b.db"));
            assert!(error.message.contains("/a/b.db"), "{error}");
            assert!(error.hint.is_some_and(|hint| hint.contains(word)), "{code}");
        }
    }
}

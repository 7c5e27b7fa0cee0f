//! The lock that lets one run at a time write a store: a file beside it, held while the process lives.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::open::check_folder;
use crate::error::{Error, Exit, Result};

/// Held by the run that writes. The system drops it with the process, however that ends; the file stays.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock `<db>.lock`, or says at once that another run holds it ([`Exit::Locked`]).
    pub fn take(db: &Path) -> Result<Lock> {
        check_folder(db)?;
        let path = lock_path(db);
        let fault = |error: std::io::Error| {
            Error::failed(format!("the lock file {} cannot be used: {error}", path.display()))
                .hint("check the permissions of the file and of its folder")
        };
        let mut options = OpenOptions::new();
        options.create(true).write(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(fault)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error {
                message: format!("another run is at work: it holds {}", path.display()),
                hint: Some(String::from("wait until it ends; the lock ends with it")),
                exit: Exit::Locked,
            }),
            Err(TryLockError::Error(error)) => Err(fault(error)),
        }
    }
}

/// `<db>.lock`, beside the real file, so that two names of one store share one lock.
fn lock_path(db: &Path) -> PathBuf {
    let mut path = std::fs::canonicalize(db).unwrap_or_else(|_| db.to_owned()).into_os_string();
    path.push(".lock");
    PathBuf::from(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_taker_is_told_at_once_and_the_lock_dies_with_its_holder() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("a.db");
        let held = Lock::take(&db).unwrap();
        let refused = Lock::take(&db).unwrap_err();
        assert_eq!(refused.exit, Exit::Locked);
        assert!(refused.message.contains("a.db.lock"), "{refused}");
        assert!(Lock::take(&folder.path().join("b.db")).is_ok());
        drop(held);
        assert!(Lock::take(&db).is_ok());
    }

    #[test]
    #[cfg(unix)]
    fn two_names_of_one_store_share_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.db"), folder.path().join("link.db"));
        std::fs::write(&real, b"").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let _held = Lock::take(&link).unwrap();
        assert_eq!(Lock::take(&real).unwrap_err().exit, Exit::Locked);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let refused = Lock::take(Path::new("/no/such/folder/a.db")).unwrap_err();
        assert!(refused.message.contains("/no/such/folder"), "{refused}");
    }
}

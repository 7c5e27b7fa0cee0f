//! The folder of a report and single files, written whole: whatever happens, the old one or the new one is there.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, File, TryLockError},
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use tempfile::{Builder, TempDir};

use crate::error::{Error, Exit, Result};

/// Every file that a report's folder may hold; a new one replaces or removes these, and nothing else.
pub const FILES: &[&str] = &["mentions.csv", "brands.csv", "report.json"];

/// Beginnings of the names of what is on its way: a new folder, an old one, a single file.
const NEW: &str = ".vigie-new.";
const OLD: &str = ".vigie-old.";
const OUT: &str = ".vigie-out.";

/// The folder of the report of `day`.
pub fn of_day(reports: &Path, day: Date) -> PathBuf {
    reports.join(day.to_string())
}

/// Writes the report folder `dir` whole.
///
/// `write` is given an empty folder beside it and fills it with some of [`FILES`]; then the two change places in one
/// step, where the system knows one. Files in `dir` that are not a report's are kept. When `write` fails, or the disk
/// is full, `dir` is as it was. What an interrupted run left behind is put right first. A folder that holds other
/// things and no report is refused, and so is a second run that writes beside this one.
pub fn write_whole(dir: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let (parent, name) = split(dir)?;
    private_folders(&parent).map_err(|e| failed(&parent, &e))?;
    let _alone = lock(&parent)?;
    settle(&parent);
    let target = parent.join(&name);
    let replaces = is_replaceable(&target)?;

    let new = folder(&parent, NEW, &name).map_err(|e| failed(&parent, &e))?;
    write(new.path())?;
    secure(new.path()).map_err(|e| failed(&target, &e))?;
    let replaced = if replaces { exchange(&parent, &name, new.path()) } else { fs::rename(new.path(), &target) };
    replaced.map_err(|e| failed(&target, &e))?;
    sync_folder(&parent);
    if replaces {
        // The new report is in place; what cannot be cleared now is cleared by the next run.
        let _ = keep_foreign(new.path(), &target).and_then(|()| fs::remove_dir_all(new.path()));
    }
    let _ = new.keep();
    Ok(())
}

/// Writes the file `path` whole: into a file beside it that takes its place when all is on the disk. A link at `path`
/// is replaced, not followed. Devices and pipes are written to as they are. An [`Error`] inside the error that `write`
/// returns comes back as it was.
pub fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let told = |error: io::Error| error.downcast::<Error>().unwrap_or_else(|error| failed(path, &error));
    if is_stream(path) {
        let mut out = BufWriter::new(File::options().append(true).open(path).map_err(told)?);
        return write(&mut out).and_then(|()| out.flush()).map_err(told);
    }
    let (parent, name) = split(path)?;
    if path.is_dir() {
        return Err(Error::failed(format!("cannot write {}: it is a folder", path.display())).hint("name a file"));
    }
    clear_files(&parent, &name);
    let file = Builder::new().prefix(&prefix(OUT, &name)).tempfile_in(&parent).map_err(told)?;
    // Held until the file is in place: an unlocked one is left over from a run that was killed.
    let _ = file.as_file().try_lock();
    let mut out = BufWriter::new(file);
    write(&mut out).and_then(|()| out.flush()).map_err(told)?;
    let file = out.into_inner().map_err(|e| told(e.into_error()))?;
    file.as_file().sync_all().map_err(told)?;
    file.persist(parent.join(&name)).map_err(|e| told(e.error))?;
    sync_folder(&parent);
    Ok(())
}

/// Fails where `write_whole(dir, …)` would fail for want of a right, so that a run can be refused before it starts.
pub fn check(dir: &Path) -> Result<()> {
    let (parent, name) = split(dir)?;
    let tried = private_folders(&parent).and_then(|()| folder(&parent, NEW, &name));
    tried.map_err(|e| failed(&parent, &e))?;
    is_replaceable(&parent.join(&name)).map(drop)
}

/// The folder that holds `path`, and its name there.
fn split(path: &Path) -> Result<(PathBuf, OsString)> {
    let Some(name) = path.file_name() else {
        return Err(Error::failed(format!("cannot write {}: it has no name of its own", path.display()))
            .hint("name a file or folder that vigie may replace"));
    };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((parent.to_path_buf(), name.into()))
}

/// Whether something is there that the report replaces; an error if it should not.
fn is_replaceable(target: &Path) -> Result<bool> {
    let refused = |what: &str| {
        Err(Error::failed(format!("cannot write a report to {}: {what}", target.display()))
            .hint("name a new or empty folder, or that of an earlier report"))
    };
    match fs::symlink_metadata(target) {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
        Err(e) => Err(failed(target, &e)),
        Ok(found) if found.is_symlink() => Ok(true),
        Ok(found) if !found.is_dir() => refused("it is a file"),
        Ok(_) => {
            let names = names(target).map_err(|e| failed(target, &e))?;
            if names.is_empty() || names.iter().any(|name| is_ours(name)) {
                Ok(true)
            } else {
                refused("it holds other things and no report")
            }
        }
    }
}

fn is_ours(name: &OsStr) -> bool {
    FILES.iter().any(|file| name == *file) || name.to_str().is_some_and(|name| name.starts_with(OUT))
}

fn names(dir: &Path) -> io::Result<Vec<OsString>> {
    fs::read_dir(dir)?.map(|entry| Ok(entry?.file_name())).collect()
}

/// Lets `new` and the folder `name` change places.
fn exchange(parent: &Path, name: &OsStr, new: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(CWD, new, CWD, parent.join(name), RenameFlags::EXCHANGE).is_ok() {
            return Ok(());
        }
    }
    in_two_steps(parent, name, new)
}

/// The same where the system or the disk knows no exchange; `settle` mends an end between the two steps.
fn in_two_steps(parent: &Path, name: &OsStr, new: &Path) -> io::Result<()> {
    let target = parent.join(name);
    let aside = folder(parent, OLD, name)?.keep().join("old");
    fs::rename(&target, &aside)?;
    if let Err(error) = fs::rename(new, &target) {
        fs::rename(&aside, &target)?;
        return Err(error);
    }
    // From here on `new` holds the old report, as after an exchange.
    fs::rename(&aside, new)?;
    aside.parent().map_or(Ok(()), fs::remove_dir)
}

/// Puts right what interrupted runs left in `parent`: an old report that was set aside comes back if no new one took
/// its place; files of others come back; the rest goes. What cannot be put right now is left for the next run.
fn settle(parent: &Path) {
    for entry in names(parent).unwrap_or_default() {
        let Some(left) = entry.to_str() else { continue };
        let path = parent.join(left);
        let settled = if let Some(name) = named(left, OLD) {
            let (old, target) = (path.join("old"), parent.join(name));
            let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
            if is_there(&old) && !is_there(&target) { fs::rename(&old, &target) } else { keep_foreign(&old, &target) }
        } else if let Some(name) = named(left, NEW) {
            keep_foreign(&path, &parent.join(name))
        } else {
            continue;
        };
        let _ = settled.and_then(|()| fs::remove_dir_all(&path));
    }
}

/// Moves what is not a report's from the folder `from` to the folder `to`, if both are folders; nothing is replaced.
fn keep_foreign(from: &Path, to: &Path) -> io::Result<()> {
    let is_folder = |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    if !is_folder(from) || !is_folder(to) {
        return Ok(());
    }
    for name in names(from)?.iter().filter(|name| !is_ours(name)) {
        if fs::symlink_metadata(to.join(name)).is_err() {
            fs::rename(from.join(name), to.join(name))?;
        }
    }
    Ok(())
}

/// Removes what killed runs left of the single file `name`.
fn clear_files(parent: &Path, name: &OsStr) {
    let Some(name) = name.to_str() else { return };
    for entry in names(parent).unwrap_or_default() {
        let path = parent.join(&entry);
        if entry.to_str().and_then(|left| named(left, OUT)) == Some(name)
            && fs::symlink_metadata(&path).is_ok_and(|found| found.is_file())
            && File::open(&path).is_ok_and(|file| file.try_lock().is_ok())
        {
            let _ = fs::remove_file(path);
        }
    }
}

/// The name that `<kind><name>.<random>` stands for.
fn named<'a>(left: &'a str, kind: &str) -> Option<&'a str> {
    left.strip_prefix(kind)?.rsplit_once('.').map(|(name, _)| name)
}

fn prefix(kind: &str, name: &OsStr) -> OsString {
    let mut prefix = OsString::from(kind);
    prefix.push(name);
    prefix.push(".");
    prefix
}

/// A new folder that only its owner can read.
fn folder(parent: &Path, kind: &str, name: &OsStr) -> io::Result<TempDir> {
    let prefix = prefix(kind, name);
    let mut builder = Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(parent)
}

fn private_folders(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes every file of `dir` private and durable.
fn secure(dir: &Path) -> io::Result<()> {
    for name in names(dir)? {
        debug_assert!(is_ours(&name), "{name:?} is missing in FILES");
        let file = File::options().read(true).write(true).open(dir.join(&name))?;
        #[cfg(unix)]
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        file.sync_all()?;
    }
    sync_folder(dir);
    Ok(())
}

/// Makes renames in `dir` durable, on systems where a folder can be synced.
fn sync_folder(dir: &Path) {
    if cfg!(unix) {
        let _ = File::open(dir).and_then(|folder| folder.sync_all());
    }
}

/// Keeps other runs out of the folder of reports, where the disk knows locks.
fn lock(parent: &Path) -> Result<Option<File>> {
    if !cfg!(unix) {
        return Ok(None);
    }
    let folder = File::open(parent).map_err(|e| failed(parent, &e))?;
    // A report takes a moment to write; a nightly run is not given up for one.
    for _ in 0..50 {
        match folder.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(std::time::Duration::from_millis(100)),
            _ => break,
        }
    }
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::Error(_)) => Ok(None),
        Err(TryLockError::WouldBlock) => Err(Error {
            message: format!("another run is writing a report in {}", parent.display()),
            hint: Some("wait until it has ended".into()),
            exit: Exit::Locked,
        }),
    }
}

/// Whether `path` is something to write into rather than to replace: a device, a pipe, a socket, or the link through
/// which the system names an output that is open already (`/dev/stdout`).
fn is_stream(path: &Path) -> bool {
    let special = fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
    let of_system = cfg!(unix) && (path.starts_with("/dev") || path.starts_with("/proc"));
    special || (of_system && path.exists() && fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()))
}

/// The error of a file that could not be written, with what can be done about it.
fn failed(path: &Path, error: &io::Error) -> Error {
    let told = Error::failed(format!("cannot write {}: {error}", path.display()));
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            told.hint("make room on the disk or choose another place with -o; nothing was replaced")
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            told.hint("choose a place that you may write to, with -o or `reports` in vigie.toml")
        }
        ErrorKind::NotFound => told.hint("make the folder first"),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => told.hint("a file stands where a folder is needed"),
        _ => told,
    }
}

#[cfg(test)]
mod tests;

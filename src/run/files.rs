//! Sources on disk: a file, or a folder and all below it, walked without holding its list.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::port::{Adapter, Hold, Memory};
use crate::model::{Code, Harvest, Incident, Page, Place, Role, Source, Trail, Validators, Visit, Weight};
use crate::text::{effort, hash};

/// The file names that are read below a folder; a file that is named itself is read whatever its name.
const READ: [&str; 9] = ["html", "htm", "xhtml", "xml", "rss", "atom", "rdf", "json", "jsonfeed"];

/// A file to read, and the key under which its state is stored: its path below the source's folder.
pub struct Found {
    pub source: Arc<Source>,
    pub path: PathBuf,
    pub key: String,
}

/// Calls `each` for every file of a source until it returns false; folders that cannot be listed become incidents.
pub fn walk(source: &Arc<Source>, each: &mut dyn FnMut(Result<Found, Incident>) -> bool) {
    let Place::Path(root) = &source.place else { return };
    let found = |path: PathBuf| {
        let inner = path.strip_prefix(root).ok().filter(|inner| !inner.as_os_str().is_empty());
        let key = inner.unwrap_or(path.file_name().map_or(&path, Path::new)).to_string_lossy().into_owned();
        Found { source: Arc::clone(source), path, key }
    };
    let lost = |path: &Path, error: std::io::Error| Incident {
        source: source.name.clone(),
        url: path.display().to_string(),
        code: Code::Unreadable,
        message: format!("cannot be read: {error}"),
    };
    match fs::metadata(root) {
        Err(error) => _ = each(Err(lost(root, error))),
        Ok(about) if !about.is_dir() => _ = each(Ok(found(root.clone()))),
        Ok(_) => {
            let (mut open, mut none) = (vec![root.clone()], true);
            while let Some(folder) = open.pop() {
                let listing = match fs::read_dir(&folder) {
                    Ok(listing) => listing,
                    Err(error) => {
                        if !each(Err(lost(&folder, error))) {
                            return;
                        }
                        continue;
                    }
                };
                for entry in listing.flatten() {
                    let Ok(kind) = entry.file_type() else { continue };
                    let path = entry.path();
                    if entry.file_name().as_encoded_bytes().starts_with(b".") {
                        continue;
                    }
                    if kind.is_dir() {
                        open.push(path);
                    } else if is_read(&path) {
                        none = false;
                        if !each(Ok(found(path))) {
                            return;
                        }
                    }
                }
            }
            if none {
                let names = READ.join(", .");
                each(Err(lost(root, std::io::Error::other(format!("no file below it ends in .{names}")))));
            }
        }
    }
}

fn is_read(path: &Path) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| READ.iter().any(|r| r.eq_ignore_ascii_case(e)))
}

/// Opens a file, and nothing that could keep a reader waiting for ever, such as a pipe.
fn regular(path: &Path) -> std::io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("not a regular file"));
    }
    File::open(path)
}

/// Reads one file into entries, unless it is as it was.
pub fn read(file: &Found, max_body: u64, adapter: &dyn Adapter, memory: Option<&dyn Memory>) -> Harvest {
    let mut harvest = Harvest {
        source: Arc::clone(&file.source),
        kind: file.source.kind,
        asked: file.key.clone(),
        visit: Visit::failed(Weight::Hard),
        trail: Trail { role: Role::Page, ..Trail::default() },
        entries: Vec::new(),
        incidents: Vec::new(),
        hold: Hold::default(),
    };
    let mut incident = |code, message: String| {
        harvest.incidents.push(Incident {
            source: file.source.name.clone(),
            url: file.path.display().to_string(),
            code,
            message,
        });
    };
    let mut body = Vec::new();
    let opened = regular(&file.path).and_then(|opened| opened.take(max_body.saturating_add(1)).read_to_end(&mut body));
    if let Err(error) = opened {
        incident(Code::Unreadable, format!("cannot be read: {error}"));
        return harvest;
    }
    if body.len() as u64 > max_body {
        incident(Code::TooLarge, format!("larger than {max_body} bytes (max_body)"));
        return harvest;
    }
    let mut validators = Validators::default();
    if let Some(memory) = memory {
        validators.body_hash = Some(hash::hex(&body));
        let known = memory.recall(&file.source.name, &file.key).unwrap_or_default();
        if known.validators.body_hash == validators.body_hash {
            harvest.visit = Visit::Unchanged(validators);
            return harvest;
        }
    }
    let path = file.path.display().to_string();
    let page = Page { url: path, body, ..Page::default() };
    effort::begin();
    let read = adapter.read(&file.source, &page);
    let failed = read.entries.is_empty() && read.incidents.iter().any(|incident| !incident.code.is_warning());
    if !failed {
        harvest.visit = Visit::Read(validators);
    }
    harvest.entries = read.entries;
    harvest.incidents = read.incidents;
    for incident in &mut harvest.incidents {
        incident.source.clone_from(&file.source.name);
        incident.url.clone_from(&page.url);
    }
    harvest
}

//! `vigie extract`: what a saved feed or page holds, one JSON line a file, in the order of the arguments.

use std::fs::File;
use std::io::{Read, Write};
use std::path::PathBuf;

use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::model::Code;
use crate::run::ordered::ordered;
use crate::source::{Extracted, extract as read};
use crate::text::effort;

/// Largest file that is read, bytes.
const MAX_BODY: u64 = 15 * 1024 * 1024;

/// Extracts each file; returns how many gave an incident that is more than a warning. A closed output ends the work.
pub fn extract(files: Vec<PathBuf>, fetched: Option<Timestamp>, jobs: usize, output: &mut dyn Write) -> Result<u64> {
    let (mut failed, mut written) = (0, Ok(()));
    let work = |path: PathBuf| {
        let name = path.display().to_string();
        let mut body = Vec::new();
        let opened = File::open(&path).and_then(|file| {
            let length = file.metadata().map_or(0, |about| about.len());
            body.reserve_exact(usize::try_from(length.min(MAX_BODY) + 1).unwrap_or(0));
            file.take(MAX_BODY + 1).read_to_end(&mut body)
        });
        let extracted = match opened {
            Err(error) => Extracted::failed(&name, Code::Unreadable, format!("cannot be read: {error}")),
            Ok(_) if body.len() as u64 > MAX_BODY => {
                Extracted::failed(&name, Code::TooLarge, format!("larger than {MAX_BODY} bytes"))
            }
            Ok(_) => {
                effort::begin();
                read(&name, &body, None, fetched)
            }
        };
        let bad = extracted.is_failed();
        let mut line = Vec::with_capacity(body.len() + 1024);
        if serde_json::to_writer(&mut line, &extracted).is_err() {
            line.clear();
        }
        (line, bad)
    };
    ordered(files.into_iter(), jobs, work, |(mut line, bad)| {
        failed += u64::from(bad);
        line.push(b'\n');
        written = output.write_all(&line);
        written.is_ok()
    })?;
    written.map_err(|error| Error::failed(format!("cannot write the output: {error}")))?;
    Ok(failed)
}

//! `vigie import`: files that come in whole → rows and pages → documents and mentions → store or stream, in their order.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use jiff::tz::TimeZone;

use crate::analysis::{Analysis, Settings};
use crate::config::Plan;
use crate::error::{Error, Result};
use crate::intake::{Archived, Count, Opened, Options, Raw, Reader, Reading, Row, Told, open, source_of};
use crate::model::port::{Adapter, Hold};
use crate::model::{
    Attempt, Batch, Code, Incident, Keep, Page, Place, Request, Role, Scored, Source, SourceKind, Trail, Visit,
};
use crate::run::ordered::ordered;
use crate::run::{Means, score};
use crate::source::Pages;
use crate::store::{Lock, Progressed, Shown, Store};
use crate::text::{effort, hash, urls};

/// Rows that one thread takes at a time, and bytes after which no further one is added.
const CHUNK: usize = 64;
const CHUNK_BYTES: usize = 1 << 20;
/// Bytes of the file that may be under way at once, beside one thing of any size.
const UNDER_WAY: usize = 48 << 20;
/// Documents after which what was read is written.
const TOGETHER: usize = 1_000;
/// Bad rows of one file that the store remembers.
const REMEMBERED: u64 = 20;
/// Bytes at either end of a file by which it is known again.
const ENDS: u64 = 64 * 1024;

/// What is to be imported.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `-` is standard input.
    pub files: Vec<PathBuf>,
    pub options: Options,
    /// The name of every row's source, instead of its own.
    pub source: Option<String>,
    /// The zone of dates without one, instead of the plan's.
    pub zone: Option<TimeZone>,
    /// Files that were read before are read again.
    pub again: bool,
}

/// A row, or record of an archive, that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    pub file: String,
    pub number: u64,
    pub why: String,
}

/// How an import went.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Imported {
    pub files: u64,
    /// Files that an earlier run read to their end.
    pub known_files: u64,
    /// Rows, or pages of archives, that were read.
    pub rows: u64,
    pub bad: u64,
    /// Records of archives that are no article, thread or feed.
    pub passed: u64,
    pub documents: u64,
    pub mentions: u64,
    pub new_documents: u64,
    pub new_mentions: u64,
    pub revised: u64,
    /// Documents outside of the period asked for.
    pub left_out: u64,
    /// Pages that their sites reserve.
    pub reserved: u64,
}

/// What a file was found to be, and its first rows; nothing is kept.
pub struct Preview {
    pub told: Told,
    pub documents: Vec<Scored>,
    pub bad: Vec<Bad>,
}

/// Reads files into the plan's store, or with none into nothing; `each` is given every document in the order of the files,
/// `bad` every row that could not be read.
pub fn import(
    plan: &Plan,
    means: &Means,
    asked: &Asked,
    bad: &mut dyn FnMut(&Bad),
    each: &mut dyn FnMut(&Scored) -> Result<()>,
) -> Result<Imported> {
    check(asked)?;
    let analysis = Analysis::new(&Settings { brands: plan.brands.clone(), now: means.now });
    let digest = analysis.digest();
    let (mut store, _lock) = match &plan.store {
        Some(path) => {
            let lock = Lock::take(path)?;
            (Some(Store::open(path)?), Some(lock))
        }
        None => (None, None),
    };
    let run = store.as_mut().map(|store| store.begin_run("import", &digest, means.now)).transpose()?;
    let known = Known::of(plan);
    let job = Job { plan, means, asked, analysis: &analysis, known: &known };
    let mut imported = Imported::default();
    for path in &asked.files {
        let kept = store.as_mut().zip(run);
        job.file(path, kept, &mut imported, bad, each)?;
    }
    if let Some((store, run)) = store.as_mut().zip(run) {
        if !plan.brands.is_empty() {
            score::rescore(means, &analysis, &digest, store, score::Which::Unscored)?;
        }
        store.close_run(run, means.now)?;
    }
    Ok(imported)
}

/// What a file is, and the documents of its first `limit` rows.
pub fn preview(plan: &Plan, means: &Means, asked: &Asked, path: &Path, limit: usize) -> Result<Preview> {
    let analysis = Analysis::new(&Settings { brands: plan.brands.clone(), now: means.now });
    let known = Known::of(plan);
    let job = Job { plan, means, asked, analysis: &analysis, known: &known };
    let opened = open(path, &asked.options, &Count::default()).map_err(|fault| refused(path, fault))?;
    let file = job.file_source(path);
    let mut preview = Preview { told: opened.told, documents: Vec::new(), bad: Vec::new() };
    for raw in opened.raws {
        let made = job.made(&opened.reader, &file, &raw);
        let why = made.bad.map(|why| Bad { file: name_of(path), number: raw.number(), why });
        preview.bad.extend(why);
        preview.documents.extend(made.documents);
        if preview.documents.len() >= limit || preview.bad.len() >= limit {
            break;
        }
    }
    preview.documents.truncate(limit);
    Ok(preview)
}

/// Everything that is wrong with the files, at once, before anything is read.
fn check(asked: &Asked) -> Result<()> {
    let mut wrong: Vec<Error> = Vec::new();
    for path in asked.files.iter().filter(|path| path.as_os_str() != "-") {
        if let Err(fault) = open(path, &asked.options, &Count::default()) {
            wrong.push(refused(path, fault));
        }
    }
    match wrong.len() {
        0 => Ok(()),
        1 => Err(wrong.remove(0)),
        _ => {
            let lines = wrong.iter().map(|error| match &error.hint {
                Some(hint) => format!("{}\n  hint: {hint}", error.message),
                None => error.message.clone(),
            });
            Err(Error::usage(lines.collect::<Vec<_>>().join("\n")))
        }
    }
}

fn refused(path: &Path, (why, hint): (String, Option<String>)) -> Error {
    Error { hint, ..Error::usage(format!("{} {why}", path.display())) }
}

fn name_of(path: &Path) -> String {
    if path.as_os_str() == "-" { String::from("stdin") } else { path.display().to_string() }
}

/// Configured sources, by their names and by their hosts.
struct Known {
    by_name: HashMap<String, Source>,
    by_host: HashMap<String, String>,
}

impl Known {
    fn of(plan: &Plan) -> Known {
        let mut known = Known { by_name: HashMap::new(), by_host: HashMap::new() };
        for source in plan.sources.iter() {
            if let Place::Url(url) = &source.place
                && let Some(host) = urls::host(url)
            {
                known.by_host.entry(host).or_insert_with(|| source.name.clone());
            }
            known.by_name.insert(source.name.clone(), source);
        }
        known
    }
}

struct Job<'a> {
    plan: &'a Plan,
    means: &'a Means,
    asked: &'a Asked,
    analysis: &'a Analysis,
    known: &'a Known,
}

/// What one thing of a file comes to.
#[derive(Default)]
struct Made {
    documents: Vec<Scored>,
    left_out: usize,
    reserved: u64,
    passed: bool,
    bad: Option<String>,
}

/// What a chunk of a file comes to.
struct Part {
    last: u64,
    rows: u64,
    passed: u64,
    reserved: u64,
    documents: Vec<Scored>,
    left_out: usize,
    bad: Vec<(u64, String)>,
    _room: Room,
}

impl Job<'_> {
    /// The source that a file is kept under.
    fn file_source(&self, path: &Path) -> Arc<Source> {
        let own = || match path.as_os_str() == "-" {
            true => String::from("stdin"),
            false => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
        };
        let name = self.asked.source.clone().unwrap_or_else(own);
        let said = self.asked.zone.clone();
        let zone = said.clone().unwrap_or_else(|| self.plan.zone.clone());
        Arc::new(match self.known.by_name.get(&name) {
            Some(source) => Source { timezone: said.unwrap_or_else(|| source.timezone.clone()), ..source.clone() },
            None => source_of(&name, path, zone, self.asked.zone.is_some()),
        })
    }

    /// Reads one file.
    fn file(
        &self,
        path: &Path,
        mut kept: Option<(&mut Store, i64)>,
        imported: &mut Imported,
        bad: &mut dyn FnMut(&Bad),
        each: &mut dyn FnMut(&Scored) -> Result<()>,
    ) -> Result<()> {
        let (means, file) = (self.means, name_of(path));
        let source = self.file_source(path);
        let key = self.fingerprint(path);
        let mut done = Progressed::default();
        if let (Some((store, _)), Some(key), false) = (&kept, &key, self.asked.again) {
            done = store.imported(&source.name, key)?;
        }
        if done.whole {
            imported.known_files += 1;
            return Ok(());
        }
        let count = Count::default();
        let Opened { reader, raws, .. } =
            open(path, &self.asked.options, &count).map_err(|fault| refused(path, fault))?;
        imported.files += 1;
        let total = path.metadata().ok().filter(|about| about.is_file()).map(|about| about.len());
        let space = Space::new(UNDER_WAY);
        let raws = raws.take_while(|_| means.stop.signal().is_none()).skip_while(|raw| raw.number() <= done.rows);
        let work = |(raws, room): (Vec<Raw>, Room)| self.part(&reader, &source, &raws, room);
        let mut ready = Ready { documents: Vec::new(), incidents: Vec::new(), left_out: 0, rows: done.rows };
        let mut told_bad = 0;
        let mut failed = None;
        ordered(chunks(raws, &space), means.jobs, work, |part| {
            imported.rows += part.rows;
            imported.passed += part.passed;
            imported.reserved += part.reserved;
            imported.left_out += part.left_out as u64;
            for (number, why) in &part.bad {
                imported.bad += 1;
                told_bad += 1;
                bad(&Bad { file: file.clone(), number: *number, why: why.clone() });
                if told_bad <= REMEMBERED {
                    ready.incidents.push(incident(&source.name, &file, *number, why));
                }
            }
            imported.documents += part.documents.len() as u64;
            imported.mentions += part.documents.iter().flat_map(|scored| &scored.mentions).flatten().count() as u64;
            let given = part.documents.iter().filter(|scored| scored.keep != Keep::Nothing).try_for_each(&mut *each);
            ready.rows = part.last;
            ready.left_out += part.left_out;
            ready.documents.extend(part.documents);
            let written = match &mut kept {
                Some((store, run)) if ready.documents.len() >= TOGETHER => {
                    self.write(store, *run, &source, key.as_deref(), &mut ready, imported, false)
                }
                Some(_) => Ok(()),
                None => {
                    ready.documents.clear();
                    Ok(())
                }
            };
            means.progress.read(count.load(Ordering::Relaxed), total, &file);
            means.progress.scored(imported.documents, None, imported.mentions);
            failed = given.and(written).err();
            failed.is_none()
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        let stopped = means.stop.check();
        if let Some((store, run)) = kept {
            self.write(store, run, &source, key.as_deref(), &mut ready, imported, stopped.is_ok())?;
            if stopped.is_ok() && source.kind == SourceKind::Import {
                store
                    .finish_sources(vec![(Arc::unwrap_or_clone(source), Attempt::Read, Shown::default())], means.now)?;
            }
            return stopped;
        }
        stopped.map_err(|stopped| Error {
            message: "stopped by a signal; nothing was kept".into(),
            hint: None,
            ..stopped
        })
    }

    /// Writes what is ready, and how far the file was read, in this order: a run that dies in between reads a little twice.
    #[allow(clippy::too_many_arguments)]
    fn write(
        &self,
        store: &mut Store,
        run: i64,
        source: &Arc<Source>,
        key: Option<&str>,
        ready: &mut Ready,
        imported: &mut Imported,
        whole: bool,
    ) -> Result<()> {
        let batch = Batch {
            source: Arc::clone(source),
            kind: source.kind,
            asked: key.unwrap_or("import:stdin").to_owned(),
            // What is known of a file is noted apart.
            visit: Visit::NotDue,
            trail: Trail { role: Role::Page, ..Trail::default() },
            documents: std::mem::take(&mut ready.documents),
            left_out: std::mem::take(&mut ready.left_out),
            incidents: std::mem::take(&mut ready.incidents),
            hold: Hold::default(),
        };
        for saved in store.save(run, self.means.now, None, std::slice::from_ref(&batch))? {
            imported.new_documents += saved.new_documents;
            imported.new_mentions += saved.new_mentions;
            imported.revised += saved.revised;
        }
        match key {
            Some(key) => store.note_import(run, source, key, Progressed { rows: ready.rows, whole }, self.means.now),
            None => Ok(()),
        }
    }

    /// By what a file is known again, with all that its documents depend on beside it; `None` of what comes down a pipe.
    fn fingerprint(&self, path: &Path) -> Option<String> {
        let mut file = File::open(path).ok()?;
        let about = file.metadata().ok().filter(|about| about.is_file())?;
        let mut ends = Vec::new();
        file.by_ref().take(ENDS).read_to_end(&mut ends).ok()?;
        file.seek(SeekFrom::Start(about.len().saturating_sub(ENDS))).ok()?;
        file.take(ENDS).read_to_end(&mut ends).ok()?;
        let asked = self.asked;
        let options = format!(
            "{:?}",
            (
                asked.options.dialect.map(|dialect| dialect.word),
                &asked.options.map,
                asked.options.kind,
                asked.zone.as_ref().and_then(|zone| zone.iana_name().map(String::from)),
                self.means.since,
                self.means.until,
            )
        );
        let parts = [hash::hex(&ends), about.len().to_string(), options];
        Some(format!("import:{}", hash::short(&parts.each_ref().map(String::as_str))))
    }

    /// Reads a chunk.
    fn part(&self, reader: &Reader, file: &Source, raws: &[Raw], room: Room) -> Part {
        let mut part = Part {
            last: raws.last().map_or(0, Raw::number),
            rows: 0,
            passed: 0,
            reserved: 0,
            documents: Vec::new(),
            left_out: 0,
            bad: Vec::new(),
            _room: room,
        };
        for raw in raws {
            let made = self.made(reader, file, raw);
            match made.bad {
                Some(why) => part.bad.push((raw.number(), why)),
                None if made.passed => part.passed += 1,
                None => part.rows += 1,
            }
            part.reserved += made.reserved;
            part.left_out += made.left_out;
            part.documents.extend(made.documents);
        }
        part
    }

    /// Reads one thing of a file.
    fn made(&self, reader: &Reader, file: &Source, raw: &Raw) -> Made {
        let bad = |why| Made { bad: Some(why), ..Made::default() };
        let made = catch_unwind(AssertUnwindSafe(|| match raw {
            Raw::Page(page) => self.page(file, page),
            raw => reader.row(raw).map_or_else(bad, |row| self.row(file, row)),
        }));
        made.unwrap_or_else(|_| bad(String::from("a fault of vigie's own; please report it")))
    }

    fn row(&self, file: &Source, row: Row) -> Made {
        let Row { source, source_kind, id, entry, .. } = row;
        let name = self.asked.source.clone().or(source).unwrap_or_else(|| file.name.clone());
        let audience = self.known.by_name.get(&name).and_then(|source| source.audience);
        let source = Source { name, audience, ..file.clone() };
        let mut made = Made::default();
        let mut document = self.analysis.document(&source, source_kind, entry);
        if let Some(id) = id {
            document.id = id;
        }
        self.score(&mut made, &source, document, Keep::All);
        made
    }

    /// An archived page, read as if it were fetched now, but for its clock.
    fn page(&self, file: &Source, archived: &Archived) -> Made {
        let mut made = Made::default();
        let answer = match archived.read() {
            Reading::Page(answer) => answer,
            Reading::Passed => return Made { passed: true, ..made },
            Reading::Bad(why) => return Made { bad: Some(why), ..made },
        };
        let host = urls::host(&archived.url).unwrap_or_else(|| file.name.clone());
        let name = self.asked.source.clone().or_else(|| self.known.by_host.get(&host).cloned()).unwrap_or(host);
        let configured = self.known.by_name.get(&name);
        let mut source = Source {
            name,
            kind: SourceKind::Auto,
            place: Place::Url(archived.url.clone()),
            audience: configured.and_then(|source| source.audience),
            exempt: configured.and_then(|source| source.exempt.clone()),
            ..file.clone()
        };
        if let (Some(configured), None) = (configured, &self.asked.zone) {
            (source.timezone, source.timezone_is_said) = (configured.timezone.clone(), configured.timezone_is_said);
        }
        let exempt = source.exempt.as_ref().is_some_and(|exempt| exempt.reservations);
        let reserved = crate::crawl::reserved_by(&answer.robots, &answer.mining, false);
        let page = Page {
            request: Request::new(archived.url.clone(), Role::Page),
            url: archived.url.clone(),
            content_type: answer.content_type,
            dated: archived.fetched,
            reserved: if exempt { Default::default() } else { reserved },
            max_body: crate::intake::MAX_PAGE as u64,
            body: answer.body,
            ..Page::default()
        };
        effort::begin();
        let found = Pages.read(&source, &page);
        for incident in &found.incidents {
            made.reserved += u64::from(incident.code == Code::Reserved);
            let told = Incident { source: source.name.clone(), ..incident.clone() };
            self.means.progress.incident(&told);
        }
        made.passed = found.entries.is_empty();
        let kind = found.kind.unwrap_or(SourceKind::Page);
        for entry in found.entries {
            let keep = entry.keep;
            let document = self.analysis.document(&source, kind, entry);
            self.score(&mut made, &source, document, keep);
        }
        made
    }

    fn score(&self, made: &mut Made, source: &Source, document: crate::model::Document, keep: Keep) {
        let covered = self.means.covers(document.published);
        made.left_out += usize::from(!covered);
        if keep == Keep::All && !covered {
            return;
        }
        let only_known = keep == Keep::Nothing || !covered;
        let branded = !self.plan.brands.is_empty();
        let mentions = branded.then(|| self.analysis.mentions(&document, source.audience));
        made.documents.push(Scored { document, mentions, keep, only_known });
    }
}

/// What is read and not written yet.
struct Ready {
    documents: Vec<Scored>,
    incidents: Vec<Incident>,
    left_out: usize,
    rows: u64,
}

fn incident(source: &str, file: &str, number: u64, why: &str) -> Incident {
    Incident {
        source: source.to_owned(),
        url: file.to_owned(),
        code: Code::Unreadable,
        message: format!("row {number}: {why}"),
    }
}

/// The things of a file by the handful, each with the room that it takes.
fn chunks(raws: impl Iterator<Item = Raw>, space: &Arc<Space>) -> impl Iterator<Item = (Vec<Raw>, Room)> {
    let mut raws = raws.fuse();
    std::iter::from_fn(move || {
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        while chunk.len() < CHUNK && bytes < CHUNK_BYTES {
            let Some(raw) = raws.next() else { break };
            bytes += raw.size();
            chunk.push(raw);
        }
        (!chunk.is_empty()).then(|| (chunk, space.take(bytes)))
    })
}

/// Bytes that may be under way.
struct Space {
    most: usize,
    taken: Mutex<usize>,
    freed: Condvar,
}

/// A part of it, given back when dropped.
struct Room {
    space: Arc<Space>,
    bytes: usize,
}

impl Space {
    fn new(most: usize) -> Arc<Space> {
        Arc::new(Space { most, taken: Mutex::new(0), freed: Condvar::new() })
    }

    /// Waits until there is room; who comes first is never refused, however much it is.
    fn take(self: &Arc<Space>, bytes: usize) -> Room {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken > 0 && *taken + bytes > self.most {
            taken = self.freed.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken += bytes;
        Room { space: Arc::clone(self), bytes }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        *self.space.taken.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.space.freed.notify_one();
    }
}

//! `vigie score -`: JSON lines in, JSON lines out, in input order, on every core.

use std::io::{BufRead, BufReader, Read, Write};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::analysis::Analysis;
use crate::error::{Error, Result};
use crate::model::{Counts, Cue, Document, Field, Kind, Mention, Probabilities, Reach, Tone};
use crate::run::ordered::ordered;

/// Lines that one thread takes at a time, and bytes after which no further line is added to them.
const CHUNK: usize = 64;
const CHUNK_BYTES: usize = 256 * 1024;
/// A line longer than this is refused, so that memory stays bounded.
const MAX_LINE: u64 = 16 * 1024 * 1024;

/// What went through.
#[derive(Debug, Default, Clone, Copy)]
pub struct Filtered {
    pub read: u64,
    pub bad: u64,
}

/// One row of the output; field names and order are the public contract.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a Value,
    url: &'a Value,
    author: &'a Value,
    published: &'a Value,
    brand: Option<&'a str>,
    alias: Option<&'a str>,
    matched: Option<&'a str>,
    start: Option<usize>,
    end: Option<usize>,
    field: Option<Field>,
    hit_sentence: &'a str,
    probability: Option<f64>,
    doubtful: Option<bool>,
    sentiment: Option<f64>,
    tone: Tone,
    probabilities: Option<Probabilities>,
    document_tone: Tone,
    reputation_polarity: Option<f64>,
    language: &'a str,
    intent: Option<&'a str>,
    topics: &'a [String],
    reach: Reach,
    prominence: f64,
    cues: &'a [Cue],
}

impl<'a> Row<'a> {
    fn new(given: &'a Value, m: &'a Mention) -> Row<'a> {
        let named = !m.brand.is_empty();
        let found = !m.matched.is_empty();
        Row {
            id: &given["id"],
            url: &given["url"],
            author: &given["author"],
            published: &given["published"],
            brand: named.then_some(&m.brand),
            alias: found.then_some(&m.alias),
            matched: found.then_some(&m.matched),
            start: found.then_some(m.start),
            end: found.then_some(m.end),
            field: found.then_some(m.field),
            hit_sentence: &m.hit_sentence,
            probability: m.probability,
            doubtful: m.doubtful,
            sentiment: m.sentiment,
            tone: m.tone,
            probabilities: m.probabilities,
            document_tone: m.document_tone,
            reputation_polarity: m.reputation_polarity,
            language: &m.language,
            intent: m.intent.as_deref(),
            topics: &m.topics,
            reach: m.reach,
            prominence: m.prominence,
            cues: &m.cues,
        }
    }
}

/// Scores every line of `input`; `branded` says whether brands are configured. `bad` hears of each line that could not
/// be read, with its number. A closed output ends the work without an error.
pub fn filter(
    analysis: &Analysis,
    branded: bool,
    jobs: usize,
    input: BufReader<impl Read + Send>,
    output: &mut dyn Write,
    bad: &mut dyn FnMut(u64, &str),
) -> Result<Filtered> {
    let (mut count, mut written) = (Filtered::default(), Ok(()));
    let work = |lines: Vec<(u64, Line)>| {
        let mut out = Vec::new();
        let mut wrong = Vec::new();
        let read = lines.len() as u64;
        for (number, line) in lines {
            if let Err(why) = line.and_then(|line| score(analysis, branded, &line, &mut out)) {
                wrong.push((number, why));
            }
        }
        (read, out, wrong)
    };
    ordered(chunks(input), jobs, work, |(read, out, wrong)| {
        count.read += read - wrong.len() as u64;
        count.bad += wrong.len() as u64;
        wrong.iter().for_each(|(number, why)| bad(*number, why));
        written = output.write_all(&out).and_then(|()| output.flush());
        written.is_ok()
    })?;
    written.map_err(|error| Error::failed(format!("cannot write the output: {error}")))?;
    Ok(count)
}

type Line = std::result::Result<Vec<u8>, String>;

/// The lines of `input` that are not blank, numbered from 1, as many at a time as have already arrived: who writes a
/// line now and then is answered at once.
fn chunks(mut input: BufReader<impl Read>) -> impl Iterator<Item = Vec<(u64, Line)>> {
    let (mut number, mut ended) = (0, false);
    std::iter::from_fn(move || {
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        while chunk.len() < CHUNK && bytes < CHUNK_BYTES && !ended && (chunk.is_empty() || !input.buffer().is_empty()) {
            let mut line = Vec::new();
            number += 1;
            match input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
                Ok(0) => ended = true,
                Ok(_) if line.len() as u64 == MAX_LINE && !line.ends_with(b"\n") => {
                    ended = input.skip_until(b'\n').is_err();
                    chunk.push((number, Err(format!("longer than {MAX_LINE} bytes"))));
                }
                Ok(_) if line.iter().all(u8::is_ascii_whitespace) => {}
                Ok(read) => {
                    bytes += read;
                    chunk.push((number, Ok(line)));
                }
                Err(error) => {
                    ended = true;
                    chunk.push((number, Err(format!("cannot be read: {error}"))));
                }
            }
        }
        (!chunk.is_empty()).then_some(chunk)
    })
}

fn score(analysis: &Analysis, branded: bool, line: &[u8], out: &mut Vec<u8>) -> std::result::Result<(), String> {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let given: Value = serde_json::from_slice(line).map_err(|error| {
        // The line is told by its number in the input.
        error.to_string().replace(" at line 1 column", " at column")
    })?;
    let document = document(&given)?;
    let found = match given["brand"].as_str() {
        Some(brand) => {
            let start = given["start"].as_u64().and_then(|start| usize::try_from(start).ok());
            vec![analysis.about(&document, brand, start)]
        }
        None if branded => analysis.mentions(&document, None),
        None => vec![analysis.tone(&document)],
    };
    for mention in &found {
        serde_json::to_writer(&mut *out, &Row::new(&given, mention)).map_err(|error| error.to_string())?;
        out.push(b'\n');
    }
    Ok(())
}

/// What scoring needs of a line; only `text` must be there, and what is of another type counts as absent.
fn document(given: &Value) -> std::result::Result<Document, String> {
    if !given.is_object() {
        return Err(String::from("not a JSON object"));
    }
    let text = |key: &str| given[key].as_str().map(String::from);
    let date = |key: &str| given[key].as_str().and_then(|date| date.parse::<Timestamp>().ok());
    Ok(Document {
        id: text("id").unwrap_or_default(),
        url: text("url"),
        thread_url: text("thread_url"),
        title: text("title"),
        author: text("author"),
        source: text("source").unwrap_or_default(),
        kind: given["kind"].as_str().and_then(Kind::from_word).unwrap_or_default(),
        published: date("published"),
        language: text("language").unwrap_or_else(|| String::from("und")),
        text: text("text").ok_or("no \"text\"")?,
        is_reply: given["is_reply"].as_bool().unwrap_or(false),
        counts: Counts {
            replies: given["replies"].as_u64(),
            views: given["views"].as_u64(),
            likes: given["likes"].as_u64(),
            shares: given["shares"].as_u64(),
            rating: given["rating"].as_f64(),
            thread_replies: given["thread_replies"].as_u64(),
            thread_views: given["thread_views"].as_u64(),
        },
        ..Document::default()
    })
}

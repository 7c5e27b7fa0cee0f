//! Where data and messages go: stdout, a file, stderr; a closed pipe is no error.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

use crate::error::{Error, Exit, Result};
use crate::report::folder::write_file;
use crate::report::{FORMATS, Format, visible};

/// What a closed stdout means to a command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// A listing has nobody left to list for: it ends at once, with success.
    Ends,
    /// A run goes on and keeps what it finds; nothing more is written.
    IsIgnored,
}

/// Stdout that does not turn a reader's going away into an error.
struct Stdout {
    inner: io::StdoutLock<'static>,
    closed: Closed,
    gone: bool,
}

impl Stdout {
    fn meet(&mut self, result: io::Result<()>) -> io::Result<()> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                if self.closed == Closed::Ends {
                    std::process::exit(i32::from(Exit::Done.code()));
                }
                self.gone = true;
                Ok(())
            }
            other => other,
        }
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.gone {
            let result = self.inner.write_all(bytes);
            self.meet(result)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        let result = self.inner.flush();
        self.meet(result)
    }
}

/// Lets `write` fill a file, which appears whole or not at all, or stdout where the path is `-`.
pub fn write(path: &Path, closed: Closed, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    if path.as_os_str() != "-" {
        return write_file(path, |out| write(out).map_err(io::Error::other));
    }
    let mut out = io::BufWriter::with_capacity(64 * 1024, Stdout { inner: io::stdout().lock(), closed, gone: false });
    write(&mut out)?;
    out.flush().map_err(|error| unwritten(&error))
}

/// Prints data on stdout.
pub fn print(data: &[u8]) -> Result<Exit> {
    write(Path::new("-"), Closed::Ends, |out| out.write_all(data).map_err(|error| unwritten(&error)))?;
    Ok(Exit::Done)
}

/// One value as a line of JSON.
pub fn json_line(out: &mut dyn Write, value: &impl serde::Serialize) -> Result<()> {
    let mut line = serde_json::to_vec(value).map_err(|error| Error::failed(format!("cannot write JSON: {error}")))?;
    line.push(b'\n');
    out.write_all(&line).map_err(|error| unwritten(&error))
}

/// The format asked for, else the one that the file's name says, else a table for a person and CSV for a pipe or file; and
/// the terminal's width for tables.
pub fn chosen(format: Option<Format>, to: &Path) -> (Format, usize) {
    let person = to.as_os_str() == "-" && io::stdout().is_terminal();
    let named = || to.extension().and_then(|extension| extension.to_str()).and_then(Format::from_word);
    let format = format.or_else(named).unwrap_or(if person { Format::Table } else { Format::Csv });
    (format, width())
}

/// Columns of the terminal, or of what will do for one.
pub fn width() -> usize {
    console::Term::stdout().size_checked().map_or(100, |(_, columns)| usize::from(columns))
}

/// A format by its name.
pub fn format(word: &str) -> std::result::Result<Format, String> {
    let words = || FORMATS.iter().map(|(_, word, _)| *word).collect::<Vec<_>>().join(", ");
    Format::from_word(word).ok_or_else(|| format!("one of {}", words()))
}

/// The error of an output that could not be written.
pub fn unwritten(error: &io::Error) -> Error {
    Error::failed(format!("cannot write the output: {error}"))
}

/// One line on stderr.
pub fn say(line: &str) {
    _ = writeln!(io::stderr().lock(), "{}", visible(line));
}

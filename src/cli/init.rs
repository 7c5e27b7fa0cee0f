//! `vigie init`: a commented configuration to start from.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use clap::Args;

use crate::cli::args::spoken;
use crate::cli::output;
use crate::config;
use crate::error::{Error, Exit, Result};
use crate::model::Language;

/// Writes a commented vigie.toml; never over an existing file.
#[derive(Args)]
#[command(after_help = "Examples:\n  vigie init\n  vigie init -o clients/atlas.toml\n  vigie init -o - --language en")]
pub struct Init {
    /// Where to write it; `-` for stdout
    #[arg(short, long, value_name = "FILE", default_value = config::DEFAULT_FILE)]
    output: PathBuf,
    /// Language of its comments and of the reports: fr or en [default: the environment's]
    #[arg(long, value_name = "LANG", value_parser = ["fr", "en"])]
    language: Option<String>,
}

impl Init {
    pub fn run(self) -> Result<Exit> {
        let language = self.language.as_deref().and_then(Language::from_word).unwrap_or_else(spoken);
        let template = config::template(language);
        if self.output.as_os_str() == "-" {
            return output::print(template.as_bytes());
        }
        let path = self.output.display();
        let mut file = File::create_new(&self.output).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Error::usage(format!("{path} is there already"))
                .hint("`vigie check` says whether it is right; -o writes elsewhere"),
            _ => Error::failed(format!("cannot write {path}: {error}")),
        })?;
        file.write_all(template.as_bytes()).map_err(|error| Error::failed(format!("cannot write {path}: {error}")))?;
        output::say(&format!("{path}: edit its brands and sources, then `vigie check` and `vigie scan`"));
        Ok(Exit::Done)
    }
}

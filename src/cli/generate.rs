//! `vigie generate`: man page, shell completions, the report's JSON Schema.

use clap::{Args, Subcommand};
use clap_complete::Shell;

use crate::cli::{command, output};
use crate::error::{Error, Exit, Result};

#[derive(Args)]
#[command(
    after_help = "Examples:\n  vigie generate man > vigie.1\n  vigie generate completions bash > /etc/bash_completion.d/vigie\n  vigie generate schema > report.v1.json"
)]
pub struct Generate {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The manual page, in roff; every subcommand in one page
    Man,
    /// Completions for a shell
    Completions { shell: Shell },
    /// JSON Schema of report.json
    Schema,
}

impl Generate {
    pub fn run(self) -> Result<Exit> {
        let mut out = Vec::new();
        match self.what {
            What::Man => man(&mut out).map_err(|error| Error::failed(format!("cannot write the man page: {error}")))?,
            What::Completions { shell } => clap_complete::generate(shell, &mut command(), "vigie", &mut out),
            What::Schema => out.extend_from_slice(crate::report::SCHEMA.as_bytes()),
        }
        output::print(&out)
    }
}

/// One page: the command, then each subcommand's synopsis and options.
fn man(out: &mut Vec<u8>) -> std::io::Result<()> {
    let mut top = command();
    top.build();
    clap_mangen::Man::new(top.clone()).render(out)?;
    for sub in top.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let page = clap_mangen::Man::new(sub.clone());
        out.extend_from_slice(format!(".SH VIGIE {}\n", sub.get_name().to_uppercase()).as_bytes());
        page.render_synopsis_section(out)?;
        page.render_description_section(out)?;
        page.render_options_section(out)?;
    }
    Ok(())
}

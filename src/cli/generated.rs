//! The manual page, and completions for shells, made from the definition of the arguments.

use std::io;

use clap::{Command, ValueEnum};
use clap_complete::{Shell, generate};
use clap_mangen::Man;

/// What packages install beside the program.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum GeneratedFile {
    Man,
    Bash,
    Zsh,
    Fish,
    Powershell,
}

impl GeneratedFile {
    /// Returns the content for a command line.
    pub(crate) fn content(self, mut command: Command) -> io::Result<Vec<u8>> {
        let shell = match self {
            Self::Man => return manual(command),
            Self::Bash => Shell::Bash,
            Self::Zsh => Shell::Zsh,
            Self::Fish => Shell::Fish,
            Self::Powershell => Shell::PowerShell,
        };
        let mut content = Vec::new();
        generate(shell, &mut command, "caselanes", &mut content);
        Ok(content)
    }
}

/// Returns one page, in which each command has a section.
fn manual(mut command: Command) -> io::Result<Vec<u8>> {
    command.build();
    let mut page = Vec::new();
    let whole = Man::new(command.clone()).section("1");
    whole.render_title(&mut page)?;
    whole.render_name_section(&mut page)?;
    whole.render_synopsis_section(&mut page)?;
    whole.render_description_section(&mut page)?;
    whole.render_options_section(&mut page)?;
    let mut commands = Vec::new();
    for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
        let name = format!("caselanes {}", command.get_name());
        commands.extend(format!(".SH \"{}\"\n", name.to_uppercase()).bytes());
        let mut section = Vec::new();
        let part = Man::new(command.clone().bin_name(name));
        part.render_description_section(&mut section)?;
        part.render_synopsis_section(&mut section)?;
        part.render_options_section(&mut section)?;
        commands.extend(String::from_utf8_lossy(&section).replace(".SH ", ".SS ").bytes());
    }
    page.extend(commands);
    whole.render_version_section(&mut page)?;
    Ok(page)
}

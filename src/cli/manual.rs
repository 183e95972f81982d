//! `completions` and `man`: what a shell and a manual want to know of the commands.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Arguments;
use super::output;

/// `leapsync completions`.
pub(crate) fn completions(shell: Shell) -> u8 {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "leapsync", &mut text);
    output::print(&text);
    0
}

/// `leapsync man`: one page with every command, in the form that `man` reads.
pub(crate) fn man() -> anyhow::Result<u8> {
    let mut page = Vec::new();
    write_page(&mut page)?;
    output::print(&page);
    Ok(0)
}

fn write_page(page: &mut dyn Write) -> io::Result<()> {
    let mut whole = Arguments::command();
    whole.build();
    let man = clap_mangen::Man::new(whole.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    for command in whole.get_subcommands().filter(|command| !command.is_hide_set()) {
        let man = clap_mangen::Man::new(command.clone());
        writeln!(page, ".SH \"LEAPSYNC {}\"", command.get_name().to_uppercase())?;
        man.render_description_section(page)?;
        man.render_synopsis_section(page)?;
        man.render_options_section(page)?;
    }
    Ok(())
}

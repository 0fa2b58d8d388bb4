//! `caselanes cases`: generates cases.

use std::io::{self, ErrorKind, IsTerminal as _};

use crate::app::drawn_seed;
use crate::cli::arguments::case_options::CasesArguments;
use crate::cli::console::print_note;
use crate::cli::exit_status::ALL_DONE;
use crate::cli::output_target::OutputTarget;
use crate::study::Recipe;
use crate::text;

pub(crate) fn cases(arguments: &CasesArguments) -> Result<u8, String> {
    let mut recipe = arguments.recipe()?;
    let is_drawn = arguments.seed.is_none() && recipe.method.draws_seed();
    if is_drawn {
        recipe.seed = drawn_seed();
    }
    let seed = recipe.seed;
    let recipe = Recipe::parse(&recipe).map_err(|error| error.to_string())?;
    recipe.check().map_err(|error| error.to_string())?;
    let format = arguments.format();
    if format.is_binary() && arguments.file().is_none() && io::stdout().is_terminal() {
        return Err("a workbook cannot be shown in a terminal; add --output FILE".to_owned());
    }
    let place = |error| match arguments.file() {
        Some(path) => format!("cannot write the cases: {error}: {}", path.display()),
        None => format!("cannot write the cases: {error}"),
    };
    let output = arguments.file().map_or(Ok(OutputTarget::Standard), OutputTarget::prepare);
    let mut output = output.map_err(place)?;
    let is_replaced = output.replaces_file();
    if is_drawn {
        print_note(&format!("seed {seed}"), arguments.quiet);
    }
    let mut cut_texts = 0;
    let written = output.write(|to| {
        cut_texts = format.write(&recipe, to)?;
        Ok(())
    });
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(ALL_DONE),
        written => written.map_err(place)?,
    }
    if cut_texts > 0 {
        let texts = text::count(cut_texts, "text");
        print_note(&format!("{texts} cut to the 32767 characters of a cell"), arguments.quiet);
    }
    if let Some(path) = arguments.file() {
        let outcome = if is_replaced { "the cases replaced" } else { "the cases are in" };
        print_note(&format!("{outcome} {}", path.display()), arguments.quiet);
    }
    Ok(ALL_DONE)
}

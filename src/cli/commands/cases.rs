//! `caselanes cases`: generates cases.

use std::io::{self, ErrorKind, IsTerminal as _, Write};

use crate::app::drawn_seed;
use crate::cli::arguments::case_options::{CaseFormat, CasesArguments};
use crate::cli::console::print_note;
use crate::cli::deliver::OutputTarget;
use crate::cli::exit_status::ALL_DONE;
use crate::study::{CaseWriter, GeneratedCell, Recipe, WorkbookCell, WorkbookWriter};
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
    if format == CaseFormat::Xlsx && arguments.file().is_none() && io::stdout().is_terminal() {
        return Err("a workbook cannot be shown in a terminal; add --output FILE".to_owned());
    }
    let place = |error| match arguments.file() {
        Some(path) => format!("cannot write the cases: {error}: {}", path.display()),
        None => format!("cannot write the cases: {error}"),
    };
    let output = arguments.file().map_or(Ok(OutputTarget::Standard), OutputTarget::prepare);
    let output = output.map_err(place)?;
    let is_replaced = output.replaces_file();
    if is_drawn {
        print_note(&format!("seed {seed}"), arguments.quiet);
    }
    let mut cut_texts = 0;
    let written = output.write(|to| {
        match format {
            CaseFormat::Csv => write_csv(&recipe, to)?,
            CaseFormat::Xlsx => cut_texts = write_workbook(&recipe, to)?,
        }
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

fn write_csv(recipe: &Recipe, to: &mut dyn Write) -> io::Result<()> {
    let mut writer = CaseWriter::new(to, recipe.extra_headings())?;
    let mut rows = recipe.rows().map_err(io::Error::other)?;
    while let Some(row) = rows.next().map_err(io::Error::other)? {
        let extra = row.extra_cells().map(GeneratedCell::text);
        writer.push(&row.name(), row.x(), row.y(), extra)?;
    }
    writer.finish()
}

/// Writes the cases as a workbook; returns the number of texts cut.
fn write_workbook(recipe: &Recipe, to: &mut dyn Write) -> io::Result<u64> {
    let mut writer = WorkbookWriter::new()?;
    writer.begin_sheet("Cases", ["name", "x", "y"].into_iter().chain(recipe.extra_headings()))?;
    let mut rows = recipe.rows().map_err(io::Error::other)?;
    while let Some(row) = rows.next().map_err(io::Error::other)? {
        let numbers = [row.x(), row.y()].map(WorkbookCell::Number);
        let name = row.name();
        let name = [WorkbookCell::Text(&name)].into_iter();
        writer.push(name.chain(numbers).chain(row.extra_cells().map(GeneratedCell::cell)))?;
    }
    writer.finish(to)
}

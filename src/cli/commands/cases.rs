//! `caselanes cases`: generates cases.

use std::io::{self, ErrorKind};

use crate::app::drawn_seed;
use crate::cli::arguments::case_options::CasesArguments;
use crate::cli::console::print_note;
use crate::cli::deliver::OutputTarget;
use crate::cli::exit_status::ALL_DONE;
use crate::study::{CaseWriter, Method, Recipe};

pub(crate) fn cases(arguments: &CasesArguments) -> Result<u8, String> {
    let method = arguments.method();
    let recipe = Recipe::parse(method, &arguments.columns, arguments.name.as_deref())?;
    let seed = arguments.seed.unwrap_or_else(|| match method {
        Method::Random(_) | Method::LatinHypercube(_) => drawn_seed(),
        Method::Grid | Method::Zip | Method::Sobol(_) => 0,
    });
    recipe.check(seed)?;
    if arguments.seed.is_none() && seed != 0 {
        print_note(&format!("seed {seed}"), arguments.quiet);
    }
    let place = |error| match arguments.file() {
        Some(path) => format!("cannot write the cases: {error}: {}", path.display()),
        None => format!("cannot write the cases: {error}"),
    };
    let output = arguments.file().map_or(Ok(OutputTarget::Standard), OutputTarget::prepare);
    let written = output.map_err(place)?.write(|to| {
        let mut writer = CaseWriter::new(to, recipe.extra_headings())?;
        let mut rows = recipe.rows(seed).map_err(io::Error::other)?;
        while let Some(row) = rows.next().map_err(io::Error::other)? {
            writer.push(&row.name, row.x, row.y, row.extra_cells())?;
        }
        writer.finish()
    });
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(place(error)),
        _ => Ok(ALL_DONE),
    }
}

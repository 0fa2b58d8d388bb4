//! Why a recipe cannot be followed.

use std::fmt;

/// Why a recipe cannot be followed. Its text quotes the argument of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipeError {
    pub part: RecipePart,
    pub(super) argument: Option<String>,
    /// The problem without the argument.
    pub problem: String,
}

/// The part of a recipe that must change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecipePart {
    Rows,
    Columns,
    /// A column, by its place.
    Column(usize),
    Name,
}

impl fmt::Display for RecipeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.argument {
            Some(argument) => write!(f, "{argument:?}: {}", self.problem),
            None => f.write_str(&self.problem),
        }
    }
}

impl std::error::Error for RecipeError {}

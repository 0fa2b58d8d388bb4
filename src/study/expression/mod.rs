//! Arithmetic expressions over the columns of a table.

#[expect(clippy::module_inception, reason = "named for its main type")]
pub mod expression;
mod expression_error;
mod function;
mod instruction;
mod parser;
mod token;

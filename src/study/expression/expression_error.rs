//! Why a text is no expression.

use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("character {position}: {message}")]
pub struct ExpressionError {
    /// Position of the character in the text, from 1.
    pub position: usize,
    pub message: String,
}

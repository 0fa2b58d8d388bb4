//! Writes experiments as text, CSV and JSON.

pub mod json;
pub mod sweep_text;
pub mod text;

//! Input files of programs, rendered from templates for each case.

#[expect(clippy::module_inception, reason = "named for its main type")]
pub mod input_files;
pub mod input_template;
pub mod marked_text;
mod number_format;
mod placeholder;
mod template_encoding;
pub mod template_source;

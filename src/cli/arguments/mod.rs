//! The arguments of each command.

#[expect(clippy::module_inception, reason = "named for its main type")]
pub mod arguments;
pub mod folder_options;
pub mod limit_options;
pub mod options;
pub mod program_options;

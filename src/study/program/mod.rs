//! External programs and their command-line templates.

pub mod cluster;
pub mod external_program;
pub mod program_output;
pub mod template;

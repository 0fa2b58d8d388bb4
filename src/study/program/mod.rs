//! The external program of a study and its argument template.

pub mod external_program;
pub mod template;

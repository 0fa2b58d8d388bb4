//! The options of a study, each described once for the command line, the study file and the form.

pub mod option_spec;
pub mod option_texts;
pub mod study_option;

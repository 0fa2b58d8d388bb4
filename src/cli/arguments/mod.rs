//! The arguments of each command.

#[expect(clippy::module_inception, reason = "named for its main type")]
pub mod arguments;
pub mod case_options;
pub mod end_options;
pub mod plan_options;
pub mod report_options;
pub mod source_options;
pub mod study_changes;
pub mod study_options;

//! The form on the left: cases, workload, program and plan.

pub mod case_table;
pub mod command_line_edit;
pub mod form_panel;
pub mod plan;
pub mod program_fields;
pub mod strategy_picture;
pub mod trial_dialog;

pub use command_line_edit::CommandLineEdit;
pub use program_fields::{ProgramFields, ProgramIntent, field_options, plan_fields};

//! The form on the left: cases, workload, program and plan.

pub mod case_table;
pub mod cluster_check;
pub mod command_line_edit;
pub mod form_layout;
pub mod form_panel;
pub mod lists;
pub mod option_fields;
pub mod plan;
pub mod program_fields;
pub mod section;
pub mod strategy_picture;
pub mod trial_dialog;
pub mod where_section;

pub use command_line_edit::CommandLineEdit;
pub use form_layout::{FormArrangement, FormLayout};
pub use program_fields::{FormField, ProgramFields, ProgramIntent, field_options, plan_fields};

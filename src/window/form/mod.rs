//! The form on the left: cases, workload, program and plan.

pub mod case_table;
pub mod command_line_edit;
pub mod form_layout;
pub mod form_panel;
pub mod list_rows;
pub mod option_list;
pub mod output_list;
pub mod plan;
pub mod program_fields;
pub mod section;
pub mod strategy_picture;
pub mod template_list;
pub mod trial_dialog;

pub use command_line_edit::CommandLineEdit;
pub use form_layout::{FormArrangement, FormLayout};
pub use program_fields::{FormField, ProgramFields, ProgramIntent, field_options, plan_fields};

//! Options that hold several items, with a row of fields for each.

pub mod list_rows;
pub mod option_list;
pub mod output_list;
pub mod template_list;

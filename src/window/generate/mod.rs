//! The dialog that generates cases: the recipe, its first rows, and a scatter of them.

pub mod generator_dialog;
pub mod generator_form;
mod preview_pane;
pub mod recipe_preview;

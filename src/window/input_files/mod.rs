//! Input files of programs: what is wrong in their templates, and the preview of a case.

pub mod preview_dialog;
pub mod template_check;
mod text_pane;

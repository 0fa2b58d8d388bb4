//! Controls that several areas share.

pub mod advice;
pub mod chart_cursor;
pub mod chart_parts;
pub mod combo_box;
pub mod command_menu;
pub mod controls;
pub mod count_field;
pub mod elision;
pub mod focus;
pub mod input_turns;
pub mod scroll_keys;
pub mod splitter;
mod tab_order;

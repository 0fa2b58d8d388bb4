//! Help: the terms of the window, and the pages of keyboard shortcuts and of terms.

pub mod pages;
pub mod term;

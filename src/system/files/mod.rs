//! Properties of files.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{allow_all_by_mask, link_count, open_error};
#[cfg(windows)]
pub(crate) use windows::{allow_all_by_mask, link_count, open_error};

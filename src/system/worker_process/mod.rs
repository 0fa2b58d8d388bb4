//! Starts and binds worker processes.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{
    Parent, bind_children, continue_process, detach, own_path, set_name, unbind,
};
#[cfg(windows)]
pub(crate) use windows::{
    Parent, bind_children, continue_process, detach, own_path, set_name, unbind,
};

//! Requests of the system and of the user that the program ends.

mod caught_signals;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub(crate) use caught_signals::CaughtSignals;
#[cfg(unix)]
pub(crate) use unix::listen;
#[cfg(windows)]
pub(crate) use windows::listen;

//! Background threads.

use std::io;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

/// Wakes a front end that sleeps until there is a message.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

#[derive(Debug, thiserror::Error)]
#[error("cannot start a thread: {0}")]
pub struct ThreadError(#[from] io::Error);

pub fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<JoinHandle<T>, ThreadError> {
    Ok(Builder::new().name(name.to_owned()).spawn(work)?)
}

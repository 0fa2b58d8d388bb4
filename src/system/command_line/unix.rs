//! The rules of a shell.

pub(crate) use shell_words::{join, quote, split};

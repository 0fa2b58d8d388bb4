//! Reads run reports back.

pub mod recorded;

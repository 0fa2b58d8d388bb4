//! The window, used as a user uses it: by accessible names, without a display.

#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]

mod cases;
mod experiments;
mod files;
mod looks;
mod prelude;
mod programs;
mod results;
mod resume;
mod run_history;
mod running;
mod strategies;
mod timeline;
mod workers;

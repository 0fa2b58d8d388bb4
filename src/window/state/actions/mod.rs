//! Applies intents to the state, by area.

mod cases;
mod documents;
mod experiments;
mod program;
mod runs;

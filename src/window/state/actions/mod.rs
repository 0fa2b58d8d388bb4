//! Applies intents to the state, by area.

mod cases;
mod counts;
mod documents;
mod experiments;
mod generator;
mod program;
mod runs;

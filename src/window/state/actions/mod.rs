//! Applies intents to the state, by area.

mod cases;
mod cells;
mod counts;
mod documents;
mod experiments;
mod generator;
mod imports;
mod pictures;
mod program;
mod runs;

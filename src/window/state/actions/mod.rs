//! Applies intents to the state, by area.

mod cases;
mod documents;
mod experiments;
mod history;
mod messages;
mod program;
mod results;
mod resume;
mod runs;
mod timeline;
mod trial;

//! How many workers are worth having, and the answer in one sentence.

pub mod answer;
pub mod best_possible;
mod conclusion;
pub mod details;
mod evidence;
mod limits;
pub mod recommendation;
pub mod wording;

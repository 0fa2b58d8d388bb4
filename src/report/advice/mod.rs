//! How many workers are worth having, and the answer in one sentence.

pub mod answer;
pub mod best_possible;
mod conclusion;
pub mod details;
mod evidence;
mod fewest;
#[cfg(test)]
mod fixtures;
mod limits;
mod most_workers;
mod one_worker;
pub mod recommendation;
pub mod wording;

//! How many workers are worth having, and the answer in one sentence.

pub mod answer;
pub mod best;
pub mod overhead;
pub mod recommendation;

//! Explanations: terms, the pages of the menu Help, and what guides a new user.

pub mod first_steps;
pub mod pages;
pub mod starts;
pub mod term;
pub mod tour;

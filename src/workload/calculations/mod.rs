//! The calculations, one file each.

pub mod command;
pub mod crash_test;
pub mod crunch;
pub mod demo;
pub mod factorials;
pub mod power;
pub mod random;
pub mod wait;

//! Statistics of repeated and paired measurements.

pub mod interval;
pub mod paired;

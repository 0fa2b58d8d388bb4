//! Controls that several areas share.

pub mod advice;
pub mod controls;

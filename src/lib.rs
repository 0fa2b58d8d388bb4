//! `CaseLanes` runs a table of cases in parallel, shows where the time went, and
//! recommends a number of workers.
//!
//! Modules, in the direction of their dependencies:
//!
//! - `system`: what differs between operating systems.
//! - [`text`]: numbers, units and phrases for people.
//! - [`study`]: cases, workload and plan. Plain data and files.
//! - [`workload`]: the calculations, behind one trait.
//! - [`schedule`]: which case is next. A pure state machine and the virtual clock.
//! - [`run`]: run events, and the reducer that folds them.
//! - [`engine`]: runs cases on threads, in worker processes and as programs.
//! - [`report`]: figures, advice, predictions and exporters. Pure.
//! - [`experiment`]: several runs that answer one question. Pure.
//! - [`history`]: saved runs.
//! - [`app`]: logic shared by both front ends.
//! - [`cli`]: the command line.
//! - [`window`]: the window.

pub mod app;
pub mod cli;
pub mod engine;
pub mod experiment;
pub mod history;
pub mod report;
pub mod run;
pub mod schedule;
pub mod study;
mod system;
pub mod text;
pub mod window;
pub mod workload;

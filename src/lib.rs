//! `CaseLanes` runs a table of cases in parallel, shows where the time went,
//! and tells how many workers are worth having.
//!
//! The rooms, in the direction of their dependencies (a test holds it):
//!
//! - [`study`]: what is run. Plain data and files.
//! - [`workload`]: the calculations, behind one trait.
//! - [`schedule`]: who is next. A pure state machine and the virtual clock.
//! - [`run`]: what happens. Run events and the one reducer that folds them.
//! - [`engine`]: does it, on rayon.
//! - [`report`]: what it means. Totals, account, exporters; pure.
//! - [`experiment`]: what is compared. Several runs that answer one question;
//!   pure.
//! - [`cli`]: the command line face.
//! - [`window`]: the window face.

pub mod cli;
pub mod engine;
pub mod experiment;
pub mod history;
pub mod report;
pub mod run;
pub mod schedule;
pub mod study;
pub mod text;
pub mod window;
pub mod workload;

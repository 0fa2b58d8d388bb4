//! The window, used by accessible names and without a display.

#![expect(clippy::unwrap_used, reason = "a failed test panics")]

#[path = "../program/acting.rs"]
mod acting;
mod appearance;
mod busy_frames;
mod case_grid;
mod cases;
mod diagnostics;
mod experiments;
mod exports;
mod files;
mod first_steps;
mod focus;
mod generator;
mod help;
mod imports;
mod in_view;
mod input_files;
mod keyboard;
mod leaving;
mod looks;
mod lost_focus;
mod on_cluster;
mod outputs;
#[path = "../program/path.rs"]
mod path;
mod pictures;
mod prelude;
mod programs;
mod recorded;
mod resources;
mod results;
mod resume;
mod run_history;
mod running;
#[cfg(target_os = "linux")]
#[path = "../cluster/slurm.rs"]
#[expect(dead_code, reason = "most of it is for the tests of the cluster")]
mod slurm;
mod small;
mod strategies;
mod timeline;
mod workers;

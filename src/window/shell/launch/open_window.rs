//! Opens the window.

use std::path::PathBuf;
use std::time::Instant;

use eframe::{AppCreator, CreationContext, NativeOptions};
use egui::ViewportBuilder;

use super::app_options::AppOptions;
use crate::app::end_signals;
use crate::window::renderer::{self, REMEDY};
use crate::window::shell::app::App;
use crate::window::shell::desktop::window_place::MIN_SIZE;
use crate::window::shell::diagnostics::log_file::start_log;
use crate::window::shell::diagnostics::panic_report::report_panics;
use crate::window::shell::settings_file::SettingsFile;

/// Opens the window and returns when it is closed. The error is a message for the user.
pub fn open_window(study: Option<PathBuf>) -> Result<(), String> {
    leave_console();
    let result = show(study);
    if let Err(message) = &result {
        show_error(message);
    }
    result
}

/// On Windows a program that has no console gets one, which would stand beside the window.
#[cfg(windows)]
fn leave_console() {
    winsafe::FreeConsole().ok();
}

#[cfg(not(windows))]
fn leave_console() {}

/// Without a console, a message needs a window of its own.
#[cfg(windows)]
fn show_error(message: &str) {
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("CaseLanes")
        .set_description(message)
        .show();
}

#[cfg(not(windows))]
fn show_error(_: &str) {}

fn show(study: Option<PathBuf>) -> Result<(), String> {
    let started = Instant::now();
    let mut viewport = ViewportBuilder::default()
        .with_app_id("caselanes")
        .with_title("CaseLanes")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size(MIN_SIZE);
    let icon = include_bytes!("../../../../assets/icons/caselanes-128.png");
    if let Ok(icon) = eframe::icon_data::from_png_bytes(icon) {
        viewport = viewport.with_icon(icon);
    }
    let options = NativeOptions { viewport, ..NativeOptions::default() };
    let ended = renderer::run(options, move || creator(study.clone(), started));
    log::info!("ended");
    log::logger().flush();
    ended.map_err(|error| match error {
        // Its text names source files. It is also the error for a missing library.
        eframe::Error::WinitEventLoop(_) => format!(
            "cannot open the window: no display, or a library is missing; {REMEDY}; the command \
             line needs neither: caselanes run --help"
        ),
        error => format!("cannot open the window: {error}; {REMEDY}"),
    })
}

/// Returns what makes the application once its window is there.
fn creator(study: Option<PathBuf>, started: Instant) -> AppCreator<'static> {
    Box::new(move |cc: &CreationContext<'_>| {
        let window_ms = started.elapsed().as_millis();
        // Where it cannot be made, the window says what is lost.
        let data_folder = eframe::storage_dir("caselanes");
        let ctx = cc.egui_ctx.clone();
        let must_end = end_signals(move || ctx.request_repaint());
        // Who opens a study knows what to do with it.
        let is_first_start =
            study.is_none() && data_folder.as_deref().is_some_and(SettingsFile::is_first_start);
        let options = AppOptions::of_this_machine(study, data_folder);
        if let Some(log) = options.log.clone() {
            report_panics(log.clone());
            start_log(log);
        }
        log::info!(
            "CaseLanes {} started, process {}: {}; {}; window after {window_ms} ms",
            env!("CARGO_PKG_VERSION"),
            std::process::id(),
            options.system,
            renderer::name(cc)
        );
        let options = AppOptions { is_first_start, started, must_end, ..options };
        Ok(Box::new(App::new(cc, options)))
    })
}

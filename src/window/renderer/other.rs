use eframe::{AppCreator, CreationContext, NativeOptions, Renderer, Result, run_native};

/// What the user can do where no window can be opened.
pub(crate) const REMEDY: &str = "install the missing packages (on Debian: libx11-6 libx11-xcb1 \
                                 libxcb1 libxcursor1 libxi6 libxkbcommon0 libxkbcommon-x11-0 \
                                 libgl1 libegl1)";

/// Returns the name of the interface that draws the window.
pub(crate) fn name(_: &CreationContext<'_>) -> String {
    "OpenGL".to_owned()
}

/// Opens the window and returns when it is closed.
pub(crate) fn run(options: NativeOptions, creator: impl Fn() -> AppCreator<'static>) -> Result {
    let options = NativeOptions { renderer: Renderer::Glow, ..options };
    run_native("caselanes", options, creator())
}

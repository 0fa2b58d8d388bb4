use eframe::egui_wgpu::WgpuSetup;
use eframe::{AppCreator, CreationContext, Error, NativeOptions, Renderer, Result, run_native};
use wgpu::Backends;

/// What the user can do where no window can be opened.
pub(crate) const REMEDY: &str = "update the driver of the graphics card";

/// Returns the names of the interface and the device that draw the window.
pub(crate) fn name(cc: &CreationContext<'_>) -> String {
    cc.wgpu_render_state.as_ref().map_or_else(String::new, |state| {
        let device = state.adapter.get_info();
        format!("{:?}, {}", device.backend, device.name)
    })
}

/// Opens the window and returns when it is closed. Tries Vulkan alone if the preferred interface
/// does not work, as a driver may offer DirectX without all of it.
pub(crate) fn run(options: NativeOptions, creator: impl Fn() -> AppCreator<'static>) -> Result {
    let options = NativeOptions { renderer: Renderer::Wgpu, ..options };
    let preferred = run_native("caselanes", options.clone(), creator());
    if !matches!(preferred, Err(Error::Wgpu(_))) {
        return preferred;
    }
    let mut fallback = options;
    if let WgpuSetup::CreateNew(setup) = &mut fallback.wgpu_options.wgpu_setup {
        setup.instance_descriptor.backends = Backends::VULKAN;
    }
    run_native("caselanes", fallback, creator()).or(preferred)
}

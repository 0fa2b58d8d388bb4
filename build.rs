//! Gives the Windows program its icon, version and manifest. Elsewhere it does nothing.

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=assets/windows");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "windows") {
        winresource::WindowsResource::new()
            .set("ProductName", "CaseLanes")
            .set("FileDescription", "CaseLanes")
            .set_icon("assets/windows/caselanes.ico")
            .set_manifest_file("assets/windows/caselanes.manifest")
            .compile_for("caselanes")?;
    }
    Ok(())
}

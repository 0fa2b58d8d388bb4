//! Gives the Windows program its icon, version and manifest, and aligns its sections. Elsewhere
//! it does nothing.

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=assets/windows");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "windows") {
        winresource::WindowsResource::new()
            .set("ProductName", "CaseLanes")
            .set("FileDescription", "CaseLanes")
            .set_icon("assets/windows/caselanes.ico")
            .set_manifest_file("assets/windows/caselanes.manifest")
            .compile_for("caselanes")?;
        if std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|environment| environment == "gnu") {
            // Wine maps sections that start at a page of the file. Others it reads into private
            // memory, which it copies for each program that a process starts.
            println!("cargo::rustc-link-arg=-Wl,--file-alignment=4096");
        }
    }
    Ok(())
}

//! Theme, motion and size.

use caselanes::window::SystemLook as Look;

use super::prelude::*;

fn choose_theme(window: &mut Window, title: &str) {
    click(window, "View");
    window.get_by_label("Theme").click();
    window.run_ok();
    click(window, title);
}

/// Returns the colour of panels, which differs between the themes.
fn panel(window: &Window) -> egui::Color32 {
    window.ctx.global_style().visuals.panel_fill
}

/// Returns whether nothing scrolls by itself. Tests have no animations anyway.
fn is_still(window: &Window) -> bool {
    window.ctx.global_style().scroll_animation == egui::style::ScrollAnimation::none()
}

/// Opens a window on a system with these wishes, and waits until it knows them.
fn on_system(system_look: fn() -> Look, holds: fn(&Window) -> bool) -> Window {
    let mut window = usual_window(AppOptions { system_look, ..options(None) });
    until(&mut window, "the system is asked", holds);
    window
}

#[test]
fn the_theme_of_high_contrast_is_chosen_and_left() {
    let mut window = window();
    let light = panel(&window);
    choose_theme(&mut window, "High-contrast theme");
    window.run_ok();
    let contrast = panel(&window);
    choose_theme(&mut window, "Dark theme");
    window.run_ok();
    let dark = panel(&window);
    assert!(light != contrast && contrast != dark && dark != light);
    choose_theme(&mut window, "Light theme");
    window.run_ok();
    assert_eq!(panel(&window), light);
}

#[test]
fn the_system_wants_high_contrast_until_a_theme_is_chosen() {
    let high_contrast = || Look { has_high_contrast: true, ..Look::default() };
    let black = |window: &Window| panel(window).r() < 0x10;
    let mut window = on_system(high_contrast, black);
    choose_theme(&mut window, "Light theme");
    window.run_ok();
    assert!(!black(&window));
}

#[test]
fn animations_end_where_the_system_or_the_user_wants_none() {
    let still = || Look { is_still: true, ..Look::default() };
    let mut window = on_system(still, is_still);
    click(&mut window, "View");
    click(&mut window, "Reduced motion");
    window.run_ok();
    assert!(!is_still(&window), "the user decides");
    click(&mut window, "View");
    click(&mut window, "Reduced motion");
    window.run_ok();
    assert!(is_still(&window));
}

#[test]
fn the_size_goes_from_80_to_200_percent_by_keyboard() {
    let mut window = window_of([1800.0, 1200.0], 1.0, Theme::Light, None);
    let presses = |window: &mut Window, key: Key| {
        for _ in 0..15 {
            press(window, Modifiers::COMMAND, key);
        }
        window.ctx.zoom_factor()
    };
    assert_eq!(presses(&mut window, Key::Plus), 2.0);
    assert_eq!(presses(&mut window, Key::Num0), 1.0);
    assert_eq!(presses(&mut window, Key::Equals), 2.0, "the key of plus without Shift");
    assert!((presses(&mut window, Key::Minus) - 0.8).abs() < 1e-6);
}

#[test]
fn a_dialog_fits_a_window_of_any_size() {
    for key in [Key::Plus, Key::Minus] {
        let mut window = window_of([1000.0, 700.0], 1.0, Theme::Light, None);
        for _ in 0..12 {
            press(&mut window, Modifiers::COMMAND, key);
        }
        let size = window.ctx.content_rect();
        assert!(size.width() >= 800.0 && size.height() >= 500.0, "{size}");
        for (modifiers, title) in [(Modifiers::NONE, "shortcuts"), (Modifiers::SHIFT, "glossary")] {
            press(&mut window, modifiers, Key::F1);
            let close = window.get_by_label("Close").rect();
            assert!(size.contains_rect(close), "{title}: {close} in {size}");
            click(&mut window, "Close");
        }
    }
}

#[test]
fn the_menus_fit_the_smallest_window() {
    let mut window = window_of([800.0, 500.0], 1.0, Theme::Light, None);
    for (menu, last) in
        [("View", "Reduced motion"), ("Help", "About CaseLanes"), ("Run", "Copy results of")]
    {
        click(&mut window, menu);
        let place = window.query_all_by_label_contains(last).last().unwrap().rect();
        assert!(place.bottom() <= 500.0, "{menu}: {place}");
        press(&mut window, Modifiers::NONE, Key::Escape);
    }
}

#[test]
fn the_theme_of_high_contrast_looks_as_before() {
    let mut results = SnapshotResults::new();
    let mut window = simulated_cases(12, "workers = 3\nstrategy = \"batches\"", Theme::Light);
    choose_theme(&mut window, "High-contrast theme");
    for (key, tab) in [
        (Key::Num1, "bars"),
        (Key::Num2, "timeline"),
        (Key::Num3, "workers"),
        (Key::Num5, "results"),
        (Key::Num7, "cases"),
    ] {
        press(&mut window, Modifiers::COMMAND, key);
        until_predicted(&mut window);
        window.remove_cursor();
        window.run_ok();
        match tab {
            "timeline" => window.screenshot("timeline_high_contrast"),
            _ => window.picture(format!("{tab}_high_contrast")),
        }
    }
    results.extend_harness(&mut window);
}

//! Colour tokens in light and dark pairs, type sizes, spacing and fonts. Views use no
//! other colours.

use std::sync::Arc;

use egui::style::ScrollStyle;
use egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke,
    Style, TextStyle, Theme, vec2,
};

#[derive(Debug, Clone, Copy)]
pub struct Tokens {
    /// Background of charts and tables.
    pub background: Color32,
    /// Background of forms and toolbars.
    pub panel: Color32,
    /// Hairlines.
    pub line: Color32,
    pub text: Color32,
    /// Secondary text.
    pub weak: Color32,
    /// Primary actions and highlights.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Selected rows.
    pub selected: Color32,
    /// Background of boxes that stay in the background.
    pub quiet: Color32,
    /// Success.
    pub good: Color32,
    /// Errors.
    pub bad: Color32,
    /// Bars of cases: fill and outline.
    pub case: (Color32, Color32),
    /// The bar of the parallel total.
    pub parallel: (Color32, Color32),
    /// The bar of the series total.
    pub series: (Color32, Color32),
    /// Contents of lanes besides cases that are done.
    pub lanes: LaneColors,
    /// Bars of compared runs, in the order of the legend: fill and outline.
    pub runs: [(Color32, Color32); RUN_COLORS],
}

/// Fill and outline of the contents of lanes besides cases that are done, and of the
/// parts of the account of lane-seconds.
#[derive(Debug, Clone, Copy)]
pub struct LaneColors {
    pub running: (Color32, Color32),
    /// Unsuccessful attempts.
    pub lost: (Color32, Color32),
    /// Time beyond a case's own work.
    pub stretch: (Color32, Color32),
    /// Start-up of workers.
    pub startup: (Color32, Color32),
    /// Dispatch of the next case.
    pub dispatch: (Color32, Color32),
    /// Waiting for the rest of a batch. Hatched in the outline colour.
    pub barrier: (Color32, Color32),
    /// Waiting for a licence, memory or a pause.
    pub held: (Color32, Color32),
    /// No case left.
    pub idle: (Color32, Color32),
}

/// Number of compared runs with a colour of their own.
pub const RUN_COLORS: usize = 8;

/// Fills of compared runs, the same in both themes. They also differ in lightness, for
/// users with colour vision deficiency.
const FILLS: [[u8; 3]; RUN_COLORS] = [
    [0x1E, 0x90, 0xFF],
    [0xF5, 0xA8, 0x3D],
    [0x1F, 0x9E, 0x89],
    [0xB9, 0x93, 0xE6],
    [0xD6, 0x4F, 0x8C],
    [0xC3, 0xC6, 0x4A],
    [0xA6, 0x7C, 0x5A],
    [0xB4, 0xBD, 0xCA],
];

/// Colour scale of values: viridis. Its lightness rises throughout, so it is readable
/// without colours too.
const SCALE: [[u8; 3]; 9] = [
    [0x44, 0x01, 0x54],
    [0x47, 0x2D, 0x7B],
    [0x3B, 0x52, 0x8B],
    [0x2C, 0x72, 0x8E],
    [0x21, 0x91, 0x8C],
    [0x28, 0xAE, 0x80],
    [0x5E, 0xC9, 0x62],
    [0xAD, 0xDC, 0x30],
    [0xFD, 0xE7, 0x25],
];

/// Number of clearly distinct colours of the scale.
pub const SHADES: usize = SCALE.len();

/// Returns the colour at this share of the scale, and the colour of text on it.
pub fn shade(share: f64) -> (Color32, Color32) {
    let position = share.clamp(0.0, 1.0) * (SHADES - 1) as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most SHADES")]
    let index = (position as usize).min(SHADES - 2);
    #[expect(clippy::cast_possible_truncation, reason = "a share")]
    let fill =
        rgb(SCALE[index]).lerp_to_gamma(rgb(SCALE[index + 1]), (position - index as f64) as f32);
    (fill, if share < 0.5 { ON_DARK_SHADE } else { ON_RUN })
}

/// Text on the darker half of the scale.
const ON_DARK_SHADE: Color32 = rgb([0xFF, 0xFF, 0xFF]);

/// Text on fills of runs and on the lighter half of the scale.
pub const ON_RUN: Color32 = rgb([0x14, 0x17, 0x1C]);

/// Pairs the fills of runs with outlines.
const fn runs(outlines: [[u8; 3]; RUN_COLORS]) -> [(Color32, Color32); RUN_COLORS] {
    let mut runs = [(Color32::TRANSPARENT, Color32::TRANSPARENT); RUN_COLORS];
    let mut at = 0;
    while at < RUN_COLORS {
        runs[at] = (rgb(FILLS[at]), rgb(outlines[at]));
        at += 1;
    }
    runs
}

const fn rgb([r, g, b]: [u8; 3]) -> Color32 {
    Color32::from_rgb(r, g, b)
}

const LIGHT: Tokens = Tokens {
    background: rgb([0xFF, 0xFF, 0xFF]),
    panel: rgb([0xF5, 0xF6, 0xF8]),
    line: rgb([0xDD, 0xE1, 0xE7]),
    text: rgb([0x1B, 0x20, 0x28]),
    weak: rgb([0x5B, 0x64, 0x72]),
    accent: rgb([0x0B, 0x6B, 0xCB]),
    on_accent: rgb([0xFF, 0xFF, 0xFF]),
    selected: rgb([0xDA, 0xE9, 0xFA]),
    quiet: rgb([0xEE, 0xF0, 0xF4]),
    good: rgb([0x1A, 0x7F, 0x37]),
    bad: rgb([0xC6, 0x28, 0x28]),
    case: (rgb([0x1E, 0x90, 0xFF]), rgb([0x0B, 0x5C, 0xAD])),
    parallel: (rgb([0xFF, 0xCC, 0x33]), rgb([0x8A, 0x6A, 0x00])),
    series: (rgb([0x14, 0x14, 0x2B]), rgb([0x14, 0x14, 0x2B])),
    lanes: LaneColors {
        running: (rgb([0xA9, 0xD2, 0xFB]), rgb([0x0B, 0x5C, 0xAD])),
        lost: (rgb([0xF9, 0xC6, 0xC3]), rgb([0xC6, 0x28, 0x28])),
        stretch: (rgb([0xCF, 0xE3, 0xF7]), rgb([0x3B, 0x7D, 0xB8])),
        startup: (rgb([0xD6, 0xC6, 0xF0]), rgb([0x68, 0x3F, 0xA3])),
        dispatch: (rgb([0xC3, 0xC9, 0xD2]), rgb([0x55, 0x5E, 0x6C])),
        barrier: (rgb([0xFF, 0xE3, 0xB8]), rgb([0xB0, 0x6A, 0x00])),
        held: (rgb([0xBF, 0xE6, 0xDD]), rgb([0x0D, 0x60, 0x52])),
        idle: (rgb([0xEE, 0xF0, 0xF4]), rgb([0x86, 0x8F, 0x9D])),
    },
    runs: runs([
        [0x0B, 0x5C, 0xAD],
        [0x96, 0x58, 0x00],
        [0x0D, 0x60, 0x52],
        [0x68, 0x3F, 0xA3],
        [0x8E, 0x25, 0x56],
        [0x66, 0x69, 0x10],
        [0x52, 0x39, 0x26],
        [0x55, 0x5E, 0x6C],
    ]),
};

const DARK: Tokens = Tokens {
    background: rgb([0x14, 0x17, 0x1C]),
    panel: rgb([0x1B, 0x1F, 0x26]),
    line: rgb([0x2E, 0x34, 0x3E]),
    text: rgb([0xE7, 0xEA, 0xEE]),
    weak: rgb([0x9A, 0xA4, 0xB2]),
    accent: rgb([0x4B, 0xA3, 0xFF]),
    on_accent: rgb([0x0C, 0x12, 0x1A]),
    selected: rgb([0x1D, 0x33, 0x50]),
    quiet: rgb([0x23, 0x29, 0x32]),
    good: rgb([0x3F, 0xC0, 0x6B]),
    bad: rgb([0xFF, 0x7B, 0x72]),
    case: (rgb([0x1E, 0x90, 0xFF]), rgb([0x7F, 0xC0, 0xFF])),
    parallel: (rgb([0xFF, 0xCC, 0x33]), rgb([0xFF, 0xE0, 0x8A])),
    series: (rgb([0x4A, 0x4A, 0x8C]), rgb([0xA9, 0xA9, 0xE8])),
    lanes: LaneColors {
        running: (rgb([0x1B, 0x4F, 0x86]), rgb([0x7F, 0xC0, 0xFF])),
        lost: (rgb([0x55, 0x28, 0x2A]), rgb([0xFF, 0x7B, 0x72])),
        stretch: (rgb([0x2B, 0x46, 0x60]), rgb([0x8F, 0xBC, 0xE6])),
        startup: (rgb([0x4A, 0x3A, 0x6B]), rgb([0xC9, 0xB6, 0xEA])),
        dispatch: (rgb([0x43, 0x4B, 0x57]), rgb([0xB4, 0xBD, 0xCA])),
        barrier: (rgb([0x46, 0x34, 0x0F]), rgb([0xF2, 0xB4, 0x5C])),
        held: (rgb([0x1F, 0x4A, 0x43]), rgb([0x7F, 0xDD, 0xCB])),
        idle: (rgb([0x23, 0x29, 0x32]), rgb([0x6F, 0x7A, 0x8A])),
    },
    runs: runs([
        [0x7F, 0xC0, 0xFF],
        [0xFF, 0xD3, 0x9B],
        [0x7F, 0xDD, 0xCB],
        [0xDD, 0xC8, 0xF7],
        [0xF5, 0xA3, 0xC7],
        [0xE6, 0xE8, 0x9A],
        [0xCB, 0xAA, 0x8E],
        [0xE2, 0xE7, 0xEE],
    ]),
};

pub fn tokens(ui: &egui::Ui) -> Tokens {
    of(ui.theme())
}

fn of(theme: Theme) -> Tokens {
    match theme {
        Theme::Light => LIGHT,
        Theme::Dark => DARK,
    }
}

/// Small print.
pub const SMALL: f32 = 12.5;
/// Text and controls.
pub const BODY: f32 = 14.0;
/// Headings of groups.
pub const HEADING: f32 = 15.0;
/// The answer above the tabs.
pub const ANSWER: f32 = 20.0;

pub fn regular(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

pub fn bold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name("bold".into()))
}

/// Installs the fonts and the style of both themes.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| apply_style(style, of(theme)));
    }
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add("regular", include_bytes!("../../assets/fonts/Roboto-Regular.ttf"));
    add("bold", include_bytes!("../../assets/fonts/Roboto-Bold.ttf"));
    add("symbols", include_bytes!("../../assets/fonts/symbols.ttf"));
    let fallbacks = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (family, first) in
        [(FontFamily::Proportional, "regular"), (FontFamily::Name("bold".into()), "bold")]
    {
        let names = [first, "symbols"].map(str::to_owned).into_iter().chain(fallbacks.clone());
        fonts.families.insert(family, names.collect());
    }
    fonts
}

/// Returns scroll bars with reserved space, faint and in the colour of text, so that they
/// are visible on every background.
fn scroll_bars() -> ScrollStyle {
    let solid = ScrollStyle::solid();
    ScrollStyle {
        floating: true,
        floating_allocated_width: solid.allocated_width(),
        floating_width: solid.bar_width,
        foreground_color: true,
        dormant_handle_opacity: 0.3,
        active_handle_opacity: 0.3,
        interact_handle_opacity: 0.6,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.0,
        ..solid
    }
}

fn apply_style(style: &mut Style, tokens: Tokens) {
    style.text_styles = [
        (TextStyle::Small, regular(SMALL)),
        (TextStyle::Body, regular(BODY)),
        (TextStyle::Button, regular(BODY)),
        (TextStyle::Heading, bold(HEADING)),
        (TextStyle::Monospace, FontId::new(BODY, FontFamily::Monospace)),
    ]
    .into();
    style.spacing.item_spacing = vec2(8.0, 8.0);
    style.spacing.button_padding = vec2(10.0, 4.0);
    style.spacing.interact_size = vec2(28.0, 28.0);
    style.spacing.menu_margin = Margin::same(8);
    style.spacing.scroll = scroll_bars();
    style.interaction.tooltip_delay = 0.3;

    let visuals = &mut style.visuals;
    visuals.override_text_color = None;
    visuals.panel_fill = tokens.panel;
    visuals.window_fill = tokens.background;
    visuals.window_stroke = Stroke::new(1.0, tokens.line);
    visuals.extreme_bg_color = tokens.background;
    visuals.text_edit_bg_color = Some(tokens.background);
    visuals.faint_bg_color = tokens.quiet;
    visuals.weak_text_color = Some(tokens.weak);
    visuals.hyperlink_color = tokens.accent;
    visuals.error_fg_color = tokens.bad;
    visuals.selection.bg_fill = tokens.selected;
    visuals.selection.stroke = Stroke::new(1.0, tokens.accent);
    let radius = CornerRadius::same(4);
    visuals.menu_corner_radius = radius;
    visuals.window_corner_radius = CornerRadius::same(8);
    let widgets = &mut visuals.widgets;
    for (widget, fill, line) in [
        (&mut widgets.noninteractive, tokens.panel, tokens.line),
        (&mut widgets.inactive, tokens.background, tokens.line),
        (&mut widgets.hovered, tokens.quiet, tokens.weak),
        (&mut widgets.active, tokens.selected, tokens.accent),
        (&mut widgets.open, tokens.quiet, tokens.line),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, line);
        widget.fg_stroke = Stroke::new(1.0, tokens.text);
        widget.corner_radius = radius;
        widget.expansion = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(lanes: &LaneColors) -> [(Color32, Color32); 8] {
        let LaneColors { running, lost, stretch, startup, dispatch, barrier, held, idle } = *lanes;
        [running, lost, stretch, startup, dispatch, barrier, held, idle]
    }

    fn luminance(color: Color32) -> f64 {
        let part = |byte: u8| {
            let share = f64::from(byte) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(color.r()) + 0.7152 * part(color.g()) + 0.0722 * part(color.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    /// Contrast as required by the Web Content Accessibility Guidelines: 4.5 for text, 3 for
    /// outlines.
    #[test]
    fn texts_and_outlines_have_enough_contrast_in_both_themes() {
        for tokens in [LIGHT, DARK] {
            for background in [tokens.background, tokens.panel, tokens.selected, tokens.quiet] {
                for text in [tokens.text, tokens.weak, tokens.accent, tokens.good, tokens.bad] {
                    let found = contrast(text, background);
                    assert!(found >= 4.0, "{text:?} on {background:?}: {found}");
                }
                assert!(contrast(tokens.text, background) >= 4.5);
            }
            assert!(contrast(tokens.on_accent, tokens.accent) >= 4.5);
            let bars = [tokens.case, tokens.parallel, tokens.series].into_iter().chain(tokens.runs);
            for (_, outline) in bars.chain(all(&tokens.lanes)) {
                assert!(contrast(outline, tokens.background) >= 3.0, "{outline:?}");
            }
        }
    }

    #[test]
    fn contents_of_lanes_differ_and_names_on_them_are_readable() {
        for tokens in [LIGHT, DARK] {
            let all = all(&tokens.lanes);
            for (at, (fill, line)) in all.into_iter().enumerate() {
                let found = contrast(tokens.text, fill);
                assert!(found >= 4.5, "text on {fill:?}: {found}");
                assert!(!all[at + 1..].contains(&(fill, line)) && fill != tokens.case.0);
            }
            assert!(contrast(ON_RUN, tokens.case.0) >= 4.5, "names on cases that are done");
            let (fill, hatching) = tokens.lanes.barrier;
            assert!(contrast(fill, hatching) >= 3.0, "the hatching of barriers");
        }
    }

    #[test]
    fn the_color_scale_rises_in_lightness_and_text_on_it_is_readable() {
        let steps = || (0..=20).map(|step| shade(f64::from(step) / 20.0));
        for (fill, ink) in steps() {
            assert!(contrast(fill, ink) >= 4.0, "{ink:?} on {fill:?}: {}", contrast(fill, ink));
        }
        let lightness: Vec<f64> = steps().map(|(fill, _)| luminance(fill)).collect();
        assert!(lightness.is_sorted());
    }

    #[test]
    fn neighbouring_runs_differ_in_lightness() {
        for two in FILLS.windows(2) {
            let found = contrast(rgb(two[0]), rgb(two[1]));
            assert!(found >= 1.25, "{two:?}: {found}");
        }
        for fill in FILLS {
            assert!(contrast(ON_RUN, rgb(fill)) >= 4.5, "the number on {fill:?}");
        }
    }
}

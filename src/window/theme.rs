//! Colour tokens in light and dark pairs, type sizes, spacing and fonts. Views use no
//! other colours.

use std::sync::Arc;

use egui::style::ScrollStyle;
use egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke,
    Style, TextStyle, Theme, vec2,
};

use crate::report::{BOLD_FONT, Ink, REGULAR_FONT, SYMBOL_FONT};

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
    pub on_accent: Color32,
    pub selected: Color32,
    /// Background of boxes that stay in the background.
    pub quiet: Color32,
    pub good: Color32,
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

/// Compared runs: the fill of both themes, and the outlines of the light and the dark one. The
/// fills also differ in lightness, for users with colour vision deficiency.
const RUNS: [[u32; 3]; RUN_COLORS] = [
    [0x1E_90_FF, 0x0B_5C_AD, 0x7F_C0_FF],
    [0xF5_A8_3D, 0x96_58_00, 0xFF_D3_9B],
    [0x1F_9E_89, 0x0D_60_52, 0x7F_DD_CB],
    [0xB9_93_E6, 0x68_3F_A3, 0xDD_C8_F7],
    [0xD6_4F_8C, 0x8E_25_56, 0xF5_A3_C7],
    [0xC3_C6_4A, 0x66_69_10, 0xE6_E8_9A],
    [0xA6_7C_5A, 0x52_39_26, 0xCB_AA_8E],
    [0xB4_BD_CA, 0x55_5E_6C, 0xE2_E7_EE],
];

/// Returns the colour at this share of the scale, and the colour of text on it.
pub fn shade(share: f64) -> (Color32, Color32) {
    let color = |ink: Ink| rgb(ink.colors()[0]);
    (color(Ink::shade(share)), color(Ink::on_shade(share)))
}

/// Text on fills of runs.
pub const ON_RUN: Color32 = rgb(Ink::OnCase.colors()[0]);

const fn runs(theme: usize) -> [(Color32, Color32); RUN_COLORS] {
    let mut runs = [(Color32::TRANSPARENT, Color32::TRANSPARENT); RUN_COLORS];
    let mut at = 0;
    while at < RUN_COLORS {
        runs[at] = pair([RUNS[at][0], RUNS[at][1 + theme]]);
        at += 1;
    }
    runs
}

const fn rgb(color: u32) -> Color32 {
    let [_, r, g, b] = color.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// Fill and outline in a theme.
const fn inks(fill: Ink, line: Ink, theme: usize) -> (Color32, Color32) {
    pair([fill.colors()[theme], line.colors()[theme]])
}

const fn pair([fill, outline]: [u32; 2]) -> (Color32, Color32) {
    (rgb(fill), rgb(outline))
}

/// Returns the tokens of the light (0) or the dark theme (1).
const fn of(theme: usize) -> Tokens {
    Tokens {
        background: rgb(Ink::Background.colors()[theme]),
        panel: rgb([0xF5_F6_F8, 0x1B_1F_26][theme]),
        line: rgb(Ink::Line.colors()[theme]),
        text: rgb(Ink::Text.colors()[theme]),
        weak: rgb(Ink::Weak.colors()[theme]),
        accent: rgb(Ink::Accent.colors()[theme]),
        on_accent: rgb([0xFF_FF_FF, 0x0C_12_1A][theme]),
        selected: rgb([0xDA_E9_FA, 0x1D_33_50][theme]),
        quiet: rgb(Ink::Quiet.colors()[theme]),
        good: rgb([0x1A_7F_37, 0x3F_C0_6B][theme]),
        bad: rgb(Ink::Bad.colors()[theme]),
        case: inks(Ink::Case, Ink::CaseLine, theme),
        parallel: inks(Ink::Parallel, Ink::ParallelLine, theme),
        series: inks(Ink::Series, Ink::SeriesLine, theme),
        lanes: LaneColors {
            running: pair([[0xA9_D2_FB, 0x0B_5C_AD], [0x1B_4F_86, 0x7F_C0_FF]][theme]),
            lost: inks(Ink::Lost, Ink::LostLine, theme),
            stretch: inks(Ink::Stretch, Ink::StretchLine, theme),
            startup: inks(Ink::Startup, Ink::StartupLine, theme),
            dispatch: inks(Ink::Dispatch, Ink::DispatchLine, theme),
            barrier: inks(Ink::Barrier, Ink::BarrierLine, theme),
            held: inks(Ink::Held, Ink::HeldLine, theme),
            idle: inks(Ink::Idle, Ink::IdleLine, theme),
        },
        runs: runs(theme),
    }
}

const LIGHT: Tokens = of(0);
const DARK: Tokens = of(1);

pub fn tokens(ui: &egui::Ui) -> Tokens {
    if ui.theme() == Theme::Dark { DARK } else { LIGHT }
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

pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    for (theme, tokens) in [(Theme::Light, LIGHT), (Theme::Dark, DARK)] {
        ctx.style_mut_of(theme, |style| apply_style(style, tokens));
    }
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add("regular", REGULAR_FONT);
    add("bold", BOLD_FONT);
    add("symbols", SYMBOL_FONT);
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
        for two in RUNS.windows(2) {
            let found = contrast(rgb(two[0][0]), rgb(two[1][0]));
            assert!(found >= 1.25, "{two:?}: {found}");
        }
        for [fill, ..] in RUNS {
            assert!(contrast(ON_RUN, rgb(fill)) >= 4.5, "the number on {fill:?}");
        }
    }
}

//! Type sizes, spacing, fonts, and the look of controls.

use std::sync::Arc;

use egui::style::{ScrollAnimation, ScrollStyle};
use egui::{
    Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, Style,
    TextStyle, Theme, ThemePreference, vec2,
};
use serde::{Deserialize, Serialize};

use super::tokens::{DARK, HIGH_CONTRAST, LIGHT, Tokens};
use crate::report::{BOLD_FONT, REGULAR_FONT, SYMBOL_FONT};
use crate::system::look::SystemLook;

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

/// The user's choice of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ThemeChoice {
    /// What the system prefers.
    #[default]
    System,
    Light,
    Dark,
    HighContrast,
}

/// How the window looks, apart from its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    pub theme: ThemeChoice,
    /// Whether there are no animations.
    pub is_still: bool,
}

impl Look {
    /// Returns the look that the user has chosen. `None` is what the system wants.
    pub fn new(theme: ThemeChoice, is_still: Option<bool>, system: SystemLook) -> Self {
        let theme = match (theme, system.is_dark) {
            (ThemeChoice::System, _) if system.has_high_contrast => ThemeChoice::HighContrast,
            (ThemeChoice::System, Some(true)) => ThemeChoice::Dark,
            (ThemeChoice::System, Some(false)) => ThemeChoice::Light,
            (theme, _) => theme,
        };
        Self { theme, is_still: is_still.unwrap_or(system.is_still) }
    }
}

pub fn install(ctx: &Context, look: Look) {
    ctx.set_fonts(fonts());
    set_look(ctx, look);
}

/// Sets theme and animations. The high-contrast theme takes the place of the dark one.
pub fn set_look(ctx: &Context, Look { theme, is_still }: Look) {
    let dark = if theme == ThemeChoice::HighContrast { HIGH_CONTRAST } else { DARK };
    for (theme, tokens) in [(Theme::Light, LIGHT), (Theme::Dark, dark)] {
        ctx.style_mut_of(theme, |style| {
            apply_style(style, tokens);
            if is_still {
                style.animation_time = 0.0;
                style.scroll_animation = ScrollAnimation::none();
            } else if style.scroll_animation == ScrollAnimation::none() {
                let Style { animation_time, scroll_animation, .. } = Style::default();
                (style.animation_time, style.scroll_animation) = (animation_time, scroll_animation);
            }
        });
    }
    ctx.set_theme(match theme {
        ThemeChoice::System => ThemePreference::System,
        ThemeChoice::Light => ThemePreference::Light,
        ThemeChoice::Dark | ThemeChoice::HighContrast => ThemePreference::Dark,
    });
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

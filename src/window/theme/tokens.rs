//! Colours of the light, the dark and the high-contrast theme. Views use no others.

use egui::{Color32, Ui};

use crate::report::Ink;

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
    /// Curves of cases in listed order, the longest first, the shortest first, and shuffled.
    pub orders: [Color32; 4],
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
const RUN_COLORS: usize = 8;

/// Compared runs: the fill of all themes, and the outlines of the light and the dark ones. The
/// fills also differ in lightness.
const RUNS: [[u32; 3]; RUN_COLORS] = [
    [0x1E_90_FF, 0x0B_5C_AD, 0x7F_C0_FF],
    [0xF3_A6_3B, 0x95_58_04, 0xFF_D3_9B],
    [0x07_93_7E, 0x0F_61_53, 0x7F_DD_CB],
    [0xCE_A7_FC, 0x67_3F_A2, 0xAC_98_C5],
    [0xE5_5E_9A, 0x8D_24_55, 0xF4_A3_C7],
    [0xD9_DC_62, 0x67_69_10, 0xBE_C0_74],
    [0xA3_79_57, 0x52_39_26, 0xCB_AA_8F],
    [0xE3_ED_FA, 0x55_5E_6C, 0xCC_D0_D6],
];

/// Running cases: fill and outline in each theme.
const RUNNING: [[u32; 2]; 3] =
    [[0xAB_D4_FD, 0x1C_67_B9], [0x25_5B_93, 0x7F_C0_FF], [0x25_5B_93, 0x7F_C0_FF]];

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
        runs[at] = pair([RUNS[at][0], RUNS[at][if theme == 0 { 1 } else { 2 }]]);
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

/// Returns the tokens of the light (0), the dark (1) or the high-contrast theme (2).
const fn of(theme: usize) -> Tokens {
    Tokens {
        background: rgb(Ink::Background.colors()[theme]),
        panel: rgb([0xF5_F6_F8, 0x1B_1F_26, 0x0A_0A_0A][theme]),
        line: rgb(Ink::Line.colors()[theme]),
        text: rgb(Ink::Text.colors()[theme]),
        weak: rgb(Ink::Weak.colors()[theme]),
        accent: rgb(Ink::Accent.colors()[theme]),
        on_accent: rgb([0xFF_FF_FF, 0x0C_12_1A, 0x00_00_00][theme]),
        selected: rgb([0xDA_E9_FA, 0x1D_33_50, 0x0A_2E_57][theme]),
        quiet: rgb(Ink::Quiet.colors()[theme]),
        good: rgb([0x00_5C_66, 0x4C_E4_9D, 0x79_FA_96][theme]),
        bad: rgb(Ink::Bad.colors()[theme]),
        case: inks(Ink::Case, Ink::CaseLine, theme),
        parallel: inks(Ink::Parallel, Ink::ParallelLine, theme),
        series: inks(Ink::Series, Ink::SeriesLine, theme),
        lanes: LaneColors {
            running: pair(RUNNING[theme]),
            lost: inks(Ink::Lost, Ink::LostLine, theme),
            stretch: inks(Ink::Stretch, Ink::StretchLine, theme),
            startup: inks(Ink::Startup, Ink::StartupLine, theme),
            dispatch: inks(Ink::Dispatch, Ink::DispatchLine, theme),
            barrier: inks(Ink::Barrier, Ink::BarrierLine, theme),
            held: inks(Ink::Held, Ink::HeldLine, theme),
            idle: inks(Ink::Idle, Ink::IdleLine, theme),
        },
        runs: runs(theme),
        orders: [
            rgb(Ink::Listed.colors()[theme]),
            rgb(Ink::Longest.colors()[theme]),
            rgb(Ink::Shortest.colors()[theme]),
            rgb(Ink::Shuffled.colors()[theme]),
        ],
    }
}

pub(super) const LIGHT: Tokens = of(0);
pub(super) const DARK: Tokens = of(1);
pub(super) const HIGH_CONTRAST: Tokens = of(2);

/// Returns the colours of the theme in use. Each has its own colour of panels.
pub fn tokens(ui: &Ui) -> Tokens {
    let panel = ui.visuals().panel_fill;
    let of_theme = [DARK, HIGH_CONTRAST].into_iter().find(|tokens| tokens.panel == panel);
    of_theme.unwrap_or(LIGHT)
}

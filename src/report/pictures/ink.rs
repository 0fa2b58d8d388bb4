//! Colours of charts, by what they show: the same in the window and in pictures.

use strum::{EnumIter, IntoEnumIterator as _, IntoStaticStr};

/// The two sets of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureTheme {
    /// Dark on white, also for paper.
    Light,
    /// Light on dark.
    Dark,
}

/// A colour. Names with `Line` are those of outlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, EnumIter)]
#[strum(serialize_all = "kebab-case")]
pub enum Ink {
    /// Background of charts and tables.
    Background,
    /// Background of boxes that stay in the background.
    Quiet,
    /// Hairlines.
    Line,
    Text,
    /// Secondary text.
    Weak,
    Accent,
    Bad,
    BadPale,
    /// Text on cases and on light shades.
    OnCase,
    /// Text on dark shades.
    OnDarkShade,
    Case,
    CaseLine,
    /// Longest time of several cases that share a bar, and running cases up to the cores.
    CasePale,
    /// Running cases beyond the cores.
    CasePaler,
    Parallel,
    ParallelLine,
    Series,
    SeriesLine,
    /// Unsuccessful attempts.
    Lost,
    LostLine,
    /// Time beyond a case's own work.
    Stretch,
    StretchLine,
    Startup,
    StartupLine,
    Dispatch,
    DispatchLine,
    /// Waiting for the rest of a batch. Hatched in the colour of the outline.
    Barrier,
    BarrierLine,
    Held,
    HeldLine,
    Idle,
    IdleLine,
    /// Curve of cases in listed order.
    Listed,
    /// Curve of the longest cases first.
    Longest,
    /// Curve of the shortest cases first.
    Shortest,
    /// Curve of shuffled cases.
    Shuffled,
    /// A step of the colour scale of values, the same in both themes.
    Shade(u8),
}

/// The colour scale of values: viridis. Its lightness rises throughout, so it is readable
/// without colours too.
const SCALE: [u32; 9] = [
    0x44_01_54, 0x47_2D_7B, 0x3B_52_8B, 0x2C_72_8E, 0x21_91_8C, 0x28_AE_80, 0x5E_C9_62, 0xAD_DC_30,
    0xFD_E7_25,
];

/// Number of clearly distinct shades of the colour scale.
pub const SHADES: usize = SCALE.len();

impl Ink {
    /// Returns red, green and blue in the light and in the dark theme.
    #[expect(clippy::mistyped_literal_suffixes, reason = "groups of digits are the channels")]
    #[expect(clippy::match_same_arms, reason = "some look the same in one theme or in both")]
    pub const fn colors(self) -> [u32; 2] {
        match self {
            Self::Background => [0xFF_FF_FF, 0x14_17_1C],
            Self::Quiet => [0xEE_F0_F4, 0x23_29_32],
            Self::Line => [0xDD_E1_E7, 0x2E_34_3E],
            Self::Text => [0x1B_20_28, 0xE7_EA_EE],
            Self::Weak => [0x5B_64_72, 0x9A_A4_B2],
            Self::Accent => [0x0B_6B_CB, 0x4B_A3_FF],
            Self::Bad => [0xC6_28_28, 0xFF_7B_72],
            Self::BadPale => [0xE3_94_94, 0x8A_49_47],
            Self::OnCase => [0x14_17_1C, 0x14_17_1C],
            Self::OnDarkShade => [0xFF_FF_FF, 0xFF_FF_FF],
            Self::Case => [0x1E_90_FF, 0x1E_90_FF],
            Self::CaseLine => [0x0B_5C_AD, 0x7F_C0_FF],
            Self::CasePale => [0x8F_C8_FF, 0x19_54_8E],
            Self::CasePaler => [0xC7_E3_FF, 0x17_35_55],
            Self::Parallel => [0xFF_CC_33, 0xFF_CC_33],
            Self::ParallelLine => [0x8A_6A_00, 0xFF_E0_8A],
            Self::Series => [0x14_14_2B, 0x4A_4A_8C],
            Self::SeriesLine => [0x14_14_2B, 0xA9_A9_E8],
            Self::Lost => [0xF9_C6_C3, 0x55_28_2A],
            Self::LostLine => [0xC6_28_28, 0xFF_7B_72],
            Self::Stretch => [0xCF_E3_F7, 0x2B_46_60],
            Self::StretchLine => [0x3B_7D_B8, 0x8F_BC_E6],
            Self::Startup => [0xD6_C6_F0, 0x4A_3A_6B],
            Self::StartupLine => [0x68_3F_A3, 0xC9_B6_EA],
            Self::Dispatch => [0xC3_C9_D2, 0x43_4B_57],
            Self::DispatchLine => [0x55_5E_6C, 0xB4_BD_CA],
            Self::Barrier => [0xFF_E3_B8, 0x46_34_0F],
            Self::BarrierLine => [0xB0_6A_00, 0xF2_B4_5C],
            Self::Held => [0xBF_E6_DD, 0x1F_4A_43],
            Self::HeldLine => [0x0D_60_52, 0x7F_DD_CB],
            Self::Idle => [0xEE_F0_F4, 0x23_29_32],
            Self::IdleLine => [0x86_8F_9D, 0x6F_7A_8A],
            Self::Listed => [0x0B_5C_AD, 0x7F_C0_FF],
            Self::Longest => [0x0D_60_52, 0x7F_DD_CB],
            Self::Shortest => [0x8E_25_56, 0xF5_A3_C7],
            Self::Shuffled => [0x68_3F_A3, 0xDD_C8_F7],
            Self::Shade(step) => [shade_color(step); 2],
        }
    }

    /// Returns the colour of a value at this share of the scale.
    pub fn shade(share: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
        let step = (share.clamp(0.0, 1.0) * 255.0).round() as u8;
        Self::Shade(step)
    }

    /// Returns the colour of text on the shade of this share.
    pub fn on_shade(share: f64) -> Self {
        if share < 0.5 { Self::OnDarkShade } else { Self::OnCase }
    }

    /// Returns the colours that depend on the theme.
    pub fn named() -> impl Iterator<Item = Self> {
        Self::iter().filter(|ink| !matches!(ink, Self::Shade(_)))
    }

    /// Returns the colour in a theme, such as `#1e90ff`.
    pub fn hex(self, theme: PictureTheme) -> String {
        format!("#{:06x}", self.colors()[theme as usize])
    }
}

/// Returns the colour of a step of 255 on the colour scale.
#[expect(clippy::cast_possible_truncation, reason = "few shades")]
const fn shade_color(step: u8) -> u32 {
    let position = step as u32 * (SHADES as u32 - 1);
    let (index, rest) = ((position / 255) as usize, position % 255);
    if index + 1 == SHADES {
        return SCALE[index];
    }
    let (from, to) = (SCALE[index].to_be_bytes(), SCALE[index + 1].to_be_bytes());
    let (mut color, mut at) = (0, 1);
    while at < 4 {
        let channel = (from[at] as u32 * (255 - rest) + to[at] as u32 * rest + 127) / 255;
        color = (color << 8) | channel;
        at += 1;
    }
    color
}

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
    /// Text on cases.
    OnCase,
    /// Text on dark shades.
    OnDarkShade,
    OnLightShade,
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
    /// A step of the colour scale of values, the same in all themes.
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
    /// Returns red, green and blue in the light, the dark and the high-contrast theme. Pictures
    /// have the first two. Tests in `window/theme` check that they can be told apart.
    #[expect(clippy::mistyped_literal_suffixes, reason = "groups of digits are the channels")]
    pub const fn colors(self) -> [u32; 3] {
        match self {
            Self::Background => [0xFF_FF_FF, 0x14_17_1C, 0x00_00_00],
            Self::Quiet => [0xEE_F0_F4, 0x23_29_32, 0x1E_1E_1E],
            Self::Line => [0xDD_E1_E7, 0x2E_34_3E, 0xB0_B8_C4],
            Self::Text => [0x1B_20_28, 0xE7_EA_EE, 0xFF_FF_FF],
            Self::Weak => [0x5B_64_72, 0x9A_A4_B2, 0xDD_E3_EB],
            Self::Accent => [0x0A_62_BA, 0x4B_A3_FF, 0x68_CA_FF],
            Self::Bad => [0xC6_28_28, 0xFF_7B_72, 0xFF_A4_A1],
            Self::BadPale => [0xE3_94_94, 0x8A_49_47, 0x9A_4F_4C],
            Self::OnCase => [0x14_17_1C, 0x14_17_1C, 0x00_00_00],
            Self::OnDarkShade => [0xFF_FF_FF, 0xFF_FF_FF, 0xFF_FF_FF],
            Self::OnLightShade => [0x00_00_00, 0x00_00_00, 0x00_00_00],
            Self::Case => [0x1E_90_FF, 0x1E_90_FF, 0x1E_90_FF],
            Self::CaseLine => [0x0B_5C_AD, 0x7F_C0_FF, 0xA6_D5_FF],
            Self::CasePale => [0x8F_C8_FF, 0x19_54_8E, 0x1E_64_A8],
            Self::CasePaler => [0xC7_E3_FF, 0x17_35_55, 0x17_40_6B],
            Self::Parallel => [0xFF_CC_33, 0xFF_CC_33, 0xFF_CC_33],
            Self::ParallelLine => [0x8A_6A_00, 0xFF_E0_8A, 0xFF_E8_9F],
            Self::Series => [0x14_14_2B, 0x4A_4A_8C, 0x5A_5A_B0],
            Self::SeriesLine => [0x14_14_2B, 0xA9_A9_E8, 0xC4_C4_FF],
            Self::Lost => [0xFC_C9_C6, 0x54_27_2A, 0x54_27_2A],
            Self::LostLine => [0xB9_16_1B, 0xFE_7A_71, 0xFE_7A_71],
            Self::Stretch => [0xA4_B7_CA, 0x2D_49_63, 0x2D_49_63],
            Self::StretchLine => [0x3B_7D_B9, 0x8C_B9_E3, 0x8C_B9_E3],
            Self::Startup => [0xC9_B9_E3, 0x36_26_55, 0x36_26_55],
            Self::StartupLine => [0x5D_34_97, 0xC9_B6_EA, 0xC9_B6_EA],
            Self::Dispatch => [0xD7_DC_E6, 0x4D_56_62, 0x4D_56_62],
            Self::DispatchLine => [0x55_5E_6C, 0xC8_D0_DE, 0xC8_D0_DE],
            Self::Barrier => [0xFF_E3_B8, 0x46_34_0F, 0x46_34_0F],
            Self::BarrierLine => [0xB0_6B_06, 0xF2_B4_5C, 0xF2_B4_5C],
            Self::Held => [0xA1_C7_BF, 0x1A_45_3E, 0x1A_45_3E],
            Self::HeldLine => [0x0E_60_52, 0x80_DF_CE, 0x80_DF_CE],
            Self::Idle => [0xEE_F0_F4, 0x23_29_32, 0x23_29_32],
            Self::IdleLine => [0x86_8F_9D, 0x6F_7A_8A, 0x6F_7A_8A],
            Self::Listed => [0x02_5C_AE, 0x68_A8_E6, 0x68_A8_E6],
            Self::Longest => [0x00_52_44, 0xA1_FF_EC, 0xA1_FF_EC],
            Self::Shortest => [0xB7_4C_78, 0xD1_82_A5, 0xD1_82_A5],
            Self::Shuffled => [0x94_6D_D5, 0xD7_C1_F0, 0xD7_C1_F0],
            Self::Shade(step) => [shade_color(step); 3],
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
        if share < 0.44 { Self::OnDarkShade } else { Self::OnLightShade }
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

//! The account of lane-seconds as one bar.

use super::axes::WIDTH;
use super::ink::Ink;
use super::picture::{Anchor, Label, Picture, SMALL};
use crate::report::charts::text_width::text_width;
use crate::report::{AccountPart, BreakdownEntry};
use crate::text::{list, percent};

const HEIGHT: f32 = 34.0;

/// Draws the parts of the lane-seconds, each as wide as its share.
pub fn account_picture(entries: &[BreakdownEntry]) -> Picture {
    let mut picture = Picture::new("Time breakdown", WIDTH, HEIGHT + 2.0);
    let parts =
        entries.iter().map(|entry| format!("{} {}", entry.part.name(), percent(entry.share)));
    picture.description = format!("Time breakdown: {}.", list(parts));
    let mut left = 0.0_f32;
    for entry in entries {
        #[expect(clippy::cast_possible_truncation, reason = "a share of the bar")]
        let width = (entry.share as f32 * WIDTH).min(WIDTH - left);
        let (fill, line) = part_inks(entry.part);
        picture.outlined(fill, line, [left, 1.0, width, HEIGHT]);
        let name = entry.part.name();
        if text_width(name, SMALL) + 10.0 < width {
            let ink = if fill == Ink::Case { Ink::OnCase } else { Ink::Text };
            let at = [left + width / 2.0, HEIGHT / 2.0 + 5.0];
            picture.label(Label::new(at, Anchor::Middle, ink, name));
        }
        left += width;
    }
    picture
}

/// Fill and outline of a part of the account.
pub fn part_inks(part: AccountPart) -> (Ink, Ink) {
    match part {
        AccountPart::Work | AccountPart::Cases => (Ink::Case, Ink::CaseLine),
        AccountPart::Stretch => (Ink::Stretch, Ink::StretchLine),
        AccountPart::Startup => (Ink::Startup, Ink::StartupLine),
        AccountPart::Dispatch => (Ink::Dispatch, Ink::DispatchLine),
        AccountPart::Barrier => (Ink::Barrier, Ink::BarrierLine),
        AccountPart::Held => (Ink::Held, Ink::HeldLine),
        AccountPart::Lost => (Ink::Lost, Ink::LostLine),
        AccountPart::Idle => (Ink::Idle, Ink::IdleLine),
        AccountPart::Unknown => (Ink::Background, Ink::Weak),
    }
}

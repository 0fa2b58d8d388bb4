//! Layout of the case names under bars: straight or tilted.

/// Angle of tilted names, in radians.
pub(crate) const TILT: f32 = 0.7;

/// Maximum length of a tilted name, in points.
pub(crate) const TILTED_LENGTH: f32 = 62.0;

/// Layout of the names under bars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum NameLayout {
    /// Straight, shortened if they do not fit.
    Straight,
    /// Tilted; only every n-th name is drawn.
    Tilted(usize),
}

/// Chooses the layout of names: tilted if most would be cut, and some left out if they
/// would overlap.
pub(crate) fn name_layout(room: f32, widest: f32) -> NameLayout {
    const MIN_STRAIGHT: f32 = 56.0;
    const TILTED_HEIGHT: f32 = 15.0;
    if room >= widest || room >= MIN_STRAIGHT {
        return NameLayout::Straight;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
    let every = (TILTED_HEIGHT / room.max(0.01)).ceil() as usize;
    NameLayout::Tilted(every.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tilted_and_left_out_as_room_shrinks() {
        assert_eq!(name_layout(100.0, 40.0), NameLayout::Straight);
        assert_eq!(name_layout(60.0, 200.0), NameLayout::Straight);
        assert_eq!(name_layout(30.0, 40.0), NameLayout::Tilted(1));
        assert_eq!(name_layout(3.0, 40.0), NameLayout::Tilted(5));
    }
}

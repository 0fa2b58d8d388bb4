//! The range chosen along an axis of the parallel coordinates.

use egui::{EventFilter, Key, Modifiers, Response, Ui};

/// Part of an axis that a key moves an end by.
const STEP: f64 = 0.05;

/// Largest distance of the pointer from the end of a range that it takes hold of, as a share of
/// the axis.
const GRIP: f64 = 0.03;

/// A drag along an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
enum BrushDrag {
    /// One end stays here, the other follows the pointer.
    From(f64),
    /// The whole range follows the pointer, with its ends at these distances.
    Whole([f64; 2]),
}

impl BrushDrag {
    fn begin(at: f64, chosen: Option<[f64; 2]>, axis: (f64, f64)) -> Self {
        let grip = (axis.1 - axis.0) * GRIP;
        match chosen {
            Some([low, high]) if (at - low).abs() <= grip => Self::From(high),
            Some([low, high]) if (at - high).abs() <= grip => Self::From(low),
            Some([low, high]) if low < at && at < high => Self::Whole([low - at, high - at]),
            _ => Self::From(at),
        }
    }

    fn range(self, at: f64, (least, greatest): (f64, f64)) -> [f64; 2] {
        let at = at.clamp(least, greatest);
        match self {
            Self::From(other) => [at.min(other), at.max(other)],
            Self::Whole([low, high]) => {
                let at = at.clamp(least - low, (greatest - high).max(least - low));
                [at + low, at + high]
            }
        }
    }
}

/// A change of the range along an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum RangeChange {
    Choose([f64; 2]),
    Clear,
}

impl RangeChange {
    pub(crate) fn range(self) -> Option<[f64; 2]> {
        match self {
            Self::Choose(range) => Some(range),
            Self::Clear => None,
        }
    }

    /// Returns the change that leads to a range, or to none.
    fn to(range: Option<[f64; 2]>) -> Self {
        range.map_or(Self::Clear, Self::Choose)
    }
}

/// Returns a range whose ends at those of the axis are open, or `None` if both are.
fn opened([low, high]: [f64; 2], (least, greatest): (f64, f64)) -> Option<[f64; 2]> {
    let low = if low <= least { f64::NEG_INFINITY } else { low };
    let high = if high >= greatest { f64::INFINITY } else { high };
    (low.is_finite() || high.is_finite()).then_some([low, high])
}

/// Returns the part of a range on the axis.
pub(crate) fn part_on_axis(range: [f64; 2], (least, greatest): (f64, f64)) -> [f64; 2] {
    range.map(|end| end.clamp(least, greatest))
}

/// Returns the change of the range by input to an axis. `number_at` returns the number at the
/// height of the pointer. An end that is not moved stays open, because cases without a line
/// may be beyond the axis.
pub(crate) fn brushed(
    ui: &Ui,
    response: &Response,
    chosen: Option<[f64; 2]>,
    axis: (f64, f64),
    number_at: impl Fn(f32) -> f64,
) -> Option<RangeChange> {
    let pointer = response.interact_pointer_pos().map(|at| number_at(at.y));
    if let Some(at) = pointer.filter(|_| response.drag_started()) {
        let origin = ui.input(|input| input.pointer.press_origin());
        let from = origin.map_or(at, |origin| number_at(origin.y));
        let shown = chosen.map(|chosen| part_on_axis(chosen, axis));
        ui.data_mut(|data| data.insert_temp(response.id, BrushDrag::begin(from, shown, axis)));
    }
    if response.dragged() {
        let drag = ui.data(|data| data.get_temp::<BrushDrag>(response.id))?;
        let range = opened(drag.range(pointer?, axis), axis);
        return (chosen != range).then_some(RangeChange::to(range));
    }
    if response.clicked() && chosen.is_some() {
        return Some(RangeChange::Clear);
    }
    if !response.has_focus() || response.gained_focus() {
        return None;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        // Without a range, Escape leaves the axis.
        escape: chosen.is_some(),
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    let clears = [Key::Delete, Key::Backspace, Key::Escape];
    if chosen.is_some() && clears.into_iter().any(|key| pressed(Modifiers::NONE, key)) {
        return Some(RangeChange::Clear);
    }
    // Shift is asked for first: without it, the modifiers are ignored.
    let moves = [
        (Modifiers::SHIFT, Key::ArrowUp, 1, 1.0),
        (Modifiers::SHIFT, Key::ArrowDown, 1, -1.0),
        (Modifiers::NONE, Key::ArrowUp, 0, 1.0),
        (Modifiers::NONE, Key::ArrowDown, 0, -1.0),
    ];
    let (.., end, sign) =
        moves.into_iter().find(|&(modifiers, key, ..)| pressed(modifiers, key))?;
    let range = stepped(chosen, axis, end, sign * STEP);
    (range != chosen).then_some(RangeChange::to(range))
}

/// Moves an end of a range by a share of the axis. Returns `None` for the whole axis.
fn stepped(chosen: Option<[f64; 2]>, axis: (f64, f64), end: usize, by: f64) -> Option<[f64; 2]> {
    let (least, greatest) = axis;
    let [low, high] = chosen.map_or([least, greatest], |chosen| part_on_axis(chosen, axis));
    let step = by * (greatest - least);
    let range = match end {
        0 => [(low + step).clamp(least, high), high],
        _ => [low, (high + step).clamp(low, greatest)],
    };
    opened(range, axis)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXIS: (f64, f64) = (0.0, 100.0);

    #[test]
    fn a_drag_makes_moves_and_resizes_a_range() {
        let drag =
            |from: f64, to: f64, chosen| BrushDrag::begin(from, chosen, AXIS).range(to, AXIS);
        assert_eq!(drag(20.0, 50.0, None), [20.0, 50.0]);
        assert_eq!(drag(50.0, -9.0, None), [0.0, 50.0]);
        let chosen = Some([20.0, 50.0]);
        assert_eq!(drag(35.0, 45.0, chosen), [30.0, 60.0]);
        assert_eq!(drag(35.0, 300.0, chosen), [70.0, 100.0], "it keeps its length");
        assert_eq!(drag(21.0, 10.0, chosen), [10.0, 50.0]);
        assert_eq!(drag(49.0, 10.0, chosen), [10.0, 20.0]);
        assert_eq!(drag(80.0, 90.0, chosen), [80.0, 90.0], "another range");
        assert_eq!(BrushDrag::begin(3.0, None, (3.0, 3.0)).range(3.0, (3.0, 3.0)), [3.0, 3.0]);
    }

    #[test]
    fn keys_move_the_ends_of_a_range_within_the_axis() {
        let open = f64::INFINITY;
        assert_eq!(stepped(None, AXIS, 0, 0.05), Some([5.0, open]), "the other end stays open");
        assert_eq!(stepped(None, AXIS, 0, -0.05), None);
        assert_eq!(stepped(Some([5.0, open]), AXIS, 0, -0.05), None);
        assert_eq!(stepped(Some([5.0, open]), AXIS, 1, -0.05), Some([5.0, 95.0]));
        assert_eq!(stepped(Some([20.0, 22.0]), AXIS, 0, 0.05), Some([22.0, 22.0]));
        assert_eq!(stepped(Some([20.0, 22.0]), AXIS, 1, -0.05), Some([20.0, 20.0]));
        assert_eq!(stepped(Some([20.0, 98.0]), AXIS, 1, 0.05), Some([20.0, open]));
        assert_eq!(opened([0.0, 50.0], AXIS), Some([-open, 50.0]));
        assert_eq!(opened([0.0, 100.0], AXIS), None);
    }
}

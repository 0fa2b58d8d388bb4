//! The lanes: which are free, and what is in the others.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Numbered slots, the lowest free one first, each free or holding a `T`.
#[derive(Debug, Clone)]
pub(super) struct Lanes<T> {
    width: u32,
    free: BinaryHeap<Reverse<u32>>,
    busy: Vec<Option<T>>,
    in_work: u32,
}

impl<T> Lanes<T> {
    pub(super) fn new(width: u32) -> Self {
        let mut lanes = Self { width: 0, free: BinaryHeap::new(), busy: Vec::new(), in_work: 0 };
        lanes.resize(width);
        lanes
    }

    /// How many lanes hold something, those above the width too.
    pub(super) fn in_work(&self) -> u32 {
        self.in_work
    }

    pub(super) fn any_free(&self) -> bool {
        !self.free.is_empty()
    }

    /// Puts what `fill` makes of the lane's number into the lowest free lane.
    pub(super) fn take(&mut self, fill: impl FnOnce(u32) -> T) -> Option<&T> {
        let Reverse(lane) = self.free.pop()?;
        self.in_work += 1;
        Some(self.busy[lane as usize].insert(fill(lane)))
    }

    /// Empties a lane, which is free again if it is still in use.
    pub(super) fn release(&mut self, lane: u32) -> Option<T> {
        let held = self.lose(lane)?;
        if lane < self.width {
            self.free.push(Reverse(lane));
        }
        Some(held)
    }

    /// Empties a lane, which is not used again before the next resize.
    pub(super) fn lose(&mut self, lane: u32) -> Option<T> {
        let held = self.busy.get_mut(lane as usize)?.take()?;
        self.in_work -= 1;
        Some(held)
    }

    /// Uses the lanes below `width` from now on.
    pub(super) fn resize(&mut self, width: u32) {
        self.width = width;
        if self.busy.len() < width as usize {
            self.busy.resize_with(width as usize, || None);
        }
        let free = (0..width).filter(|&lane| self.busy[lane as usize].is_none());
        self.free = free.map(Reverse).collect();
    }
}

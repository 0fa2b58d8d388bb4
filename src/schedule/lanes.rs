//! The lanes: which are free, and what is in the others.

/// Numbered slots, each free, out of use, or holding a `T`.
#[derive(Debug, Clone)]
pub(super) struct LaneSlots<T> {
    width: u32,
    /// A bit for each free lane; the lowest is found by counting zeros.
    free: Vec<u64>,
    busy: Vec<Option<T>>,
    in_work: u32,
}

impl<T> LaneSlots<T> {
    pub(super) fn new(width: u32) -> Self {
        let mut lanes = Self { width: 0, free: Vec::new(), busy: Vec::new(), in_work: 0 };
        lanes.resize(width);
        lanes
    }

    /// How many lanes hold something, those above the width too.
    pub(super) fn in_work(&self) -> u32 {
        self.in_work
    }

    /// The lowest free lane.
    pub(super) fn lowest_free(&self) -> Option<u32> {
        self.free().next()
    }

    /// All free lanes, rising.
    pub(super) fn free(&self) -> impl Iterator<Item = u32> {
        (0..).step_by(64).zip(&self.free).flat_map(|(first, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(first + bit)
            })
        })
    }

    /// What the lanes hold, those above the width too, rising.
    pub(super) fn held(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(&self.busy).filter_map(|(lane, held)| Some((lane, held.as_ref()?)))
    }

    /// All lanes in use, free or not, rising.
    pub(super) fn in_use(&self) -> impl Iterator<Item = u32> {
        (0..self.width).filter(|&lane| self.is_free(lane) || self.busy[lane as usize].is_some())
    }

    fn is_free(&self, lane: u32) -> bool {
        self.free.get((lane / 64) as usize).is_some_and(|word| word >> (lane % 64) & 1 == 1)
    }

    /// Fills a free lane.
    pub(super) fn take(&mut self, lane: u32, held: T) {
        self.free[(lane / 64) as usize] &= !(1 << (lane % 64));
        self.in_work += 1;
        self.busy[lane as usize] = Some(held);
    }

    /// Empties a lane, which is free again if it is still in use.
    pub(super) fn release(&mut self, lane: u32) -> Option<T> {
        let held = self.lose(lane)?;
        if lane < self.width {
            self.free[(lane / 64) as usize] |= 1 << (lane % 64);
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
        self.free = vec![0; width.div_ceil(64) as usize];
        for lane in (0..width).filter(|&lane| self.busy[lane as usize].is_none()) {
            self.free[(lane / 64) as usize] |= 1 << (lane % 64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_free_lane_is_found_beyond_64_too() {
        let mut lanes = LaneSlots::new(200);
        (0..150).for_each(|lane| lanes.take(lane, ()));
        assert_eq!(lanes.lowest_free(), Some(150));
        lanes.release(140);
        lanes.release(70);
        assert_eq!(lanes.free().take(3).collect::<Vec<_>>(), [70, 140, 150]);
        assert_eq!((lanes.in_work(), lanes.in_use().count()), (148, 200));
        lanes.lose(3);
        assert_eq!((lanes.in_use().count(), lanes.lowest_free()), (199, Some(70)));
    }
}

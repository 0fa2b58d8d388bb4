//! Lanes: which are free, and what the others hold.

/// Numbered slots, each free or holding a `T`.
#[derive(Debug, Clone)]
pub(super) struct LaneSlots<T> {
    width: u32,
    /// One bit per free lane; the lowest is found by counting zeros.
    free: Vec<u64>,
    occupants: Vec<Option<T>>,
    occupied: u32,
}

impl<T> LaneSlots<T> {
    pub(super) fn new(width: u32) -> Self {
        let mut lanes = Self { width: 0, free: Vec::new(), occupants: Vec::new(), occupied: 0 };
        lanes.resize(width);
        lanes
    }

    /// Number of occupied lanes, including those beyond the width.
    pub(super) fn occupied(&self) -> u32 {
        self.occupied
    }

    pub(super) fn lowest_free(&self) -> Option<u32> {
        self.free().next()
    }

    /// Iterates over the free lanes in ascending order.
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

    /// Iterates over the occupied lanes in ascending order, including those beyond the width.
    pub(super) fn occupants(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(&self.occupants).filter_map(|(lane, occupant)| Some((lane, occupant.as_ref()?)))
    }

    pub(super) fn occupy(&mut self, lane: u32, occupant: T) {
        self.free[(lane / 64) as usize] &= !(1 << (lane % 64));
        self.occupied += 1;
        self.occupants[lane as usize] = Some(occupant);
    }

    /// Empties a lane. It becomes free unless it lies beyond the width.
    pub(super) fn release(&mut self, lane: u32) -> Option<T> {
        let occupant = self.occupants.get_mut(lane as usize)?.take()?;
        self.occupied -= 1;
        if lane < self.width {
            self.free[(lane / 64) as usize] |= 1 << (lane % 64);
        }
        Some(occupant)
    }

    /// Uses the lanes below `width` from now on.
    pub(super) fn resize(&mut self, width: u32) {
        self.width = width;
        if self.occupants.len() < width as usize {
            self.occupants.resize_with(width as usize, || None);
        }
        self.free = vec![0; width.div_ceil(64) as usize];
        for lane in (0..width).filter(|&lane| self.occupants[lane as usize].is_none()) {
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
        (0..150).for_each(|lane| lanes.occupy(lane, ()));
        assert_eq!(lanes.lowest_free(), Some(150));
        lanes.release(140);
        lanes.release(70);
        assert_eq!(lanes.free().take(3).collect::<Vec<_>>(), [70, 140, 150]);
        assert_eq!((lanes.occupied(), lanes.width), (148, 200));
        lanes.resize(80);
        lanes.release(120);
        assert_eq!((lanes.occupied(), lanes.free().collect::<Vec<_>>()), (147, vec![70]));
    }
}

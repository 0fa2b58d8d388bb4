//! The lanes of a run on a cluster: places for cases that run at the same time.

/// Lane of a case that starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LaneChoice {
    /// A lane that has been free since a time in nanoseconds.
    Free { lane: u32, since_ns: u64 },
    /// More cases run than there are lanes, so there is another lane.
    Added(u32),
    /// A lane is about to become free: an end has not been seen yet.
    Later,
}

#[derive(Debug, Default)]
pub(crate) struct ClusterLanes {
    slots: Vec<LaneSlot>,
    /// Number of lanes wanted.
    target: u32,
}

#[derive(Debug, Clone, Copy)]
struct LaneSlot {
    is_running: bool,
    /// Since when it is free.
    free_ns: u64,
    has_retired: bool,
}

impl ClusterLanes {
    pub(crate) fn new(count: u32) -> Self {
        let mut lanes = Self::default();
        lanes.grow(count, 0);
        lanes
    }

    fn grow(&mut self, count: u32, at_ns: u64) {
        self.target = count;
        let slot = LaneSlot { is_running: false, free_ns: at_ns, has_retired: false };
        self.slots.resize(self.slots.len().max(count as usize), slot);
    }

    /// Occupies the lowest lane that was free at a time.
    pub(crate) fn occupy(&mut self, start_ns: u64, may_wait: bool) -> LaneChoice {
        let is_free =
            |slot: &LaneSlot| !slot.is_running && !slot.has_retired && slot.free_ns <= start_ns;
        let mut numbered = (0..).zip(&mut self.slots);
        if let Some((lane, slot)) = numbered.find(|(_, slot)| is_free(slot)) {
            slot.is_running = true;
            return LaneChoice::Free { lane, since_ns: slot.free_ns };
        }
        if may_wait && self.slots.iter().any(|slot| slot.is_running) {
            return LaneChoice::Later;
        }
        let lane = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        self.slots.push(LaneSlot { is_running: true, free_ns: start_ns, has_retired: false });
        LaneChoice::Added(lane)
    }

    /// Occupies a lane of which an earlier session of this program has decided. Returns how
    /// many lanes that adds.
    pub(crate) fn occupy_known(&mut self, lane: u32) -> u32 {
        let before = self.slots.len();
        let slot = LaneSlot { is_running: false, free_ns: 0, has_retired: false };
        self.slots.resize(before.max(lane as usize + 1), slot);
        self.slots[lane as usize].is_running = true;
        u32::try_from(self.slots.len() - before).unwrap_or(u32::MAX)
    }

    /// Frees a lane. Returns whether it retires, because fewer lanes are wanted.
    pub(crate) fn free(&mut self, lane: u32, end_ns: u64) -> bool {
        let Some(slot) = self.slots.get_mut(lane as usize) else { return false };
        slot.is_running = false;
        slot.free_ns = slot.free_ns.max(end_ns);
        slot.has_retired = lane >= self.target;
        slot.has_retired
    }

    /// Changes the number of lanes. Returns how many join and how many leave now; lanes that
    /// are occupied leave later.
    pub(crate) fn resize(&mut self, target: u32, now_ns: u64) -> (u32, u32) {
        let (mut joining, mut leaving) = (0, 0);
        let known = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        for (lane, slot) in (0..).zip(&mut self.slots) {
            if lane < target && slot.has_retired {
                *slot = LaneSlot { is_running: false, free_ns: now_ns, has_retired: false };
                joining += 1;
            } else if lane >= target && !slot.has_retired && !slot.is_running {
                slot.has_retired = true;
                leaving += 1;
            }
        }
        joining += target.saturating_sub(known);
        self.grow(target, now_ns);
        (joining, leaving)
    }

    /// Returns since when each lane that has not left has been free.
    pub(crate) fn free_since_ns(&self) -> impl Iterator<Item = u64> {
        self.slots.iter().filter(|slot| !slot.has_retired).map(|slot| slot.free_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(lane: u32, since_ns: u64) -> LaneChoice {
        LaneChoice::Free { lane, since_ns }
    }

    #[test]
    fn a_case_takes_the_lowest_lane_that_was_free_when_it_started() {
        let mut lanes = ClusterLanes::new(2);
        assert_eq!(lanes.occupy(0, true), free(0, 0));
        assert_eq!(lanes.occupy(1, true), free(1, 0));
        assert_eq!(lanes.occupy(9, true), LaneChoice::Later, "an end was not seen yet");
        lanes.free(1, 8);
        assert_eq!(lanes.occupy(9, true), free(1, 8));
        lanes.free(0, 20);
        // The clock of its machine is late, or there are more at once than planned.
        assert_eq!(lanes.occupy(19, false), LaneChoice::Added(2));
    }

    #[test]
    fn occupied_lanes_leave_when_they_become_free() {
        let mut lanes = ClusterLanes::new(3);
        assert_eq!(lanes.occupy(0, true), free(0, 0));
        assert_eq!(lanes.occupy(0, true), free(1, 0));
        assert_eq!(lanes.resize(1, 5), (0, 1), "lane 2 is free");
        assert!(lanes.free(1, 7));
        assert!(!lanes.free(0, 8));
        assert_eq!(lanes.free_since_ns().collect::<Vec<_>>(), [8]);
        assert_eq!(lanes.resize(4, 10), (3, 0));
        assert_eq!(lanes.occupy(11, true), free(0, 8));
        assert_eq!(lanes.occupy(11, true), free(1, 10));
    }
}

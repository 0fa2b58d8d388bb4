//! Lanes as blocks to be drawn: what is too short to be seen is put together, so
//! that a million cases are as quick to draw as a thousand.

use crate::schedule::Played;

/// How many blocks a lane is cut in at most, about: some more than there are
/// pixels.
const GRAIN: u64 = 2000;

/// What lanes do, by lane and time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaneBlocks {
    /// How many lanes there are.
    pub lanes: u32,
    /// The end of the last case, in nanoseconds.
    pub end_ns: u64,
    /// The blocks, by lane, then by time.
    pub blocks: Vec<LaneBlock>,
}

/// A case in its lane, or several that follow each other closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneBlock {
    /// The lane.
    pub lane: u32,
    /// The first case.
    pub case: u32,
    /// How many cases it stands for.
    pub cases: u32,
    /// The start of the first, in nanoseconds from the start of the run.
    pub start_ns: u64,
    /// The end of the last.
    pub end_ns: u64,
}

impl LaneBlocks {
    /// The lanes of a played run with so many workers.
    #[must_use]
    pub fn of(played: &Played, workers: u32) -> Self {
        let end_ns = played.makespan_ns();
        let mut all: Vec<LaneBlock> = played
            .placements
            .iter()
            .map(|placement| LaneBlock {
                lane: placement.ticket.lane,
                case: placement.ticket.case,
                cases: 1,
                start_ns: placement.start_ns,
                end_ns: placement.end_ns,
            })
            .collect();
        all.sort_by_key(|block| (block.lane, block.start_ns, block.end_ns));
        let grain_ns = end_ns / GRAIN;
        let mut blocks: Vec<LaneBlock> = Vec::new();
        for block in all {
            match blocks.last_mut() {
                // Both are short, and they stay short together.
                Some(last)
                    if last.lane == block.lane && block.end_ns - last.start_ns <= grain_ns =>
                {
                    last.end_ns = block.end_ns;
                    last.cases += 1;
                }
                _ => blocks.push(block),
            }
        }
        Self { lanes: workers, end_ns, blocks }
    }

    /// How many lanes have nothing to do.
    #[must_use]
    pub fn unused(&self) -> u32 {
        let mut used = 0;
        let mut last = None;
        for block in &self.blocks {
            used += u32::from(last != Some(block.lane));
            last = Some(block.lane);
        }
        self.lanes.saturating_sub(used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Placement, Ticket};

    fn played(placements: impl IntoIterator<Item = (u32, u64, u64)>) -> Played {
        let place = |(case, (lane, start_ns, end_ns)): (u32, (u32, u64, u64))| Placement {
            ticket: Ticket { case, lane, attempt: 1, dispatch_index: case },
            start_ns,
            end_ns,
        };
        let placements = (0..).zip(placements).map(place).collect();
        Played { placements, ..Played::default() }
    }

    #[test]
    fn cases_that_can_be_seen_are_blocks_of_their_own() {
        let lanes = LaneBlocks::of(&played([(1, 0, 5000), (0, 0, 2000), (0, 2000, 9000)]), 3);
        assert_eq!((lanes.lanes, lanes.end_ns, lanes.unused()), (3, 9000, 1));
        let all: Vec<_> = lanes.blocks.iter().map(|b| (b.lane, b.case, b.cases)).collect();
        assert_eq!(all, [(0, 1, 1), (0, 2, 1), (1, 0, 1)]);
    }

    #[test]
    fn a_million_short_cases_are_few_blocks_that_count_them() {
        let lane = |case: u64| u32::from(case % 2 == 1);
        let all = (0..100_000_u64).map(|case| (lane(case), case / 2 * 10, case / 2 * 10 + 10));
        let lanes = LaneBlocks::of(&played(all), 2);
        assert!(lanes.blocks.len() < 5000, "{}", lanes.blocks.len());
        assert_eq!(lanes.blocks.iter().map(|block| block.cases).sum::<u32>(), 100_000);
        for two in lanes.blocks.windows(2).filter(|two| two[0].lane == two[1].lane) {
            assert!(two[0].end_ns <= two[1].start_ns);
        }
    }

    #[test]
    fn nothing_and_no_time_at_all_are_lanes_too() {
        assert_eq!(LaneBlocks::of(&played([]), 2).unused(), 2);
        let zero = LaneBlocks::of(&played([(0, 0, 0), (0, 0, 0)]), 1);
        assert_eq!((zero.end_ns, zero.blocks.len(), zero.blocks[0].cases), (0, 1, 2));
    }
}

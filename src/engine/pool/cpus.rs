//! The CPUs of the machine, and which of them running programs have to themselves.

use crate::study::CpuCounts;
use crate::system::cpus::{affinity, online_count, sibling_rank};

/// Counts the CPUs of this machine.
pub fn cpu_counts() -> CpuCounts {
    let usable = super::clock::logical_cpus();
    let logical_cpus = count(online_count()).max(usable);
    let affinity = count(affinity().len());
    let affinity = if affinity == 0 { logical_cpus } else { affinity };
    let physical_cores = sysinfo::System::physical_core_count().ok().map(count);
    CpuCounts { physical_cores, logical_cpus, affinity, usable }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// CPUs that no running program is pinned to. Those of different cores come first, so that
/// programs share cores as late as possible.
#[derive(Debug, Clone, Default)]
pub(super) struct CpuPool {
    /// In the order of use.
    cpus: Vec<u32>,
    /// CPUs in use, by lane.
    taken: Vec<Vec<u32>>,
}

impl CpuPool {
    pub(super) fn of_this_machine() -> Self {
        let mut cpus = affinity();
        cpus.sort_by_key(|&cpu| (sibling_rank(cpu), cpu));
        Self { cpus, taken: Vec::new() }
    }

    /// Takes this many CPUs for the case in a lane; none if there are not as many.
    pub(super) fn take(&mut self, lane: u32, number: u64) -> Vec<u32> {
        let is_free = |cpu: &&u32| !self.taken.iter().flatten().any(|taken| taken == *cpu);
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let cpus: Vec<u32> = self.cpus.iter().filter(is_free).take(number).copied().collect();
        let cpus = if cpus.len() == number { cpus } else { Vec::new() };
        let lane = lane as usize;
        self.taken.resize(self.taken.len().max(lane + 1), Vec::new());
        self.taken[lane].clone_from(&cpus);
        cpus
    }

    pub(super) fn release(&mut self, lane: u32) {
        if let Some(taken) = self.taken.get_mut(lane as usize) {
            taken.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_programs_have_distinct_cpus() {
        let mut pool = CpuPool { cpus: vec![0, 2, 1, 3], taken: Vec::new() };
        assert_eq!(pool.take(0, 1), [0]);
        assert_eq!(pool.take(5, 2), [2, 1]);
        assert!(pool.take(1, 2).is_empty(), "one is left");
        assert_eq!(pool.take(1, 1), [3]);
        pool.release(5);
        pool.release(9);
        assert_eq!(pool.take(2, 2), [2, 1]);
    }

    #[test]
    fn no_more_cpus_are_usable_than_there_are() {
        let CpuCounts { physical_cores, logical_cpus, affinity, usable } = cpu_counts();
        assert!(usable >= 1 && usable <= affinity && affinity <= logical_cpus);
        assert!(physical_cores.is_none_or(|cores| cores >= 1));
    }
}

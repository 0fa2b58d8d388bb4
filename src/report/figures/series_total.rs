//! The series total: the time of all cases one after another.

use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::run::{CaseRecord, RunState};
use crate::schedule::s_from_ns;
use crate::study::FrozenStudy;
use crate::text::duration;

/// Quantiles of Student's t distribution for intervals of 95 %, by degrees of freedom from 1.
const T_QUANTILES: [f64; 19] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093,
];

/// Source of a series total. Totals of different kinds are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum SeriesKind {
    /// Time of a run of the cases one after another.
    Measured,
    /// Times in the run, scaled by those of a few cases that ran again alone.
    Sampled,
    /// Sum of the intended times.
    Estimated,
    /// Sum of CPU and waited times. Cores that share a chip slow each other down, so
    /// the cases may take less time alone.
    AtMost,
}

impl SeriesKind {
    /// Name in reports.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Name in a sentence.
    pub fn label(self) -> &'static str {
        if self == Self::AtMost { "at most" } else { self.name() }
    }
}

/// A series total with its source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesTotal {
    /// The total in seconds.
    pub total_s: f64,
    /// Its source.
    pub kind: SeriesKind,
    /// Bounds that hold the total with a probability of 95 %, in seconds, if it is sampled.
    pub interval_s: Option<(f64, f64)>,
}

impl SeriesTotal {
    fn new(total_s: f64, kind: SeriesKind) -> Self {
        Self { total_s, kind, interval_s: None }
    }

    /// Returns the interval as text, such as `7.8 s to 8.1 s`, if it is wide enough to show.
    pub fn interval_text(&self) -> Option<String> {
        let (low, high) =
            self.interval_s.map(|(low_s, high_s)| (duration(low_s), duration(high_s)))?;
        (low != high).then(|| format!("{low} to {high}"))
    }

    /// Returns the text of a ratio in proportion to this total, as exact as the total is:
    /// `1.8x`, `at most 1.8x`, `about 1.8x (1.7 to 1.9)`.
    pub fn ratio_text(&self, ratio: f64, format: impl Fn(f64) -> String) -> String {
        let text = format(ratio);
        match (self.kind, self.interval_s) {
            (SeriesKind::AtMost, _) => format!("at most {text}"),
            (_, Some((low_s, high_s))) => {
                let bound = |total_s: f64| {
                    let text = format(ratio * total_s / self.total_s);
                    text.trim_end_matches(['x', '×']).to_owned()
                };
                let (low, high) = (bound(low_s), bound(high_s));
                let interval =
                    if low == high { String::new() } else { format!(" ({low} to {high})") };
                format!("about {text}{interval}")
            }
            _ => text,
        }
    }
}

/// Returns the series total of a run, if all cases are done in one session.
pub fn series_total(frozen: &FrozenStudy, state: &RunState) -> Option<SeriesTotal> {
    if !state.all_done_in_session() {
        return None;
    }
    if let Some(total_ns) = state.series.and_then(|series| series.total_ns) {
        return Some(SeriesTotal::new(s_from_ns(total_ns), SeriesKind::Measured));
    }
    if !state.series_sample.is_empty() {
        let times_ns: Vec<_> = state.records.iter().map(CaseRecord::time_ns).collect();
        return sampled_total(&times_ns, &state.series_sample);
    }
    if let Some(seconds) = frozen.lengths.seconds() {
        // An empty f64 sum is −0 in Rust.
        let total_s = seconds.iter().sum::<f64>() + 0.0;
        return Some(SeriesTotal::new(total_s, SeriesKind::Estimated));
    }
    let mut own_ns = state.records.iter().map(CaseRecord::busy_ns);
    let own_ns = own_ns.try_fold(0, |sum: u64, own_ns| Some(sum.saturating_add(own_ns?)))?;
    Some(SeriesTotal::new(s_from_ns(own_ns), SeriesKind::AtMost))
}

/// A sampled case and the cases it stands for.
struct Group {
    /// Time of the sampled case alone, in seconds.
    alone_s: f64,
    /// Its time alone by its time in the run.
    ratio: f64,
    /// Summed time of the other cases in the run, in seconds.
    others_s: f64,
}

/// Estimates the series total from the time each case took in the run, and the sampled cases
/// with their times alone, in nanoseconds; `None` without a sample.
///
/// Each sampled case stands for those nearer to it, in the order of length, than to any other
/// sampled case: their times are scaled by its ratio (a ratio estimator). The interval holds
/// the total with a probability of 95 %, from the spread of the ratios.
fn sampled_total(times_ns: &[u64], alone_ns: &[(u32, u64)]) -> Option<SeriesTotal> {
    let groups = groups(times_ns, alone_ns);
    let alone_s: f64 = groups.iter().map(|group| group.alone_s).sum();
    let others_s: f64 = groups.iter().map(|group| group.others_s).sum();
    let scaled_s: f64 = groups.iter().map(|group| group.others_s * group.ratio).sum();
    let total_s = alone_s + scaled_s;
    let freedom = groups.len().checked_sub(1)?;
    let half_s = if others_s > 0.0 {
        // A single ratio says nothing about its spread.
        let quantile = T_QUANTILES[freedom.checked_sub(1)?.min(T_QUANTILES.len() - 1)];
        let mean = groups.iter().map(|group| group.ratio).sum::<f64>() / groups.len() as f64;
        let squares: f64 = groups.iter().map(|group| (group.ratio - mean).powi(2)).sum();
        let weights: f64 = groups.iter().map(|group| group.others_s.powi(2)).sum();
        quantile * (squares / freedom as f64 * weights).sqrt()
    } else {
        0.0
    };
    let interval_s = Some(((total_s - half_s).max(alone_s), total_s + half_s));
    Some(SeriesTotal { total_s, kind: SeriesKind::Sampled, interval_s })
}

/// Divides the cases among the sampled ones.
fn groups(times_ns: &[u64], alone_ns: &[(u32, u64)]) -> Vec<Group> {
    let mut by_time: Vec<u32> = (0..).take(times_ns.len()).collect();
    by_time.sort_by_key(|&case| times_ns[case as usize]);
    let rank_of = |&(case, alone_ns): &(u32, u64)| {
        let rank = by_time.iter().position(|&at| at == case)?;
        Some((rank, alone_ns))
    };
    let mut sampled: Vec<(usize, u64)> = alone_ns.iter().filter_map(rank_of).collect();
    sampled.sort_unstable();
    let border = |pair: &[(usize, u64)]| usize::midpoint(pair[0].0, pair[1].0) + 1;
    let ends = sampled.windows(2).map(border).chain([times_ns.len()]);
    let mut start = 0;
    let group = |(&(rank, alone_ns), end): (&(usize, u64), usize)| {
        let cases = &by_time[start..end];
        start = end;
        let time_s = s_from_ns(times_ns[by_time[rank] as usize]);
        let alone_s = s_from_ns(alone_ns);
        let all_s: f64 = cases.iter().map(|&case| s_from_ns(times_ns[case as usize])).sum();
        Group {
            alone_s,
            ratio: if time_s > 0.0 { alone_s / time_s } else { 1.0 },
            others_s: if cases.len() > 1 { all_s - time_s } else { 0.0 },
        }
    };
    sampled.iter().zip(ends).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::choose_sample;

    const S: u64 = 1_000_000_000;

    fn interval(total: SeriesTotal) -> (f64, f64, f64) {
        let (low_s, high_s) = total.interval_s.unwrap();
        (low_s, total.total_s, high_s)
    }

    #[test]
    fn a_sample_of_all_cases_is_their_sum() {
        let total = sampled_total(&[4 * S, 2 * S, 6 * S], &[(0, 3 * S), (1, S), (2, 2 * S)]);
        assert_eq!(interval(total.unwrap()), (6.0, 6.0, 6.0));
        assert_eq!(interval(sampled_total(&[4 * S], &[(0, S)]).unwrap()), (1.0, 1.0, 1.0));
        assert_eq!(sampled_total(&[4 * S, S], &[]), None);
        assert_eq!(sampled_total(&[4 * S, S], &[(0, S)]), None, "one ratio has no spread");
    }

    #[test]
    fn the_times_of_the_run_are_scaled_by_the_ratio_found() {
        let times_ns: Vec<u64> = (1..=100).map(|time| time * S).collect();
        let alone: Vec<_> = [9, 49, 89].map(|case| (case, times_ns[case as usize] / 4)).into();
        let (low_s, total_s, high_s) = interval(sampled_total(&times_ns, &alone).unwrap());
        assert!((total_s - 5050.0 / 4.0).abs() < 1e-6 && high_s - low_s < 1e-6, "{total_s}");
        // Ratios of 0.2, 0.25 and 0.3: their spread widens the interval.
        let alone = [(9, 2 * S), (49, 50 * S / 4), (89, 27 * S)];
        let (low_s, total_s, high_s) = interval(sampled_total(&times_ns, &alone).unwrap());
        assert!(low_s < 5050.0 / 4.0 && total_s < high_s && high_s < 2.0 * total_s, "{low_s}");
    }

    /// Two cores, and cases that share them: short cases are slowed down more than long ones.
    #[test]
    fn ratios_may_depend_on_the_length() {
        let alone_ns: Vec<u64> = (1..=8).map(|time| time * S).collect();
        let (mut left, mut now, mut times_ns) = (alone_ns.clone(), 0.0, vec![0; 8]);
        while let Some(least) = left.iter().filter(|&&left| left > 0).min().copied() {
            let running = left.iter().filter(|&&left| left > 0).count() as f64;
            now += s_from_ns(least) * (running / 2.0).max(1.0);
            for (left, time_ns) in left.iter_mut().zip(&mut times_ns).filter(|(left, _)| **left > 0)
            {
                *left -= least;
                if *left == 0 {
                    *time_ns = crate::schedule::ns_from_s(now);
                }
            }
        }
        let sample = choose_sample(&times_ns);
        let alone: Vec<_> = sample.iter().map(|&case| (case, alone_ns[case as usize])).collect();
        let (low_s, total_s, high_s) = interval(sampled_total(&times_ns, &alone).unwrap());
        assert!((total_s / 36.0 - 1.0).abs() < 0.1, "{total_s} s of 36 s");
        assert!(low_s < 36.0 && 36.0 < high_s, "{low_s} to {high_s}");
    }
}

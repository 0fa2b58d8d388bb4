//! Number fields of the sweep and of the comparison. Invalid text stays in its field, and the
//! button that would use it leads there.

use std::collections::BTreeMap;
use std::mem;
use std::ops::RangeInclusive;

use crate::study::WORKER_RANGE;
use crate::window::compare::compare_form::REPEATS;
use crate::window::workers::sweep_state::{MAX_SAMPLE, SWEEP_REPEATS};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CountField {
    SweepRepeats,
    /// Largest number of workers of the sweep.
    SweepWorkers,
    /// Number of cases that the sweep runs.
    SweepSample,
    CompareRepeats,
    /// Number of workers of a configuration, by its index.
    SetupWorkers(usize),
}

impl CountField {
    pub fn name(self) -> String {
        match self {
            Self::SweepRepeats | Self::CompareRepeats => "Repeats".to_owned(),
            Self::SweepWorkers => "Maximum workers".to_owned(),
            Self::SweepSample => "Sample".to_owned(),
            Self::SetupWorkers(setup) => format!("Workers of configuration {}", setup + 1),
        }
    }

    /// Returns what the empty field stands for, if it may be empty.
    pub fn if_empty(self) -> Option<&'static str> {
        match self {
            Self::SweepRepeats | Self::CompareRepeats => None,
            Self::SweepWorkers => Some("automatic"),
            Self::SweepSample => Some("all cases"),
            Self::SetupWorkers(_) => Some("as planned"),
        }
    }

    pub fn range(self) -> RangeInclusive<u32> {
        match self {
            Self::SweepRepeats => SWEEP_REPEATS,
            Self::CompareRepeats => REPEATS,
            Self::SweepWorkers | Self::SetupWorkers(_) => WORKER_RANGE,
            Self::SweepSample => 1..=MAX_SAMPLE,
        }
    }

    pub(super) fn is_of_sweep(self) -> bool {
        matches!(self, Self::SweepRepeats | Self::SweepWorkers | Self::SweepSample)
    }

    /// Returns the number typed; `None` for an empty field. 0 stands for no limit too.
    pub(super) fn parse(self, text: &str) -> Result<Option<u32>, String> {
        let (text, range) = (text.trim(), self.range());
        let number = text.parse().ok();
        let may_be_empty = self.if_empty().is_some();
        match number {
            None | Some(0) if may_be_empty && text.trim_matches('0').is_empty() => Ok(None),
            Some(number) if range.contains(&number) => Ok(Some(number)),
            _ => {
                let or = if may_be_empty { ", or nothing" } else { "" };
                let (least, most) = (range.start(), range.end());
                Err(format!("expected a whole number from {least} to {most}{or}"))
            }
        }
    }
}

/// Texts that are no such number, as typed.
#[derive(Debug, Default)]
pub struct CountFields {
    pub(super) typed: BTreeMap<CountField, String>,
    /// Field to focus.
    pub pending_focus: Option<CountField>,
}

impl CountFields {
    /// Lets what was typed for configurations follow them: from the index `from` on, some were
    /// removed or added, so that their number is `after` in place of `before`.
    pub(super) fn move_setups(&mut self, from: usize, before: usize, after: usize) {
        let (removed, added) = (before.saturating_sub(after), after.saturating_sub(before));
        let moved = |(field, text)| match field {
            CountField::SetupWorkers(at) if at < from + removed && at >= from => None,
            CountField::SetupWorkers(at) if at >= from => {
                Some((CountField::SetupWorkers(at - removed + added), text))
            }
            other => Some((other, text)),
        };
        self.typed = mem::take(&mut self.typed).into_iter().filter_map(moved).collect();
    }

    pub fn problem(&self, field: CountField) -> Option<String> {
        field.parse(self.typed.get(&field)?).err()
    }
}

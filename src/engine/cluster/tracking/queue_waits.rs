//! Why cases wait in the queue of the cluster.

use crate::run::{QueueReason, QueueState, RunEvent};
use crate::schedule::WaitReason;

/// Number of readings above which those that are no longer needed are dropped.
const MAX_READINGS: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct QueueWaits {
    /// When the queue was read while cases waited, in nanoseconds from 1970, and why they did.
    readings: Vec<(u64, WaitReason)>,
    /// Reason last reported for no case running.
    reported: Option<WaitReason>,
    queue: QueueState,
}

impl QueueWaits {
    /// Records a reading of the queue, with the numbers of running and of waiting tasks, and
    /// returns what is new at the time `at_ns` of the run. Readings before `oldest_ns` are not
    /// needed any more.
    pub(super) fn read(
        &mut self,
        queue: QueueState,
        (running, waiting): (u32, u32),
        (now_ns, at_ns): (u64, u64),
        oldest_ns: u64,
    ) -> Vec<RunEvent> {
        let mut events = Vec::new();
        if waiting > 0 && queue.problem.is_none() {
            let reason = match queue.reason {
                Some(QueueReason::Licences) => WaitReason::Licence,
                _ => WaitReason::Cluster,
            };
            self.readings.push((now_ns, reason));
            if running == 0 && self.reported != Some(reason) {
                self.reported = Some(reason);
                events.push(RunEvent::Blocked { at_ns, reason });
            }
        }
        events.extend(self.replace(queue, at_ns));
        if self.readings.len() > MAX_READINGS {
            self.readings.retain(|(at_ns, _)| *at_ns >= oldest_ns);
        }
        events
    }

    /// Records that the cluster does not answer.
    pub(super) fn note_problem(&mut self, problem: String, at_ns: u64) -> Option<RunEvent> {
        self.replace(QueueState { problem: Some(problem), ..self.queue.clone() }, at_ns)
    }

    fn replace(&mut self, queue: QueueState, at_ns: u64) -> Option<RunEvent> {
        (queue != self.queue).then(|| {
            self.queue = queue.clone();
            RunEvent::QueueChanged { at_ns, queue }
        })
    }

    /// Records that a case has started.
    pub(super) fn note_start(&mut self) {
        self.reported = None;
    }

    /// Returns why cases waited at the last reading between two times, in nanoseconds from 1970.
    ///
    /// Without one, the cluster was about to start the next case.
    pub(super) fn reason_between(&self, after_ns: u64, before_ns: u64) -> Option<WaitReason> {
        let is_between = |at_ns: u64| at_ns > after_ns && at_ns < before_ns;
        let mut readings = self.readings.iter().rev();
        readings.find(|(at_ns, _)| is_between(*at_ns)).map(|&(_, reason)| reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(waiting: u32, reason: QueueReason) -> QueueState {
        QueueState { waiting, reason: Some(reason), problem: None }
    }

    #[test]
    fn a_wait_is_reported_once_and_only_while_nothing_runs() {
        let mut waits = QueueWaits::default();
        let licences = || queue(3, QueueReason::Licences);
        let blocked = |at_ns| RunEvent::Blocked { at_ns, reason: WaitReason::Licence };
        let changed = RunEvent::QueueChanged { at_ns: 1, queue: licences() };
        assert_eq!(waits.read(licences(), (0, 3), (5, 1), 0), [blocked(1), changed]);
        assert_eq!(waits.read(licences(), (0, 3), (6, 2), 0), []);
        waits.note_start();
        assert_eq!(waits.read(licences(), (1, 3), (7, 3), 0), []);
        assert_eq!(waits.read(licences(), (0, 3), (8, 4), 0), [blocked(4)]);
        let reasons = [(0, 5), (5, 8), (8, 99)].map(|(from, to)| waits.reason_between(from, to));
        assert_eq!(reasons, [None, Some(WaitReason::Licence), None]);
    }

    #[test]
    fn a_problem_keeps_what_is_known_of_the_queue() {
        let mut waits = QueueWaits::default();
        waits.read(queue(2, QueueReason::Priority), (1, 2), (5, 0), 0);
        let problem = Some("no answer".to_owned());
        let with_problem = QueueState { problem, ..queue(2, QueueReason::Priority) };
        let event = waits.note_problem("no answer".to_owned(), 7);
        assert_eq!(event, Some(RunEvent::QueueChanged { at_ns: 7, queue: with_problem }));
        assert_eq!(waits.note_problem("no answer".to_owned(), 8), None);
    }
}

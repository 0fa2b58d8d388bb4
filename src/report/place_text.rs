//! Sentences about where cases ran on a cluster, and for what they wait there.

use crate::run::{CaseNotes, QueueNews, QueueState};
use crate::schedule::s_from_ns;
use crate::text::{count, duration, plural};

/// Describes where a case ran and how long it was queued: `on n1`, `queued for 3.2 s`.
pub fn place_texts(notes: &CaseNotes, case: usize) -> Vec<String> {
    let host = notes.host(case).filter(|host| !host.is_empty()).map(|host| format!("on {host}"));
    let queued = notes.queued_ns(case).map(|ns| format!("queued for {}", duration(s_from_ns(ns))));
    host.into_iter().chain(queued).collect()
}

/// Says how long cases were queued before they started; `None` if no case was.
pub fn queue_times_text(notes: &CaseNotes, cases: usize) -> Option<String> {
    let times = || (0..cases).filter_map(|case| notes.queued_ns(case));
    let (least, most) = (times().min()?, times().max()?);
    let [least, most] = [least, most].map(|ns| duration(s_from_ns(ns)));
    let range = if least == most { most } else { format!("{least} to {most}") };
    Some(format!("{range} per case before its start, no part of the total"))
}

/// Says for what cases wait in the queue: `waiting in the queue for a licence`.
pub fn queue_text(queue: &QueueState) -> String {
    let reason = queue.reason.as_ref();
    let target = reason.map_or(String::new(), |reason| format!(" for {}", reason.text()));
    format!("waiting in the queue{target}")
}

/// Puts a change of the queue into a sentence without a full stop.
pub fn queue_news_text(news: &QueueNews) -> String {
    match news {
        QueueNews::NoAnswer(why) => format!("the cluster does not answer, asking again: {why}"),
        QueueNews::AnswersAgain => "the cluster answers again".to_owned(),
        QueueNews::Waits { cases, reason } => {
            let (cases, verb) = (count(*cases, "case"), plural(*cases, "waits", "wait"));
            format!("{cases} {verb} in the queue for {}", reason.text())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::QueueReason;

    #[test]
    fn only_known_facts_are_told() {
        let mut notes = CaseNotes::default();
        notes.set_host(0, "n1");
        notes.set_queued_ns(0, 3_200_000_000);
        notes.set_host(1, "");
        assert_eq!(place_texts(&notes, 0), ["on n1", "queued for 3.2 s"]);
        assert!(place_texts(&notes, 1).is_empty());
        notes.set_queued_ns(1, 200_000_000);
        let text = queue_times_text(&notes, 2).unwrap();
        assert_eq!(text, "200 ms to 3.2 s per case before its start, no part of the total");
        assert_eq!(queue_times_text(&CaseNotes::default(), 2), None);
    }

    #[test]
    fn the_reason_is_put_into_words() {
        let mut queue = QueueState { waiting: 3, ..QueueState::default() };
        assert_eq!(queue_text(&queue), "waiting in the queue");
        queue.reason = Some(QueueReason::Licences);
        assert_eq!(queue_text(&queue), "waiting in the queue for a licence");
        let news = QueueNews::between(&QueueState::default(), &queue).unwrap();
        assert_eq!(queue_news_text(&news), "3 cases wait in the queue for a licence");
        let fewer = QueueState { waiting: 1, ..queue.clone() };
        assert_eq!(QueueNews::between(&queue, &fewer), None);
        let away = QueueState { problem: Some("no route".to_owned()), ..queue.clone() };
        let news = QueueNews::between(&queue, &away).unwrap();
        assert!(queue_news_text(&news).ends_with("asking again: no route"));
        assert_eq!(QueueNews::between(&away, &queue), Some(QueueNews::AnswersAgain));
    }
}

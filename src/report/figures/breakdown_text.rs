//! The breakdown of lane-seconds in words.

use super::account::Account;
use super::account_part::AccountPart;
use super::critical_cases::{barriers, lane_ends};
use super::session_cases::{done_cases, lost_cases, session_cases, stretches_ns};
use crate::report::run_report::RunReport;
use crate::run::Status;
use crate::schedule::{WaitReason, s_from_ns};
use crate::study::ClockChoice;
use crate::text::{count, duration, list};

/// What the lanes did in this part of the account.
pub(super) fn sentence(report: &RunReport, account: &Account, part: AccountPart) -> String {
    match part {
        AccountPart::Work => work(report, account),
        AccountPart::Cases => {
            let reason = match report.frozen.program {
                Some(_) => "a program that waits looks like one that is slowed down",
                None => "no CPU time was recorded",
            };
            format!("the share of work is unknown: {reason}")
        }
        AccountPart::Stretch => stretch(report),
        AccountPart::Startup => startup(report),
        AccountPart::Dispatch => {
            let ended = session_cases(report).map(|(_, record)| record.attempts).sum::<u32>();
            let each = duration(account.dispatch / f64::from(ended.max(1)));
            format!("between cases, {each} per case")
        }
        AccountPart::Barrier => barrier(report),
        AccountPart::Held => held_text(report),
        AccountPart::Lost => lost(report),
        AccountPart::Idle => idle(report),
        AccountPart::Unknown => "the run has no record of what the lanes did".to_owned(),
    }
}

fn name(report: &RunReport, case: u32) -> &str {
    report.frozen.cases.case(case as usize).name
}

fn work(report: &RunReport, account: &Account) -> String {
    let cases = count(done_cases(report).count(), "case");
    if report.frozen.plan.clock == ClockChoice::Virtual {
        return format!("{cases} at their own lengths");
    }
    let cpu_ns = done_cases(report).filter_map(|(_, record)| record.cpu_ns);
    let cpu_s = cpu_ns.map(s_from_ns).fold(0.0, |sum, s| sum + s);
    let waited_s = (account.work.unwrap_or(0.0) - cpu_s).max(0.0);
    format!("{cases} computed for {} and waited for {}", duration(cpu_s), duration(waited_s))
}

fn stretch(report: &RunReport) -> String {
    let most = stretches_ns(report).max_by_key(|&(_, ns)| ns);
    let most = most.filter(|_| done_cases(report).nth(1).is_some());
    let most = most.map_or(String::new(), |(case, ns)| {
        format!(", most of all {}: {}", name(report, case), duration(s_from_ns(ns)))
    });
    format!("cases took longer than their work and waiting{most}")
}

fn startup(report: &RunReport) -> String {
    let replacements = report.state.processes().iter().filter(|p| p.start.replaces).count();
    let added = report.state.added_workers_ns().len();
    let workers = report.frozen.plan.workers as usize + replacements + added;
    let including = match replacements {
        0 => String::new(),
        _ => format!(", including {}", count(replacements, "replacement")),
    };
    format!("until {} could take a case{including}", count(workers, "worker"))
}

fn barrier(report: &RunReport) -> String {
    let barriers = barriers(report);
    let Some(most) = barriers.iter().max_by_key(|barrier| barrier.waited_ns) else {
        return "workers waited for the rest of their batch".to_owned();
    };
    let most_workers = report.frozen.plan.workers.saturating_sub(1).max(1);
    let workers = count(most.workers.min(most_workers), "worker");
    let waited = format!("{workers} waited for {}", name(report, most.case));
    match barriers.len() {
        1 => waited,
        count => {
            let longest = duration(s_from_ns(most.waited_ns));
            format!("{count} barriers, the longest where {waited}: {longest}")
        }
    }
}

/// What held workers waited for most of the time.
pub(crate) fn held_text(report: &RunReport) -> String {
    let sum_ns = |reason: WaitReason| {
        let waits = report.state.waits().iter().filter(|wait| wait.reason == reason);
        waits.map(|wait| wait.until_ns - wait.from_ns).sum::<u64>()
    };
    let all = [WaitReason::Licence, WaitReason::Memory, WaitReason::Paused, WaitReason::Backoff];
    let most = all.into_iter().max_by_key(|&reason| sum_ns(reason));
    format!("workers waited, mostly for {}", most.map_or("", wait_target))
}

/// What a worker waits for, as an object: `a licence`.
pub fn wait_target(reason: WaitReason) -> &'static str {
    match reason {
        WaitReason::Licence => "a licence",
        WaitReason::Memory => "free memory",
        WaitReason::Paused => "the end of a pause",
        WaitReason::Backoff => "the next attempt",
        WaitReason::Barrier => "the rest of the batch",
        WaitReason::Empty => "the last cases",
    }
}

fn lost(report: &RunReport) -> String {
    let mut clauses = Vec::new();
    let statuses = [Status::Failed, Status::TimedOut, Status::Cancelled];
    let counts = statuses.map(|status| {
        let with_status = lost_cases(report).filter(|(_, record)| record.status == status);
        (with_status.count(), status.name().replace('-', " "))
    });
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts = list(counts.map(|(count, status)| format!("{count} {status}")));
    if !counts.is_empty() {
        clauses.push(format!("unsuccessful cases: {counts}"));
    }
    let retried = session_cases(report)
        .map(|(case, _)| report.state.attempts(case).len().saturating_sub(1))
        .sum::<usize>();
    if retried > 0 {
        clauses.push(format!("{} tried again", count(retried, "attempt")));
    }
    clauses.join("; ")
}

fn idle(report: &RunReport) -> String {
    let Some(ends) = lane_ends(report) else { return "no case was started".to_owned() };
    let last = name(report, ends.last_case);
    let unused = ends.workers.saturating_sub(ends.used_lanes);
    if unused > 0 {
        return format!("{} never had a case; {last} ended last", count(unused, "worker"));
    }
    let tail = duration(s_from_ns(ends.tail_ns));
    format!("nothing was left to start: {last} ended last, {tail} after the first worker was free")
}

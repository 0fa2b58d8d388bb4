//! Asks a cluster what it offers, and when a case would start.

use jiff::civil::DateTime;

use super::array_request::CaseNeeds;
use super::slurm_client::{SlurmClient, SlurmError, licence_field};
use crate::run::{ClusterFacts, ExpectedStart, LicenceFacts, PartitionFacts};

/// Job that is not submitted: Slurm only says when it would start.
const SCRIPT: &[u8] = b"#!/bin/sh\n";

/// Asks a cluster for its partitions and licences, and when a case with these needs and options
/// of `sbatch` would start.
pub(crate) fn cluster_facts(
    client: &SlurmClient,
    needs: &CaseNeeds,
    options: &[String],
) -> Result<ClusterFacts, SlurmError> {
    let partitions = client.run("sinfo", &["-h", "-s", "-o", "%P|%a|%D|%C|%l"], &[])?;
    let licences = client.licences()?;
    let clock = client.run("date", &["+%FT%T"], &[]).ok();
    let mut arguments = vec!["--test-only".to_owned()];
    arguments.extend(needs.arguments(options));
    let start = match client.run_whole("sbatch", &arguments, SCRIPT) {
        Ok((_, said)) => expected_start(&said, clock.as_deref().unwrap_or_default()),
        Err(error) => ExpectedStart::Refused(error.to_string()),
    };
    Ok(ClusterFacts {
        partitions: partitions.lines().filter_map(partition).collect(),
        licences: licences.lines().filter_map(licence).collect(),
        start,
    })
}

/// Parses a line of `NAME|up|NODES|ALLOCATED/IDLE/OTHER/TOTAL|LIMIT`; the default partition is
/// marked with a star.
fn partition(line: &str) -> Option<PartitionFacts> {
    let mut fields = line.trim().split('|');
    let (name, state) = (fields.next()?, fields.next()?);
    let nodes = fields.next()?.parse().ok()?;
    let mut cores = fields.next()?.split('/').map(|count| count.parse().ok());
    let (free_cores, cores) = (cores.nth(1)??, cores.nth(1)??);
    let limit = fields.next().filter(|limit| *limit != "infinite");
    Some(PartitionFacts {
        name: name.trim_end_matches('*').to_owned(),
        is_default: name.ends_with('*'),
        is_up: state == "up",
        nodes,
        cores,
        free_cores,
        time_limit: limit.map(str::to_owned),
    })
}

fn licence(line: &str) -> Option<LicenceFacts> {
    let number = |key| licence_field(line, key)?.parse().ok();
    let name = licence_field(line, "LicenseName=")?.to_owned();
    Some(LicenceFacts { name, total: number("Total=")?, free: number("Free=")? })
}

/// Reads the start in what `sbatch` says, such as `Job 7 to start at 2026-11-29T11:00:50 using 2
/// processors`. Its clock is that of `now`.
fn expected_start(said: &str, now: &str) -> ExpectedStart {
    let start = said.split_once(" to start at ").and_then(|(_, rest)| rest.split(' ').next());
    let time = |text: &str| text.trim().parse::<DateTime>().ok();
    match (start.and_then(time), time(now)) {
        (Some(start), Some(now)) => {
            ExpectedStart::In(start.duration_since(now).as_secs_f64().max(0.0))
        }
        _ => ExpectedStart::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_read_with_their_free_cores() {
        let main = partition("main*|up|4|6/10/0/16|infinite").unwrap();
        assert_eq!((main.name.as_str(), main.is_default, main.is_up), ("main", true, true));
        assert_eq!((main.nodes, main.free_cores, main.cores), (4, 10, 16));
        assert_eq!(main.time_limit, None);
        let long = partition("long|drain|2|0/0/8/8|2-00:00:00").unwrap();
        assert_eq!((long.is_default, long.is_up, long.free_cores), (false, false, 0));
        assert_eq!(long.time_limit.as_deref(), Some("2-00:00:00"));
        assert_eq!(partition("PARTITION AVAIL"), None);
    }

    #[test]
    fn licences_are_read_with_the_free_ones() {
        let read = licence("LicenseName=solver Total=3 Used=1 Free=2 Reserved=0 Remote=no");
        assert_eq!(read, Some(LicenceFacts { name: "solver".to_owned(), total: 3, free: 2 }));
        assert_eq!(licence("No licenses configured."), None);
    }

    #[test]
    fn the_expected_start_counts_from_the_clock_of_the_cluster() {
        let said = "sbatch: Job 7 to start at 2026-11-29T11:00:50 using 2 processors on nodes n1";
        let start = |now| expected_start(said, now);
        assert_eq!(start("2026-11-29T10:59:50\n"), ExpectedStart::In(60.0));
        assert_eq!(start("2026-11-29T11:00:51\n"), ExpectedStart::In(0.0));
        assert_eq!(start(""), ExpectedStart::Unknown);
        assert_eq!(expected_start("", "2026-11-29T10:59:50"), ExpectedStart::Unknown);
    }
}

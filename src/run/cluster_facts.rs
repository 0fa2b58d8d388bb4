//! What a cluster tells about itself before a run.

/// What a cluster offers, and when it would start a case.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterFacts {
    /// Its partitions.
    pub partitions: Vec<PartitionFacts>,
    /// The licences that it counts.
    pub licences: Vec<LicenceFacts>,
    /// When it would start a case.
    pub start: ExpectedStart,
}

/// A partition of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionFacts {
    /// Its name.
    pub name: String,
    /// Whether jobs that name none go there.
    pub is_default: bool,
    /// Whether it starts jobs.
    pub is_up: bool,
    /// Number of machines.
    pub nodes: u32,
    /// Number of cores of all machines.
    pub cores: u32,
    /// Number of cores that no job uses.
    pub free_cores: u32,
    /// Longest time of a job, as Slurm writes it; `None` is no limit.
    pub time_limit: Option<String>,
}

/// A licence that a cluster counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceFacts {
    /// Its name.
    pub name: String,
    /// How many there are.
    pub total: u32,
    /// How many no job uses.
    pub free: u32,
}

/// When a cluster would start a case, by its own estimate.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpectedStart {
    /// After this time in seconds.
    In(f64),
    /// Never, and why.
    Refused(String),
    /// The cluster does not tell.
    Unknown,
}

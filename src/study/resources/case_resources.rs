//! The resources that running cases share, and what each case needs of them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::case_demand::{CaseDemand, Resource};
use crate::study::cases::case_column::{CaseColumn, headings};
use crate::study::cases::case_table::CaseTable;
use crate::study::options::study_option::StudyOption;
use crate::study::plan::run_plan::Limits;
use crate::text::{grouped, list, memory, quoted};

/// A resource of which running cases never use more than there is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedResource {
    pub resource: Resource,
    /// Amount that running cases share; `None` is without a limit.
    pub total: Option<u64>,
    pub per_case: CaseDemand,
    /// What each case needs, unless all need the same.
    #[serde(skip)]
    needs: Option<Arc<[u64]>>,
}

/// All resources for which cases have a known need.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CaseResources(Vec<SharedResource>);

impl SharedResource {
    /// Reads the needs of all cases. The error names the first row whose need is unclear.
    pub fn new(
        resource: Resource,
        total: Option<u64>,
        per_case: CaseDemand,
        cases: &CaseTable,
    ) -> Result<Self, String> {
        let needs = match &per_case {
            CaseDemand::Amount(_) => None,
            CaseDemand::Column(_) if cases.is_empty() => Some(Arc::default()),
            CaseDemand::Column(heading) => Some(read_column(resource, heading, cases)?),
        };
        Ok(Self { resource, total, per_case, needs })
    }

    /// Returns how much a case needs, by its index.
    #[inline]
    pub fn need(&self, case: u32) -> u64 {
        match (&self.needs, &self.per_case) {
            (Some(needs), _) => needs.get(case as usize).copied().unwrap_or(0),
            (None, CaseDemand::Amount(amount)) => *amount,
            (None, CaseDemand::Column(_)) => 0,
        }
    }

    /// Returns the smallest need of a case.
    pub fn least_need(&self) -> u64 {
        match &self.needs {
            Some(needs) => needs.iter().copied().min().unwrap_or(0),
            None => self.need(0),
        }
    }

    /// Returns the largest need of a case.
    pub fn most_need(&self) -> u64 {
        match &self.needs {
            Some(needs) => needs.iter().copied().max().unwrap_or(0),
            None => self.need(0),
        }
    }

    /// Checks that each case fits into the total while no other is running. The error names the
    /// first row that does not.
    fn check(&self, cases: &CaseTable) -> Result<(), String> {
        let total = self.total.unwrap_or(u64::MAX);
        let rows = 0..u32::try_from(cases.len()).unwrap_or(u32::MAX);
        let mut excessive = rows.filter(|&case| self.need(case) > total);
        let Some(first) = excessive.next() else { return Ok(()) };
        let row = row_name(cases, first as usize);
        let others = match excessive.count() {
            0 => String::new(),
            1 => ", nor can 1 other row".to_owned(),
            others => format!(", nor can {} other rows", grouped(others)),
        };
        let [need, total] = [self.need(first), total].map(|amount| self.resource.amount(amount));
        let remedy = match self.resource {
            Resource::Cores => "give fewer cores, or oversubscribe",
            Resource::Memory => "give less memory per case, or more in all",
            Resource::Tokens => "give fewer tokens per case, or more in all",
        };
        Err(format!(
            "{row} can never run{others}: it needs {need}, and there are {total} in all; {remedy}"
        ))
    }
}

impl CaseResources {
    /// Returns why limits do not apply to a table: the need of a case is in a column that it lacks.
    pub fn missing_columns(limits: &Limits, cases: &CaseTable) -> Vec<String> {
        let missing = |(resource, _, per_case): (Resource, Option<u64>, CaseDemand)| match per_case
        {
            CaseDemand::Column(heading) => column_of(resource, &heading, cases).err(),
            CaseDemand::Amount(_) => None,
        };
        demanded(limits, 1).filter_map(missing).collect()
    }

    /// Returns the resources that the limits name, with the usable CPUs as cores.
    ///
    /// The error is the key of an option, and why its need is unclear or can never be met.
    pub fn new(
        limits: &Limits,
        cases: &CaseTable,
        usable_cpus: u32,
    ) -> Result<Self, (&'static str, String)> {
        let demanded = demanded(limits, usable_cpus).map(|(resource, total, per_case)| {
            SharedResource::new(resource, total, per_case, cases)
                .and_then(|shared| shared.check(cases).map(|()| shared))
                .map_err(|problem| (resource.option().key(), problem))
        });
        demanded.collect::<Result<_, _>>().map(Self)
    }

    /// Returns limits that give these resources again. The cores are those of the machine.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for SharedResource { resource, total, per_case, .. } in &self.0 {
            let per_case = Some(per_case.clone());
            match resource {
                Resource::Cores => {
                    (limits.cores_per_case, limits.oversubscribe) = (per_case, total.is_none());
                }
                Resource::Memory => {
                    (limits.memory_per_case, limits.memory_bytes) = (per_case, *total);
                }
                Resource::Tokens => {
                    limits.tokens_per_case = per_case;
                    limits.tokens = total.and_then(|total| u32::try_from(total).ok());
                }
            }
        }
        limits
    }

    /// Returns resources as they were recorded, with the needs of these cases. Those whose needs
    /// are no longer clear are left out.
    pub fn recorded(
        shared: impl IntoIterator<Item = (Resource, Option<u64>, CaseDemand)>,
        cases: &CaseTable,
    ) -> Self {
        let shared = shared.into_iter().filter_map(|(resource, total, per_case)| {
            SharedResource::new(resource, total, per_case, cases).ok()
        });
        Self(shared.collect())
    }

    /// Returns the same resources with the needs of these cases, after they were read without.
    #[must_use]
    pub fn of_cases(self, cases: &CaseTable) -> Self {
        Self::recorded(self.0.into_iter().map(|it| (it.resource, it.total, it.per_case)), cases)
    }

    /// Iterates over all resources, also those without a limit.
    pub fn iter(&self) -> impl Iterator<Item = &SharedResource> {
        self.0.iter()
    }

    /// Iterates over the resources that limit how many cases run at once, with their totals.
    pub fn limited(&self) -> impl Iterator<Item = (&SharedResource, u64)> {
        self.0.iter().filter_map(|shared| Some((shared, shared.total?)))
    }

    /// Returns the resources of these kinds.
    #[must_use]
    pub fn only(&self, kinds: &[Resource]) -> Self {
        Self(self.0.iter().filter(|shared| kinds.contains(&shared.resource)).cloned().collect())
    }

    /// Returns how much a case needs of a resource, if that is known.
    pub fn need(&self, resource: Resource, case: u32) -> Option<u64> {
        self.0.iter().find(|shared| shared.resource == resource).map(|shared| shared.need(case))
    }

    /// Returns the most cases that fit at once, and the resource that limits them. It is exact if
    /// all cases need the same.
    pub fn most_at_once(&self) -> Option<(u64, Resource)> {
        let fits = self.limited().filter_map(|(shared, total)| {
            Some((total.checked_div(shared.least_need())?, shared.resource))
        });
        fits.min_by_key(|(at_once, _)| *at_once)
    }

    /// Whether all cases need the same of each limited resource.
    pub fn are_uniform(&self) -> bool {
        self.limited().all(|(shared, _)| shared.least_need() == shared.most_need())
    }

    /// Returns a time that no schedule of cases of these lengths is below: the largest sum of
    /// need · length over the total.
    pub fn lower_bound_ns(&self, lengths_ns: &[u64]) -> u64 {
        let bound = |(shared, total): (&SharedResource, u64)| {
            let used = (0..).zip(lengths_ns);
            let used = used.map(|(case, &ns)| u128::from(shared.need(case)) * u128::from(ns));
            used.sum::<u128>().div_ceil(u128::from(total.max(1)))
        };
        let bound = self.limited().map(bound).max().unwrap_or(0);
        u64::try_from(bound).unwrap_or(u64::MAX)
    }

    /// Returns the mean number of cases with these indices that fit at once.
    pub fn mean_at_once(&self, cases: &[u32]) -> Option<u64> {
        let fits = self.limited().filter_map(|(shared, total)| {
            let needs: u128 = cases.iter().map(|&case| u128::from(shared.need(case))).sum();
            let at_once = (u128::from(total) * cases.len() as u128).checked_div(needs)?;
            u64::try_from(at_once).ok()
        });
        fits.min()
    }

    /// Returns the resources for items that stand for cases; those without one need nothing.
    #[must_use]
    pub fn of_items(&self, items: &(impl Iterator<Item = Option<u32>> + Clone)) -> Self {
        let of_items = |shared: &SharedResource| SharedResource {
            needs: Some(
                items.clone().map(|case| case.map_or(0, |case| shared.need(case))).collect(),
            ),
            ..shared.clone()
        };
        Self(self.0.iter().map(of_items).collect())
    }
}

impl Resource {
    /// Returns the option for the need of a case.
    pub fn option(self) -> StudyOption {
        match self {
            Self::Cores => StudyOption::CoresPerCase,
            Self::Memory => StudyOption::MemoryPerCase,
            Self::Tokens => StudyOption::TokensPerCase,
        }
    }

    /// Returns an amount with its unit: `4 cores`, `6.0 GB of memory`.
    pub fn amount(self, amount: u64) -> String {
        let number = |unit: &str| {
            format!("{} {unit}{}", grouped(amount), if amount == 1 { "" } else { "s" })
        };
        match self {
            Self::Cores => number("core"),
            Self::Memory => format!("{} of memory", memory(amount)),
            Self::Tokens => number("token"),
        }
    }
}

/// How many cases fit at once, as far as amounts tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FittingCases {
    pub at_once: u64,
    /// What limits them.
    pub resource: Resource,
    /// Whether a column has the need of another resource, which may limit them further.
    pub is_most: bool,
}

impl FittingCases {
    /// Returns how many cases fit at once; `None` if no amount limits them. Costs the same for
    /// any number of cases.
    pub fn of(limits: &Limits, usable_cpus: u32) -> Option<Self> {
        let all = || demanded(limits, usable_cpus);
        let is_most = all().any(|(_, total, per_case)| {
            total.is_some() && matches!(per_case, CaseDemand::Column(_))
        });
        let fits = all().filter_map(|(resource, total, per_case)| match per_case {
            CaseDemand::Amount(need) => Some((total?.checked_div(need)?, resource)),
            CaseDemand::Column(_) => None,
        });
        let (at_once, resource) = fits.min_by_key(|(at_once, _)| *at_once)?;
        Some(Self { at_once, resource, is_most })
    }
}

/// Returns the resources that the limits name, with their totals and the need of a case.
fn demanded(
    limits: &Limits,
    usable_cpus: u32,
) -> impl Iterator<Item = (Resource, Option<u64>, CaseDemand)> {
    let cores = (!limits.oversubscribe).then_some(u64::from(usable_cpus));
    let tokens = limits.tokens.map(u64::from);
    let each_token = tokens.map(|_| CaseDemand::Amount(1));
    let tokens_per_case = tokens.and(limits.tokens_per_case.clone()).or(each_token);
    let all = [
        (Resource::Cores, cores, limits.cores_per_case.clone()),
        (Resource::Memory, limits.memory_bytes, limits.memory_per_case.clone()),
        (Resource::Tokens, tokens, tokens_per_case),
    ];
    all.into_iter().filter_map(|(resource, total, per_case)| Some((resource, total, per_case?)))
}

/// Returns the column with the need of each case.
fn column_of(resource: Resource, heading: &str, cases: &CaseTable) -> Result<CaseColumn, String> {
    let all = headings(cases);
    let at = all
        .iter()
        .position(|known| *known == heading)
        .or_else(|| all.iter().position(|known| known.eq_ignore_ascii_case(heading)));
    at.map(CaseColumn::at).filter(|column| column.index() > 0).ok_or_else(|| {
        let expected = match resource {
            Resource::Memory => "a size such as 2G",
            Resource::Cores | Resource::Tokens => "a whole number",
        };
        let columns = list(all.iter().skip(1));
        format!("expected {expected} or one of the columns {columns}, found {}", quoted(heading))
    })
}

fn read_column(resource: Resource, heading: &str, cases: &CaseTable) -> Result<Arc<[u64]>, String> {
    let column = column_of(resource, heading, cases)?;
    let cell = |row: usize| {
        resource
            .parse_cell(&column.text(cases, row))
            .map_err(|problem| format!("{}, column {heading}: {problem}", row_name(cases, row)))
    };
    (0..cases.len()).map(cell).collect()
}

/// Names a row as messages do: `row 3 (Case 3)`.
fn row_name(cases: &CaseTable, row: usize) -> String {
    format!("row {} ({})", row + 1, cases.case(row).name)
}

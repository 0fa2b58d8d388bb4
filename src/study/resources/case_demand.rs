//! What one case needs of a resource: an amount, or a column with the amount of each row.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::text::{parse_size, quoted};

/// Something that running cases share.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    EnumString,
    IntoStaticStr,
    VariantArray,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Resource {
    /// Cores, which are logical CPUs.
    Cores,
    /// Memory, in bytes.
    Memory,
    /// Licence tokens.
    Tokens,
}

/// What one case needs of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CaseDemand {
    /// The same amount for each case, at least 1.
    Amount(u64),
    /// The column with the amount of each row.
    Column(String),
}

impl CaseDemand {
    /// Parses a whole number, else the name of a column.
    pub fn parse_count(text: &str) -> Result<Self, String> {
        let count = text.trim().parse::<u32>().ok().filter(|&count| count > 0);
        Self::parse(text, count.map(u64::from), "a whole number of at least 1")
    }

    /// Parses a size, else the name of a column.
    pub fn parse_memory(text: &str) -> Result<Self, String> {
        Self::parse(text, parse_size(text).ok(), "a size above 0 such as 500M, 2G or 1.5GiB")
    }

    fn parse(text: &str, amount: Option<u64>, expected: &str) -> Result<Self, String> {
        let text = text.trim();
        let is_number = text.is_empty() || text.parse::<f64>().is_ok();
        match amount {
            Some(amount) => Ok(Self::Amount(amount)),
            None if is_number => Err(format!("expected {expected}, or the name of a column")),
            None => Ok(Self::Column(text.to_owned())),
        }
    }
}

impl Resource {
    /// Reads the amount in a cell, written as text. A case may need no tokens and no memory, but
    /// has a core.
    pub fn parse_cell(self, cell: &str) -> Result<u64, String> {
        let (cell, found) = (cell.trim(), || quoted(cell.trim()));
        let count = || cell.parse::<u32>().ok().map(u64::from);
        match self {
            Self::Cores => count()
                .filter(|&cores| cores > 0)
                .ok_or_else(|| format!("expected a whole number of at least 1, found {}", found())),
            Self::Tokens => {
                count().ok_or_else(|| format!("expected a whole number, found {}", found()))
            }
            Self::Memory if cell == "0" => Ok(0),
            Self::Memory => {
                parse_size(cell).map_err(|expected| format!("{expected}, found {}", found()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_is_an_amount_or_else_the_name_of_a_column() {
        let column = |name: &str| Ok(CaseDemand::Column(name.to_owned()));
        assert_eq!(CaseDemand::parse_count(" 4 "), Ok(CaseDemand::Amount(4)));
        assert_eq!(CaseDemand::parse_count("n cores"), column("n cores"));
        assert_eq!(CaseDemand::parse_count("2G"), column("2G"));
        assert_eq!(CaseDemand::parse_memory("1.5GiB"), Ok(CaseDemand::Amount(3 << 29)));
        assert_eq!(CaseDemand::parse_memory("mem"), column("mem"));
        for text in ["0", "-1", "1.5", "", " ", "1e3", "4294967296"] {
            let error = CaseDemand::parse_count(text).unwrap_err();
            assert_eq!(
                error, "expected a whole number of at least 1, or the name of a column",
                "{text}"
            );
        }
        for text in ["0", "-1", "1.5", ""] {
            assert!(CaseDemand::parse_memory(text).is_err(), "{text}");
        }
    }

    #[test]
    fn cells_hold_whole_numbers_and_sizes() {
        assert_eq!(Resource::Cores.parse_cell(" 3 "), Ok(3));
        assert_eq!(Resource::Tokens.parse_cell("0"), Ok(0));
        assert_eq!(Resource::Memory.parse_cell("2G"), Ok(2_000_000_000));
        assert_eq!(Resource::Memory.parse_cell("0"), Ok(0));
        let error = |resource: Resource, cell| resource.parse_cell(cell).unwrap_err();
        assert_eq!(
            error(Resource::Cores, "0"),
            "expected a whole number of at least 1, found \"0\""
        );
        assert_eq!(error(Resource::Tokens, "-1"), "expected a whole number, found \"-1\"");
        assert!(error(Resource::Memory, "much").ends_with("found \"much\""));
        assert!(error(Resource::Tokens, "").ends_with("found \"\""));
    }
}

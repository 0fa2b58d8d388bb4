//! What the first start offers, and the tour.

use strum::VariantArray;

/// What guides a new user. Later starts have none of it unless it is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FirstSteps {
    /// Whether the empty chart offers ways to start.
    pub offers_starts: bool,
    /// Where the tour is.
    pub tour: Option<TourStop>,
}

impl FirstSteps {
    pub fn of_first_start() -> Self {
        Self { offers_starts: true, tour: Some(TourStop::Cases) }
    }
}

/// A part of the window that the tour points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, VariantArray)]
pub enum TourStop {
    Cases,
    Plan,
    Run,
    Tabs,
}

impl TourStop {
    /// Returns its title and its explanation.
    pub(super) fn texts(self) -> [&'static str; 2] {
        match self {
            Self::Cases => [
                "Your cases",
                "Each row is a case: a name and its inputs. Type into the cells, or paste rows \
                 from a spreadsheet. Three cases of the demo are there to begin with.",
            ],
            Self::Plan => [
                "What runs, and how",
                "The workload is what happens to each case, such as a run of your own program. \
                 Strategy and workers say how many cases run at once.",
            ],
            Self::Run => [
                "Run",
                "Starts all cases. You see each one start and end, and the time left. The same \
                 button cancels the run.",
            ],
            Self::Tabs => [
                "What it brought",
                "Bars compares the cases with the totals, Timeline shows where the time went, \
                 and Workers tells how many are worth having.",
            ],
        }
    }

    /// Returns the stop before or after it.
    pub(super) fn neighbour(self, is_next: bool) -> Option<Self> {
        let at = self as usize;
        let at = if is_next { at + 1 } else { at.checked_sub(1)? };
        Self::VARIANTS.get(at).copied()
    }
}

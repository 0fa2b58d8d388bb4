//! Values of the outputs of a case.

use serde::{Deserialize, Serialize};

/// Values in the order of the outputs; `None` where an output is missing. A single value
/// takes no allocation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CaseValues {
    /// Value of the first output.
    pub first: Option<f64>,
    /// Values of the other outputs. A pointer keeps the events of a run small.
    #[expect(clippy::box_collection, reason = "a boxed slice is larger")]
    further: Option<Box<Vec<Option<f64>>>>,
}

impl CaseValues {
    /// Returns the values of the outputs after the first.
    pub fn further(&self) -> &[Option<f64>] {
        self.further.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl From<Option<f64>> for CaseValues {
    fn from(first: Option<f64>) -> Self {
        Self { first, further: None }
    }
}

impl FromIterator<Option<f64>> for CaseValues {
    fn from_iter<T: IntoIterator<Item = Option<f64>>>(values: T) -> Self {
        let mut values = values.into_iter();
        let first = values.next().flatten();
        let further: Vec<_> = values.collect();
        Self { first, further: (!further.is_empty()).then(|| Box::new(further)) }
    }
}

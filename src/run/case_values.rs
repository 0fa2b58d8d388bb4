//! Values of the outputs of a case.

use serde::{Deserialize, Serialize};

/// Values in the order of the outputs; `None` where an output is missing. A single value
/// takes no allocation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CaseValues {
    /// Value of the first output.
    pub first: Option<f64>,
    /// Values of the other outputs.
    pub further: Box<[Option<f64>]>,
}

impl From<Option<f64>> for CaseValues {
    fn from(first: Option<f64>) -> Self {
        Self { first, further: Box::default() }
    }
}

impl FromIterator<Option<f64>> for CaseValues {
    fn from_iter<T: IntoIterator<Item = Option<f64>>>(values: T) -> Self {
        let mut values = values.into_iter();
        Self { first: values.next().flatten(), further: values.collect() }
    }
}

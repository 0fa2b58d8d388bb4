//! A table of figures with the best of each column marked.

/// Rows by columns of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureTable {
    /// The headings of the columns.
    pub columns: Vec<String>,
    /// Each row's heading and cells.
    pub rows: Vec<(String, Vec<FigureCell>)>,
}

/// A cell of a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureCell {
    /// The figure with its unit; empty if it is not known.
    pub text: String,
    /// Whether it is the best of its column, or cannot be told from the best.
    pub best: bool,
}

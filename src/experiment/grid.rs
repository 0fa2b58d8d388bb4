//! Tables of figures with the best of each column marked.

/// A table of figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureTable {
    /// Column headings.
    pub columns: Vec<String>,
    /// Heading and cells of each row.
    pub rows: Vec<(String, Vec<FigureCell>)>,
}

/// A cell of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureCell {
    /// Figure with its unit; empty if unknown.
    pub text: String,
    /// Whether it is the best of its column or within noise of it.
    pub best: bool,
}

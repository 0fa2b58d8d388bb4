//! What a parsed expression computes, step by step.

/// An instruction of a stack machine.
#[derive(Debug, Clone)]
pub(super) enum Instruction {
    Number(f64),
    /// Value of a column, by index.
    Column(usize),
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Negate,
    One(fn(f64) -> f64),
    /// Folds this many values.
    Fold(fn(f64, f64) -> f64, usize),
}

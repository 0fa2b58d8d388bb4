//! The functions and constants of expressions. Their results are the same on every platform.

use std::f64::consts::{E, PI, TAU};

/// A function of one, two or any number of arguments.
#[derive(Clone, Copy)]
pub(super) enum Function {
    One(fn(f64) -> f64),
    Two(fn(f64, f64) -> f64),
    /// Folds at least one argument.
    Any(fn(f64, f64) -> f64),
}

/// Functions by name, for users: angles are in radians.
pub(super) const FUNCTIONS: [(&str, Function); 27] = [
    ("abs", Function::One(f64::abs)),
    ("acos", Function::One(libm::acos)),
    ("asin", Function::One(libm::asin)),
    ("atan", Function::One(libm::atan)),
    ("atan2", Function::Two(libm::atan2)),
    ("cbrt", Function::One(libm::cbrt)),
    ("ceil", Function::One(f64::ceil)),
    ("cos", Function::One(libm::cos)),
    ("cosh", Function::One(libm::cosh)),
    ("exp", Function::One(libm::exp)),
    ("floor", Function::One(f64::floor)),
    ("hypot", Function::Two(libm::hypot)),
    ("ln", Function::One(libm::log)),
    ("log10", Function::One(libm::log10)),
    ("log2", Function::One(libm::log2)),
    ("max", Function::Any(f64::max)),
    ("min", Function::Any(f64::min)),
    ("mod", Function::Two(f64::rem_euclid)),
    ("pow", Function::Two(libm::pow)),
    ("round", Function::One(f64::round)),
    ("sign", Function::One(sign)),
    ("sin", Function::One(libm::sin)),
    ("sinh", Function::One(libm::sinh)),
    ("sqrt", Function::One(f64::sqrt)),
    ("tan", Function::One(libm::tan)),
    ("tanh", Function::One(libm::tanh)),
    ("trunc", Function::One(f64::trunc)),
];

pub(super) const CONSTANTS: [(&str, f64); 3] = [("pi", PI), ("e", E), ("tau", TAU)];

fn sign(number: f64) -> f64 {
    if number == 0.0 { 0.0 } else { number.signum() }
}

pub(super) fn function(name: &str) -> Option<Function> {
    FUNCTIONS.iter().find(|(known, _)| *known == name).map(|&(_, function)| function)
}

pub(super) fn constant(name: &str) -> Option<f64> {
    CONSTANTS.iter().find(|(known, _)| *known == name).map(|&(_, value)| value)
}

//! Predicts makespans for other plans, and searches for the best possible one.

pub mod contention;
pub mod curve;
pub mod optimum;
pub mod packing;
pub mod predictor;
pub mod scenario;

pub use contention::MeasuredPoint;
pub use curve::{Curve, KNEE_TOLERANCE};
pub use optimum::Optimum;
pub use predictor::Predictor;
pub use scenario::{PredictError, Prediction, Scenario};

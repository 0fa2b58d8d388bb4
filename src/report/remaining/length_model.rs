//! Predicts the lengths of cases that have not run from those that have.
//!
//! Lengths may grow with x, with y or with both. Which is true shows only as cases end, so the
//! model keeps several growth models, each weighted by how well it explains the times so far.

use crate::report::median;
use crate::study::{Case, CaseTable};

/// Terms of a length: 1, u, v, u·v, u² and v², where u and v are x and y scaled to 0..1
/// over their range in the table.
pub(crate) type Terms = [f64; TERMS];

pub(crate) const TERMS: usize = 6;

/// Number of ended cases beyond which no more is learned about growth: what they do not
/// explain is then not chance but missing from all models.
const MAX_EVIDENCE: f64 = 120.0;

/// Noise below this share of a length does not tell models apart.
const MIN_NOISE: f64 = 0.003;

/// Shortest predicted length, as a share of the longest.
const MIN_LENGTH: f64 = 0.005;

/// Rows sampled to see whether the table is sorted.
const SAMPLED_ROWS: usize = 1000;

/// A case with the time it took, or has taken so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LengthSample {
    pub(crate) terms: Terms,
    pub(crate) time_s: f64,
}

/// How lengths grow with x and y, up to a common factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GrowthModel {
    weights: Terms,
    min_length: f64,
}

impl GrowthModel {
    fn new(weights: Terms) -> Self {
        Self { weights, min_length: MIN_LENGTH * weights.iter().sum::<f64>() }
    }

    /// For known lengths: the length is the first term.
    pub(crate) fn known() -> Self {
        let mut weights = [0.0; TERMS];
        weights[0] = 1.0;
        Self { weights, min_length: 0.0 }
    }

    /// Length of a case in this model.
    pub(crate) fn length(&self, terms: &Terms) -> f64 {
        self.total_length(terms).max(self.min_length)
    }

    /// Total length of several cases in this model, from the sum of their terms.
    pub(crate) fn total_length(&self, terms: &Terms) -> f64 {
        self.weights.iter().zip(terms).map(|(weight, term)| weight * term).sum()
    }
}

/// A growth model with its share of all weight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WeightedModel {
    pub(crate) growth: GrowthModel,
    pub(crate) share: f64,
}

/// The growth models possible for a table, with their weights before any case ended.
#[derive(Debug, Clone)]
pub(crate) struct LengthModel {
    x: ColumnRange,
    y: ColumnRange,
    priors: Vec<WeightedModel>,
    /// The strongest hint from the sorting of the table.
    hint: f64,
}

#[derive(Debug, Clone, Copy)]
struct ColumnRange {
    from: f64,
    range: f64,
}

impl ColumnRange {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let (min, max) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
            (value.min(min), value.max(max))
        });
        let range = max - min;
        // A column without values, or one whose range overflows, counts as constant.
        if range > 0.0 && range.is_finite() {
            Self { from: min, range }
        } else {
            Self { from: 0.0, range: 0.0 }
        }
    }

    fn varies(self) -> bool {
        self.range > 0.0
    }

    /// Scales a value to 0..1.
    fn scale(self, value: f64) -> f64 {
        if self.varies() { (value - self.from) / self.range } else { 0.0 }
    }

    /// Weights of 1 and the scaled value that give the value itself, if never negative.
    fn identity(self) -> Option<[f64; 2]> {
        (self.varies() && self.from >= 0.0).then_some([self.from / self.range, 1.0])
    }
}

impl LengthModel {
    pub(crate) fn new(cases: &CaseTable) -> Self {
        let x = ColumnRange::of(cases.iter().map(|case| case.x));
        let y = ColumnRange::of(cases.iter().map(|case| case.y));
        let hints = SortingHints::of(cases);
        let hint = hints.x.max(hints.y).max(hints.both).max(hints.sum);
        let mut model = Self { x, y, priors: Vec::new(), hint };
        model.add_simple(&hints);
        model.add_mixed(&hints);
        model
    }

    pub(crate) fn terms(&self, x: f64, y: f64) -> Terms {
        let (u, v) = (self.x.scale(x), self.y.scale(y));
        [1.0, u, v, u * v, u * u, v * v]
    }

    /// Adds constant lengths, and lengths in proportion to x, y, x·y, x² and y².
    fn add_simple(&mut self, hints: &SortingHints) {
        self.add(1.5, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        if let Some([from, one]) = self.x.identity() {
            self.add(4.0 * hints.x, [from, one, 0.0, 0.0, 0.0, 0.0]);
            self.add(0.2 * hints.x, [from * from, 2.0 * from, 0.0, 0.0, one, 0.0]);
        }
        if let Some([from, one]) = self.y.identity() {
            self.add(4.0 * hints.y, [from, 0.0, one, 0.0, 0.0, 0.0]);
            self.add(0.2 * hints.y, [from * from, 0.0, 2.0 * from, 0.0, 0.0, one]);
        }
        if let (Some([x, _]), Some([y, _])) = (self.x.identity(), self.y.identity()) {
            self.add(3.0 * hints.both, [x * y, y, x, 1.0, 0.0, 0.0]);
        }
    }

    /// Adds all mixtures of 1, u, v and u·v in steps of a sixth.
    fn add_mixed(&mut self, hints: &SortingHints) {
        const STEPS: usize = 6;
        let mut mixed = Vec::new();
        for of_u in 0..=STEPS {
            for of_v in 0..=STEPS - of_u {
                for of_both in 0..=STEPS - of_u - of_v {
                    let x = of_u == 0 || self.x.varies();
                    let y = of_v == 0 || self.y.varies();
                    let both = of_both == 0 || (self.x.varies() && self.y.varies());
                    if x && y && both && of_u + of_v + of_both > 0 {
                        mixed.push((of_u, of_v, of_both));
                    }
                }
            }
        }
        let prior = 8.0 / mixed.len().max(1) as f64;
        for (of_u, of_v, of_both) in mixed {
            let hint = match (of_u, of_v, of_both) {
                (_, 0, 0) => hints.x,
                (0, _, 0) => hints.y,
                (_, _, 0) => hints.sum,
                _ => hints.both,
            };
            let [rest, u, v, both] =
                [STEPS - of_u - of_v - of_both, of_u, of_v, of_both].map(|steps| steps as f64);
            self.add(prior * hint, [rest, u, v, both, 0.0, 0.0]);
        }
    }

    fn add(&mut self, share: f64, weights: Terms) {
        self.priors.push(WeightedModel { growth: GrowthModel::new(weights), share });
    }

    /// Weighs the models by the times of ended and running cases. The shares sum to 1.
    pub(crate) fn weigh(
        &self,
        ended: &[LengthSample],
        running: &[LengthSample],
    ) -> Vec<WeightedModel> {
        let mut logs = Vec::with_capacity(ended.len() + running.len());
        let mut log_weight = |growth: &GrowthModel, prior: f64| {
            let (noise, count) = noise(growth, ended, running, &mut logs);
            prior.ln() - 0.5 * (count.min(MAX_EVIDENCE) - 1.0).max(0.0) * noise.ln()
        };
        let mut found: Vec<WeightedModel> = self
            .priors
            .iter()
            .map(|prior| WeightedModel { share: log_weight(&prior.growth, prior.share), ..*prior })
            .collect();
        if let Some(best) = found.iter().copied().max_by(|a, b| a.share.total_cmp(&b.share))
            && ended.len() > TERMS
        {
            let growth = self.refine(best.growth, |growth| log_weight(growth, 1.0));
            let free = growth.weights.iter().filter(|&&weight| weight > 0.0).count() as f64 - 1.0;
            let evidence = (ended.len() as f64).min(MAX_EVIDENCE);
            // The penalty of the Bayesian information criterion for free weights.
            let share = log_weight(&growth, 0.03 * self.hint) - 0.5 * free * evidence.ln();
            found.push(WeightedModel { growth, share });
        }
        let top = found.iter().map(|model| model.share).fold(f64::NEG_INFINITY, f64::max);
        found.iter_mut().for_each(|model| model.share = (model.share - top).exp());
        found.retain(|model| model.share > 1e-4);
        let sum: f64 = found.iter().map(|model| model.share).sum();
        found.iter_mut().for_each(|model| model.share /= sum);
        found
    }

    /// Changes the weights of a model step by step as long as that explains the times better.
    fn refine(
        &self,
        growth: GrowthModel,
        mut log_weight: impl FnMut(&GrowthModel) -> f64,
    ) -> GrowthModel {
        let sum: f64 = growth.weights.iter().sum();
        let mut best = GrowthModel::new(growth.weights.map(|weight| weight / sum));
        let mut best_weight = log_weight(&best);
        let [x, y] = [self.x.varies(), self.y.varies()];
        let free = [true, x, y, x && y, x, y];
        let mut step = 0.2;
        while step > 0.002 {
            for term in (0..TERMS).filter(|&term| free[term]) {
                for change in [step, -step] {
                    let mut weights = best.weights;
                    weights[term] = (weights[term] + change).max(0.0);
                    let changed = GrowthModel::new(weights);
                    if weights.iter().sum::<f64>() > 0.1 {
                        let weight = log_weight(&changed);
                        if weight > best_weight {
                            (best, best_weight) = (changed, weight);
                        }
                    }
                }
            }
            step /= 2.0;
        }
        best
    }
}

/// Mean square of the logarithmic residuals of a model, and their number.
///
/// A running case counts once it has taken longer than the model says, since it will
/// take at least that long. Outliers are clipped.
fn noise(
    growth: &GrowthModel,
    ended: &[LengthSample],
    running: &[LengthSample],
    logs: &mut Vec<f64>,
) -> (f64, f64) {
    let log = |sample: &LengthSample| (sample.time_s.max(1e-9) / growth.length(&sample.terms)).ln();
    logs.clear();
    logs.extend(ended.iter().map(log));
    let typical = median(logs).unwrap_or(0.0);
    logs.extend(running.iter().map(log).filter(|&log| log > typical));
    let typical = median(logs).unwrap_or(0.0);
    let mut deviations: Vec<f64> = logs.iter().map(|log| (log - typical).abs()).collect();
    let limit = (5.0 * median(&mut deviations).unwrap_or(0.0)).max(0.5);
    let count = logs.len() as f64;
    let clipped = || logs.iter().map(|log| (log - typical).clamp(-limit, limit));
    let mean = clipped().sum::<f64>() / count.max(1.0);
    let square: f64 = clipped().map(|log| (log - mean).powi(2)).sum();
    (square / count.max(1.0) + MIN_NOISE * MIN_NOISE, count)
}

/// How much more likely lengths grow with the quantities the table is sorted by: users
/// often sort by expected length.
#[derive(Debug)]
struct SortingHints {
    x: f64,
    y: f64,
    /// x times y.
    both: f64,
    /// Sum of both, scaled to 0..1.
    sum: f64,
}

impl SortingHints {
    fn of(cases: &CaseTable) -> Self {
        let step = cases.len().div_ceil(SAMPLED_ROWS).max(1);
        let sampled = || (0..cases.len()).step_by(step).map(|row| cases.case(row));
        // From 1 if unsorted, to 101 if sorted.
        let hint = |values: Vec<f64>| 1.01 / (1.01 - sortedness(&values));
        let [x, y] =
            [ColumnRange::of(sampled().map(|c| c.x)), ColumnRange::of(sampled().map(|c| c.y))];
        let sum = |case: Case<'_>| x.scale(case.x) + y.scale(case.y);
        Self {
            sum: hint(sampled().map(sum).collect()),
            x: hint(sampled().map(|case| case.x).collect()),
            y: hint(sampled().map(|case| case.y).collect()),
            both: hint(sampled().map(|case| case.x * case.y).collect()),
        }
    }
}

/// How far numbers are sorted, up or down, from 0 to 1: the absolute correlation of their
/// ranks with their positions. Equal numbers are unsorted.
fn sortedness(numbers: &[f64]) -> f64 {
    let mut places: Vec<usize> = (0..numbers.len()).collect();
    places.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
    let mut ranks = vec![0.0; numbers.len()];
    let mut from = 0;
    for same in places.chunk_by(|&a, &b| numbers[a] == numbers[b]) {
        let middle = from as f64 + (same.len() as f64 - 1.0) / 2.0;
        same.iter().for_each(|&place| ranks[place] = middle);
        from += same.len();
    }
    let middle = (numbers.len() as f64 - 1.0) / 2.0;
    let (mut both, mut of_ranks, mut of_places) = (0.0, 0.0, 0.0);
    for (place, rank) in ranks.iter().enumerate() {
        let (rank, place) = (rank - middle, place as f64 - middle);
        both += rank * place;
        of_ranks += rank * rank;
        of_places += place * place;
    }
    if of_ranks > 0.0 { (both / (of_ranks * of_places).sqrt()).abs() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: impl IntoIterator<Item = (f64, f64)>) -> CaseTable {
        let mut cases = CaseTable::default();
        for (x, y) in rows {
            cases.push("", x, y, &[]);
        }
        cases
    }

    /// Expected length of a case at (x, y) relative to one at (10, 10), after cases of
    /// these lengths.
    fn expected(
        cases: &CaseTable,
        ended: usize,
        length_s: impl Fn(f64, f64) -> f64,
        (x, y): (f64, f64),
    ) -> f64 {
        let model = LengthModel::new(cases);
        let sample = |row: usize| {
            let case = cases.case(row);
            LengthSample { terms: model.terms(case.x, case.y), time_s: length_s(case.x, case.y) }
        };
        let ended: Vec<LengthSample> = (0..ended).map(sample).collect();
        let models = model.weigh(&ended, &[]);
        let shares: f64 = models.iter().map(|model| model.share).sum();
        assert!((shares - 1.0).abs() < 1e-9);
        let at = |growth: &GrowthModel, x, y| growth.length(&model.terms(x, y));
        models.iter().map(|m| m.share * at(&m.growth, x, y) / at(&m.growth, 10.0, 10.0)).sum()
    }

    #[test]
    fn the_growth_of_the_lengths_is_found() {
        let rows = || (0..40).map(|n| (f64::from(n % 7) + 4.0, f64::from(n % 11)));
        let cases = table(rows());
        let lengths: [fn(f64, f64) -> f64; 5] = [
            |_, _| 3.0,
            |x, _| 2.0 * x,
            |x, y| 0.1 * x * y + 0.05,
            |x, y| 2.0 + x + 3.0 * y,
            |x, _| x * x,
        ];
        for (at, length_s) in lengths.into_iter().enumerate() {
            let found = expected(&cases, 30, length_s, (4.0, 2.0));
            let truth = length_s(4.0, 2.0) / length_s(10.0, 10.0);
            assert!((found / truth - 1.0).abs() < 0.05, "{at}: {found}, {truth}");
        }
    }

    #[test]
    fn the_sorting_of_the_table_is_a_hint() {
        let cases = table((0..50).map(|n| (100.0 - f64::from(n), f64::from(n * 37 % 50))));
        let found = expected(&cases, 3, |x, _| x, (50.0, 10.0));
        let truth = 50.0 / 10.0;
        assert!((found / truth - 1.0).abs() < 0.25, "{found}");
    }

    #[test]
    fn equal_rows_have_equal_lengths() {
        for rows in [0, 1, 5] {
            let cases = table((0..rows).map(|_| (2.0, -3.0)));
            let model = LengthModel::new(&cases);
            let sample = LengthSample { terms: model.terms(2.0, -3.0), time_s: 0.0 };
            let models = model.weigh(&vec![sample; rows], &[]);
            assert_eq!(models.len(), 1);
            assert_eq!(models[0].growth.length(&sample.terms), 1.0);
        }
    }

    #[test]
    fn a_running_case_that_takes_long_tells_models_apart() {
        let cases = table((1..=6).map(|n| (f64::from(n), 1.0)));
        let model = LengthModel::new(&cases);
        let sample = |x: f64, time_s| LengthSample { terms: model.terms(x, 1.0), time_s };
        let ended = [sample(1.0, 1.0), sample(2.0, 1.0)];
        let share = |running: &[LengthSample]| {
            let models = model.weigh(&ended, running);
            let constant = |model: &&WeightedModel| model.growth.weights[1] == 0.0;
            models.iter().filter(constant).map(|model| model.share).sum::<f64>()
        };
        assert!(share(&[sample(6.0, 5.0)]) < share(&[sample(6.0, 0.5)]));
    }

    #[test]
    fn ascending_and_descending_numbers_are_sorted() {
        assert_eq!(sortedness(&[1.0, 2.0, 4.0]), 1.0);
        assert_eq!(sortedness(&[9.0, 2.0, 1.0]), 1.0);
        assert_eq!(sortedness(&[1.0, 1.0]), 0.0);
        assert_eq!(sortedness(&[]), 0.0);
        assert!(sortedness(&[3.0, 1.0, 2.0]) < 0.6);
    }
}

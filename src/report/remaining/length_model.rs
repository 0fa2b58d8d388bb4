//! How long cases are that have not run yet, learned from those that have: their
//! lengths may grow with x, with y or with both, and which of that is so shows
//! only by and by. So there is not one answer but several shapes, each with the
//! share of belief that the times so far leave it.

use crate::study::{Case, CaseTable};

/// What a length may be made of: 1, u, v, u·v, u² and v², where u and v are x and
/// y above their least, as shares of their range.
pub(crate) type Terms = [f64; TERMS];

/// How many there are.
pub(crate) const TERMS: usize = 6;

/// Of so many ended cases no more is learned about shapes: what they leave
/// undecided is then not chance but something that no shape has.
const MOST_TELLING: f64 = 120.0;

/// Noise below this share of a length decides nothing.
const LEAST_NOISE: f64 = 0.003;

/// No case is predicted to take less than this share of the longest.
const LEAST: f64 = 0.005;

/// How many rows are looked at to see whether the table is sorted.
const LOOKED_AT: usize = 1000;

/// A case and how long it took, or has taken so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LengthSample {
    pub(crate) terms: Terms,
    pub(crate) time_s: f64,
}

/// How lengths relate to each other, but for a common factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GrowthModel {
    weights: Terms,
    least: f64,
}

impl GrowthModel {
    fn new(weights: Terms) -> Self {
        Self { weights, least: LEAST * weights.iter().sum::<f64>() }
    }

    /// The length itself, where it is known: its only term.
    pub(crate) fn known() -> Self {
        let mut weights = [0.0; TERMS];
        weights[0] = 1.0;
        Self { weights, least: 0.0 }
    }

    /// The length of a case by this shape.
    pub(crate) fn of(&self, terms: &Terms) -> f64 {
        self.of_sum(terms).max(self.least)
    }

    /// The length of several cases by this shape, from the sum of their terms.
    pub(crate) fn of_sum(&self, terms: &Terms) -> f64 {
        self.weights.iter().zip(terms).map(|(weight, term)| weight * term).sum()
    }
}

/// A shape and how far it is to be believed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WeightedModel {
    pub(crate) shape: GrowthModel,
    pub(crate) share: f64,
}

/// All shapes that come into question for a table, before anything has run.
#[derive(Debug, Clone)]
pub(crate) struct LengthModel {
    x: Span,
    y: Span,
    shapes: Vec<WeightedModel>,
    /// How much what the table is sorted by tells.
    hint: f64,
}

/// From the least to the greatest of a column.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: f64,
    range: f64,
}

impl Span {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let ends = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, greatest), value| {
            (value.min(least), value.max(greatest))
        });
        let range = ends.1 - ends.0;
        // All alike, none at all, or further apart than a number can say.
        if range > 0.0 && range.is_finite() {
            Self { from: ends.0, range }
        } else {
            Self { from: 0.0, range: 0.0 }
        }
    }

    fn varies(self) -> bool {
        self.range > 0.0
    }

    fn share(self, value: f64) -> f64 {
        if self.varies() { (value - self.from) / self.range } else { 0.0 }
    }

    /// The value itself, in terms of 1 and its share, if it is never negative.
    fn itself(self) -> Option<[f64; 2]> {
        (self.varies() && self.from >= 0.0).then_some([self.from / self.range, 1.0])
    }
}

impl LengthModel {
    pub(crate) fn new(cases: &CaseTable) -> Self {
        let x = Span::of(cases.iter().map(|case| case.x));
        let y = Span::of(cases.iter().map(|case| case.y));
        let hints = Hints::of(cases);
        let hint = hints.x.max(hints.y).max(hints.both).max(hints.sum);
        let mut model = Self { x, y, shapes: Vec::new(), hint };
        model.add_simple(&hints);
        model.add_mixed(&hints);
        model
    }

    /// What a length may be made of, of a case.
    pub(crate) fn terms(&self, x: f64, y: f64) -> Terms {
        let (u, v) = (self.x.share(x), self.y.share(y));
        [1.0, u, v, u * v, u * u, v * v]
    }

    /// All alike; in proportion to x, y, both or a square of one.
    fn add_simple(&mut self, hints: &Hints) {
        self.add(1.5, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        if let Some([from, one]) = self.x.itself() {
            self.add(4.0 * hints.x, [from, one, 0.0, 0.0, 0.0, 0.0]);
            self.add(0.2 * hints.x, [from * from, 2.0 * from, 0.0, 0.0, one, 0.0]);
        }
        if let Some([from, one]) = self.y.itself() {
            self.add(4.0 * hints.y, [from, 0.0, one, 0.0, 0.0, 0.0]);
            self.add(0.2 * hints.y, [from * from, 0.0, 2.0 * from, 0.0, 0.0, one]);
        }
        if let (Some([x, _]), Some([y, _])) = (self.x.itself(), self.y.itself()) {
            self.add(3.0 * hints.both, [x * y, y, x, 1.0, 0.0, 0.0]);
        }
    }

    /// All mixtures of 1, u, v and u·v in steps of a sixth.
    fn add_mixed(&mut self, hints: &Hints) {
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
        self.shapes.push(WeightedModel { shape: GrowthModel::new(weights), share });
    }

    /// How far each shape is to be believed after these cases have ended, and
    /// those in work have taken so long already. The shares sum to 1.
    pub(crate) fn believed(
        &self,
        ended: &[LengthSample],
        in_work: &[LengthSample],
    ) -> Vec<WeightedModel> {
        let mut logs = Vec::with_capacity(ended.len() + in_work.len());
        let mut weigh = |shape: &GrowthModel, prior: f64| {
            let (noise, count) = noise(shape, ended, in_work, &mut logs);
            prior.ln() - 0.5 * (count.min(MOST_TELLING) - 1.0).max(0.0) * noise.ln()
        };
        let mut found: Vec<WeightedModel> = self
            .shapes
            .iter()
            .map(|believed| WeightedModel {
                share: weigh(&believed.shape, believed.share),
                ..*believed
            })
            .collect();
        if let Some(best) = found.iter().copied().max_by(|a, b| a.share.total_cmp(&b.share))
            && ended.len() > TERMS
        {
            let shape = self.refined(best.shape, |shape| weigh(shape, 1.0));
            let free = shape.weights.iter().filter(|&&weight| weight > 0.0).count() as f64 - 1.0;
            let telling = (ended.len() as f64).min(MOST_TELLING);
            let share = weigh(&shape, 0.03 * self.hint) - 0.5 * free * telling.ln();
            found.push(WeightedModel { shape, share });
        }
        let top = found.iter().map(|believed| believed.share).fold(f64::NEG_INFINITY, f64::max);
        found.iter_mut().for_each(|believed| believed.share = (believed.share - top).exp());
        found.retain(|believed| believed.share > 1e-4);
        let sum: f64 = found.iter().map(|believed| believed.share).sum();
        found.iter_mut().for_each(|believed| believed.share /= sum);
        found
    }

    /// The shape changed step by step as long as that makes it more believable.
    fn refined(
        &self,
        shape: GrowthModel,
        mut weigh: impl FnMut(&GrowthModel) -> f64,
    ) -> GrowthModel {
        let sum: f64 = shape.weights.iter().sum();
        let mut best = GrowthModel::new(shape.weights.map(|weight| weight / sum));
        let mut best_weight = weigh(&best);
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
                        let weight = weigh(&changed);
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

/// The mean square of what the shape leaves unexplained, in logarithms, and of how
/// many cases. A case in work counts once it has taken longer than its shape says:
/// it will take at least so long. What is far out is a case of its own and counts
/// as if it were less far.
fn noise(
    shape: &GrowthModel,
    ended: &[LengthSample],
    in_work: &[LengthSample],
    logs: &mut Vec<f64>,
) -> (f64, f64) {
    let log = |sample: &LengthSample| (sample.time_s.max(1e-9) / shape.of(&sample.terms)).ln();
    logs.clear();
    logs.extend(ended.iter().map(log));
    let usual = median(logs);
    logs.extend(in_work.iter().map(log).filter(|&log| log > usual));
    let usual = median(logs);
    let mut far: Vec<f64> = logs.iter().map(|log| (log - usual).abs()).collect();
    let farthest = (5.0 * median(&mut far)).max(0.5);
    let count = logs.len() as f64;
    let clipped = || logs.iter().map(|log| (log - usual).clamp(-farthest, farthest));
    let mean = clipped().sum::<f64>() / count.max(1.0);
    let square: f64 = clipped().map(|log| (log - mean).powi(2)).sum();
    (square / count.max(1.0) + LEAST_NOISE * LEAST_NOISE, count)
}

/// The middle of these numbers, which are put in another order; 0 of none.
fn median(numbers: &mut [f64]) -> f64 {
    let middle = numbers.len() / 2;
    if numbers.is_empty() { 0.0 } else { *numbers.select_nth_unstable_by(middle, f64::total_cmp).1 }
}

/// How much more believable it is that lengths grow with what the table is sorted
/// by: who sorts it knows why.
#[derive(Debug)]
struct Hints {
    x: f64,
    y: f64,
    /// x times y.
    both: f64,
    /// The sum of their shares of their ranges.
    sum: f64,
}

impl Hints {
    fn of(cases: &CaseTable) -> Self {
        let step = cases.len().div_ceil(LOOKED_AT).max(1);
        let looked_at = || (0..cases.len()).step_by(step).map(|row| cases.case(row));
        // From 1 where they are not sorted at all, to 100.
        let hint = |values: Vec<f64>| 1.01 / (1.01 - sorted(&values));
        let [x, y] = [Span::of(looked_at().map(|c| c.x)), Span::of(looked_at().map(|c| c.y))];
        let sum = |case: Case<'_>| x.share(case.x) + y.share(case.y);
        Self {
            sum: hint(looked_at().map(sum).collect()),
            x: hint(looked_at().map(|case| case.x).collect()),
            y: hint(looked_at().map(|case| case.y).collect()),
            both: hint(looked_at().map(|case| case.x * case.y).collect()),
        }
    }
}

/// How far the numbers are sorted, up or down, from 0 to 1: the correlation of
/// their ranks with their places. Equal numbers are not sorted.
fn sorted(numbers: &[f64]) -> f64 {
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

    /// What is believed of the length of a case at (x, y), beside one of 1 at
    /// (10, 10), after cases of these lengths.
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
        let believed = model.believed(&ended, &[]);
        let shares: f64 = believed.iter().map(|believed| believed.share).sum();
        assert!((shares - 1.0).abs() < 1e-9);
        let at = |shape: &GrowthModel, x, y| shape.of(&model.terms(x, y));
        believed.iter().map(|b| b.share * at(&b.shape, x, y) / at(&b.shape, 10.0, 10.0)).sum()
    }

    #[test]
    fn what_the_lengths_grow_with_is_found() {
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
    fn what_a_table_is_sorted_by_is_believed_first() {
        let cases = table((0..50).map(|n| (100.0 - f64::from(n), f64::from(n * 37 % 50))));
        let found = expected(&cases, 3, |x, _| x, (50.0, 10.0));
        let truth = 50.0 / 10.0;
        assert!((found / truth - 1.0).abs() < 0.25, "{found}");
    }

    #[test]
    fn equal_rows_and_none_have_lengths_that_are_alike() {
        for rows in [0, 1, 5] {
            let cases = table((0..rows).map(|_| (2.0, -3.0)));
            let model = LengthModel::new(&cases);
            let sample = LengthSample { terms: model.terms(2.0, -3.0), time_s: 0.0 };
            let believed = model.believed(&vec![sample; rows], &[]);
            assert_eq!(believed.len(), 1);
            assert_eq!(believed[0].shape.of(&sample.terms), 1.0);
        }
    }

    #[test]
    fn a_case_in_work_has_taken_so_long_at_least() {
        let cases = table((1..=6).map(|n| (f64::from(n), 1.0)));
        let model = LengthModel::new(&cases);
        let sample = |x: f64, time_s| LengthSample { terms: model.terms(x, 1.0), time_s };
        let ended = [sample(1.0, 1.0), sample(2.0, 1.0)];
        let share = |in_work: &[LengthSample]| {
            let believed = model.believed(&ended, in_work);
            let constant = |believed: &&WeightedModel| believed.shape.weights[1] == 0.0;
            believed.iter().filter(constant).map(|believed| believed.share).sum::<f64>()
        };
        assert!(share(&[sample(6.0, 5.0)]) < share(&[sample(6.0, 0.5)]));
    }

    #[test]
    fn sorted_is_sorted_either_way() {
        assert_eq!(sorted(&[1.0, 2.0, 4.0]), 1.0);
        assert_eq!(sorted(&[9.0, 2.0, 1.0]), 1.0);
        assert_eq!(sorted(&[1.0, 1.0]), 0.0);
        assert_eq!(sorted(&[]), 0.0);
        assert!(sorted(&[3.0, 1.0, 2.0]) < 0.6);
    }
}

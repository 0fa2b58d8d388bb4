//! Crash tests simulated elsewhere: each case waits.

use std::sync::LazyLock;

use rand_mt::Mt;

use crate::study::{Case, Column};
use crate::text::shortest;
use crate::workload::{Context, Failure, Length, Refusal, Workload};

/// Waits r · x · y / 1000 seconds, where r is the first number `NumPy` draws with
/// seed 10, x the complexity of the simulation and y that of the mesh.
#[derive(Debug)]
pub struct CrashTest;

/// The same for all cases: each seeds the generator with 10 and draws once.
static R: LazyLock<f64> = LazyLock::new(|| draw(&mut Mt::new(10)));

impl Workload for CrashTest {
    fn description(&self) -> &'static str {
        "waits r · x · y / 1000 seconds, r = 0.771320643266746; value x · y"
    }

    fn check(&self, case: Case<'_>) -> Result<(), Refusal> {
        if product(case) >= 0.0 {
            return Ok(());
        }
        let (x, y) = (shortest(case.x), shortest(case.y));
        let message = format!("expected x · y of at least 0, found {x} · {y}");
        Err(Refusal { column: if case.x < 0.0 { Column::X } else { Column::Y }, message })
    }

    fn length(&self, case: Case<'_>, _seed: u64) -> Length {
        Length::Seconds(wait_s(case))
    }

    fn run(&self, case: Case<'_>, context: &mut Context<'_>) -> Result<f64, Failure> {
        context.wait(wait_s(case))?;
        Ok(product(case))
    }
}

fn wait_s(case: Case<'_>) -> f64 {
    *R * product(case) / 1000.0
}

/// x · y; adding 0 turns -0 into 0.
fn product(case: Case<'_>) -> f64 {
    case.x * case.y + 0.0
}

/// Draws from [0, 1) as `NumPy` does: 53 bits of two words.
fn draw(generator: &mut Mt) -> f64 {
    let high = f64::from(generator.next_u32() >> 5);
    let low = f64::from(generator.next_u32() >> 6);
    (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(x: f64, y: f64) -> Case<'static> {
        Case { index: 0, name: "", x, y }
    }

    /// `np.random.seed(10)`, four times `np.random.rand()`, bit for bit.
    #[test]
    fn the_draws_match_numpy() {
        let mut generator = Mt::new(10);
        let draws = [(); 4].map(|()| draw(&mut generator).to_bits());
        let expected = [
            0x3fe8_aea8_a131_ee71,
            0x3f95_3fff_bf4e_b900,
            0x3fe4_46d8_a9c5_a5b5,
            0x3fe7_f633_8f53_e092,
        ];
        assert_eq!(draws, expected);
        let printed = [0.771_320_643_266_746, 0.020_751_949_359_401_5];
        assert_eq!(printed.map(f64::to_bits), expected[..2]);
        assert_eq!(*R, printed[0]);
    }

    #[test]
    fn a_negative_product_is_rejected_at_the_negative_column() {
        let rejected_column =
            |x, y| CrashTest.check(case(x, y)).err().map(|refusal| refusal.column);
        assert_eq!(rejected_column(-10.0, 200.0), Some(Column::X));
        assert_eq!(rejected_column(10.0, -200.0), Some(Column::Y));
        for (x, y) in [(10.0, 200.0), (-10.0, -200.0), (0.0, -1.0), (1e300, 1e300)] {
            assert_eq!(rejected_column(x, y), None, "{x} · {y}");
        }
    }

    #[test]
    fn zero_times_a_negative_number_is_positive_zero() {
        assert_eq!(product(case(0.0, -5.0)).to_bits(), 0.0_f64.to_bits());
        assert_eq!(wait_s(case(-0.0, 5.0)).to_bits(), 0.0_f64.to_bits());
    }
}

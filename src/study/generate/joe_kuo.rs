//! Direction numbers of the Sobol sequence.
//!
//! Source: S. Joe and F. Y. Kuo, Constructing Sobol sequences with better two-dimensional
//! projections, SIAM J. Sci. Comput. 30 (2008); file new-joe-kuo-6, under a BSD licence
//! (see `joe_kuo.txt`).

/// A line per column from the second on: the primitive polynomial of degree s, as its inner
/// coefficients a, and the initial numbers m.
const TABLE: &str = include_str!("joe_kuo.txt");

/// Direction numbers of one column, from the most significant bit on.
pub(super) struct DirectionNumbers([u32; 32]);

impl DirectionNumbers {
    /// Returns the direction numbers of this many columns, or of all in the table.
    pub(super) fn of_columns(columns: usize) -> Vec<Self> {
        let first = Self(std::array::from_fn(|bit| 1 << (31 - bit)));
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let others = lines.map(Self::parse);
        std::iter::once(Some(first)).chain(others).take(columns).map_while(|it| it).collect()
    }

    /// Parses a line `s a m_1 … m_s`.
    fn parse(line: &str) -> Option<Self> {
        let mut numbers = line.split_whitespace().map(|number| number.parse::<u32>().ok());
        let (degree, inner) = (numbers.next()?? as usize, numbers.next()??);
        let mut directions = [0; 32];
        for bit in 0..32 {
            directions[bit] = if bit < degree {
                numbers.next()?? << (31 - bit)
            } else {
                let before = directions[bit - degree];
                let inner = (1..degree).filter(|term| inner >> (degree - 1 - term) & 1 == 1);
                inner.fold(before ^ (before >> degree), |sum, term| sum ^ directions[bit - term])
            };
        }
        Some(Self(directions))
    }

    /// Returns the point of a row, as 32 binary digits, in Gray-code order.
    pub(super) fn point(&self, row: u32) -> u32 {
        let mut gray = row ^ (row >> 1);
        let mut point = 0;
        while gray != 0 {
            point ^= self.0[gray.trailing_zeros() as usize];
            gray &= gray - 1;
        }
        point
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCIPY: [[f64; 9]; 8] = [
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
        [0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75, 0.75],
        [0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25, 0.25],
        [0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875, 0.875],
        [0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375],
        [0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125, 0.125],
        [0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625, 0.625],
    ];

    /// The expected points come from an independent implementation, `SciPy`.
    #[test]
    fn the_first_points_agree_with_another_implementation() {
        let columns = DirectionNumbers::of_columns(SCIPY[0].len());
        for (row, points) in (0..).zip(SCIPY) {
            for (column, expected) in columns.iter().zip(points) {
                let point = f64::from(column.point(row)) / 2.0_f64.powi(32);
                assert_eq!(point, expected, "row {row}");
            }
        }
        let columns = DirectionNumbers::of_columns(1000);
        let point = |column: usize| f64::from(columns[column].point(77)) / 2.0_f64.powi(32);
        assert_eq!(
            [0, 1, 500, 999].map(point),
            [0.835_937_5, 0.835_937_5, 0.820_312_5, 0.554_687_5]
        );
    }

    #[test]
    fn the_table_ends_at_its_last_column() {
        assert_eq!(DirectionNumbers::of_columns(1_000_000).len(), 1111);
    }
}

//! A parsed expression, evaluated for each row.

use super::expression_error::ExpressionError;
use super::instruction::Instruction;
use super::parser::Parser;

/// An expression over columns, such as `x*y/2`.
///
/// Operators are `+ - * / ^` and parentheses, with `-2^2` = −4. Names are columns, then
/// constants. Column names that are no identifiers stand in backticks.
#[derive(Debug, Clone)]
pub struct Expression {
    text: String,
    code: Vec<Instruction>,
}

impl Expression {
    /// Parses an expression over these columns. The error names the position.
    pub fn parse(text: &str, columns: &[&str]) -> Result<Self, ExpressionError> {
        Ok(Self { text: text.to_owned(), code: Parser::parse(text, columns)? })
    }

    /// Evaluates the expression with the values of the columns by index.
    ///
    /// # Errors
    /// Passes on the error of a column, such as one that holds text; a result that is not
    /// finite is an error too, even if it is lost on the way, as in `max(1/0, 2)`.
    pub fn evaluate(&self, column: impl Fn(usize) -> Result<f64, String>) -> Result<f64, String> {
        let mut stack: Vec<f64> = Vec::with_capacity(8);
        for instruction in &self.code {
            let value = match *instruction {
                Instruction::Number(number) => number,
                Instruction::Column(index) => column(index)?,
                Instruction::Negate => -pop(&mut stack),
                Instruction::One(apply) => apply(pop(&mut stack)),
                Instruction::Add => fold(&mut stack, |a, b| a + b, 2),
                Instruction::Subtract => fold(&mut stack, |a, b| a - b, 2),
                Instruction::Multiply => fold(&mut stack, |a, b| a * b, 2),
                Instruction::Divide => fold(&mut stack, |a, b| a / b, 2),
                Instruction::Power => fold(&mut stack, libm::pow, 2),
                Instruction::Fold(apply, count) => fold(&mut stack, apply, count),
            };
            if !value.is_finite() {
                return Err(format!("{} is not a finite number", self.text.trim()));
            }
            stack.push(value);
        }
        // No negative zero, which would print as -0.
        Ok(pop(&mut stack) + 0.0)
    }
}

fn pop(stack: &mut Vec<f64>) -> f64 {
    stack.pop().unwrap_or(f64::NAN)
}

/// Replaces the topmost `count` values by their fold.
fn fold(stack: &mut Vec<f64>, apply: impl Fn(f64, f64) -> f64, count: usize) -> f64 {
    let first = stack.len().saturating_sub(count);
    stack.drain(first..).reduce(apply).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(text: &str) -> f64 {
        let columns = ["x", "y", "E", "wall thickness"];
        let values = [3.0, 4.0, 210_000.0, 0.5];
        let expression = Expression::parse(text, &columns).unwrap();
        expression.evaluate(|column| Ok(values[column])).unwrap()
    }

    fn error(text: &str) -> String {
        Expression::parse(text, &["x", "mesh"]).unwrap_err().to_string()
    }

    #[test]
    fn operators_bind_as_in_mathematics() {
        assert_eq!(value("1+2*3"), 7.0);
        assert_eq!(value("-2^2"), -4.0);
        assert_eq!(value("2^-1"), 0.5);
        assert_eq!(value("2^3^2"), 512.0);
        assert_eq!(value("(-2)^2"), 4.0);
        assert_eq!(value("8/4/2 - 1 - 1"), -1.0);
        assert_eq!(value("-x*-y"), 12.0);
        assert_eq!(value("--1+ +1"), 2.0);
        assert_eq!(value("1.5e-3*1E3+.5"), 2.0);
        assert_eq!(value("-0"), 0.0);
    }

    #[test]
    fn columns_beat_constants_and_stand_in_backticks() {
        assert_eq!(value("E"), 210_000.0);
        assert_eq!(value("`wall thickness` * 2"), 1.0);
        assert!((value("e^1 - exp(1)")).abs() < 1e-12);
        assert!((value("sin(pi/2) + cos(tau)") - 2.0).abs() < 1e-12);
        let x = Expression::parse("X + `Y`", &["x", "y"]).unwrap();
        assert_eq!(x.evaluate(|_| Ok(3.0)), Ok(6.0), "x and y in any letter case");
        let pi = Expression::parse("pi", &["pi"]).unwrap();
        assert_eq!(pi.evaluate(|_| Ok(3.0)), Ok(3.0));
    }

    #[test]
    fn functions_take_their_number_of_arguments() {
        assert_eq!(value("max(1, y, x) + min(x)"), 7.0);
        assert_eq!(value("hypot(x, y)"), 5.0);
        assert_eq!(value("mod(-1, 3)"), 2.0);
        assert_eq!(value("sign(0) + round(2.5)"), 3.0);
        assert_eq!(error("sqrt(1, 2)"), "character 1: sqrt takes 1 argument, found 2");
        assert!(error("1 + log(2)").starts_with("character 5: unknown function log; "));
    }

    #[test]
    fn errors_name_the_position() {
        assert_eq!(error("2 * (x"), "character 7: expected an operator or ), found the end");
        assert_eq!(error("2 x"), "character 3: expected an operator, found x");
        assert_eq!(error(""), "character 1: expected a number or a column, found the end");
        assert_eq!(error("x * * 2"), "character 5: expected a number or a column, found *");
        assert_eq!(error("x + 1.2.3"), "character 5: expected a number, found \"1.2.3\"");
        assert_eq!(
            error("x + zet"),
            "character 5: unknown name zet; the columns are x, mesh; the constants are pi, e, tau"
        );
        assert!(error("x % 2").starts_with("character 3: unexpected character '%'"));
        assert!(error("`x").contains("closing `"));
        assert!(error(&"(".repeat(1000)).contains("too many nested"));
        assert!(error(&format!("1{}", "^1".repeat(1000))).contains("too many nested"));
    }

    #[test]
    fn text_and_results_that_are_not_finite_are_errors() {
        let divide = Expression::parse("1 / x", &["x"]).unwrap();
        assert_eq!(divide.evaluate(|_| Ok(0.0)), Err("1 / x is not a finite number".to_owned()));
        assert_eq!(divide.evaluate(|_| Err("text".to_owned())), Err("text".to_owned()));
        for text in ["min(1/x, 2)", "1/(1/x)", "max(sqrt(x-1), 2)", "ln(x)", "10^400", "mod(1, x)"]
        {
            let expression = Expression::parse(text, &["x"]).unwrap();
            assert_eq!(
                expression.evaluate(|_| Ok(0.0)),
                Err(format!("{text} is not a finite number"))
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_causes_a_panic(text in "[-+*/^(),.`0-9exy ]{0,30}") {
            if let Ok(expression) = Expression::parse(&text, &["x", "y"]) {
                expression.evaluate(|_| Ok(2.0)).ok();
            }
        }

        #[test]
        fn a_number_evaluates_to_itself(number in -1e300..1e300) {
            prop_assert_eq!(value(&format!("{number:e}")), number);
        }
    }
}

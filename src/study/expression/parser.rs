//! Parses an expression into instructions for a stack machine.
//!
//! ```text
//! sum     = product { ("+" | "-") product }
//! product = sign { ("*" | "/") sign }
//! sign    = [ "+" | "-" ] sign | power
//! power   = atom [ "^" sign ]              so -2^2 is -4 and 2^3^2 is 2^9
//! atom    = number | name | name "(" sum { "," sum } ")" | "(" sum ")"
//! ```

use super::expression_error::ExpressionError;
use super::function::{CONSTANTS, FUNCTIONS, Function, constant, function};
use super::instruction::Instruction;
use super::token::{Token, TokenKind, tokens};
use crate::study::cases::case_table::Column;
use crate::text;

/// Deepest nesting, so that no text overflows the stack.
const MAX_DEPTH: u32 = 200;

pub(super) struct Parser<'a> {
    tokens: Vec<Token>,
    next: usize,
    /// Position after the last character.
    end: usize,
    depth: u32,
    columns: &'a [&'a str],
    code: Vec<Instruction>,
}

impl<'a> Parser<'a> {
    /// Parses the whole text. Names are looked up among the columns, then the constants.
    pub(super) fn parse(
        text: &str,
        columns: &'a [&'a str],
    ) -> Result<Vec<Instruction>, ExpressionError> {
        let (tokens, end) = (tokens(text)?, text.chars().count() + 1);
        let mut parser = Self { tokens, next: 0, end, depth: 0, columns, code: Vec::new() };
        parser.sum()?;
        match parser.tokens.get(parser.next) {
            None => Ok(parser.code),
            Some(_) => Err(parser.unexpected("an operator")),
        }
    }

    fn sum(&mut self) -> Result<(), ExpressionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("too many nested parentheses".to_owned()));
        }
        self.chain(Self::product, &[('+', Instruction::Add), ('-', Instruction::Subtract)])?;
        self.depth -= 1;
        Ok(())
    }

    fn product(&mut self) -> Result<(), ExpressionError> {
        self.chain(Self::sign, &[('*', Instruction::Multiply), ('/', Instruction::Divide)])
    }

    /// Parses operands separated by left-associative operators.
    fn chain(
        &mut self,
        operand: fn(&mut Self) -> Result<(), ExpressionError>,
        operators: &[(char, Instruction)],
    ) -> Result<(), ExpressionError> {
        operand(self)?;
        while let Some((_, instruction)) =
            operators.iter().find(|(symbol, _)| self.take(*symbol)).cloned()
        {
            operand(self)?;
            self.code.push(instruction);
        }
        Ok(())
    }

    fn sign(&mut self) -> Result<(), ExpressionError> {
        let mut is_negative = false;
        loop {
            if self.take('-') {
                is_negative = !is_negative;
            } else if !self.take('+') {
                break;
            }
        }
        self.power()?;
        if is_negative {
            self.code.push(Instruction::Negate);
        }
        Ok(())
    }

    fn power(&mut self) -> Result<(), ExpressionError> {
        self.atom()?;
        if self.take('^') {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(self.error("too many nested powers".to_owned()));
            }
            self.sign()?;
            self.depth -= 1;
            self.code.push(Instruction::Power);
        }
        Ok(())
    }

    fn atom(&mut self) -> Result<(), ExpressionError> {
        let Some(token) = self.tokens.get(self.next).cloned() else {
            return Err(self.unexpected("a number or a column"));
        };
        self.next += 1;
        let error = |message| Err(ExpressionError { position: token.position, message });
        match token.kind {
            TokenKind::Number(number) => self.code.push(Instruction::Number(number)),
            TokenKind::Symbol('(') => {
                self.sum()?;
                self.close()?;
            }
            TokenKind::Name(name) if self.take('(') => {
                let Some(function) = function(&name) else {
                    let known: Vec<_> = FUNCTIONS.iter().map(|(known, _)| *known).collect();
                    return error(format!(
                        "unknown function {name}; the functions are {}",
                        known.join(", ")
                    ));
                };
                let count = self.arguments()?;
                let expected = match function {
                    Function::One(_) => 1,
                    Function::Two(_) => 2,
                    Function::Any(_) => count,
                };
                if count != expected {
                    let expected = text::count(expected as u64, "argument");
                    return error(format!("{name} takes {expected}, found {count}"));
                }
                self.code.push(match function {
                    Function::One(apply) => Instruction::One(apply),
                    Function::Two(apply) => Instruction::Fold(apply, 2),
                    Function::Any(apply) => Instruction::Fold(apply, count),
                });
            }
            TokenKind::Name(name) | TokenKind::Quoted(name) => {
                let column = self.column(&name);
                let instruction = column.map(Instruction::Column);
                let is_quoted = self.tokens[self.next - 1].kind == TokenKind::Quoted(name.clone());
                let constant = constant(&name).filter(|_| !is_quoted).map(Instruction::Number);
                match instruction.or(constant) {
                    Some(instruction) => self.code.push(instruction),
                    None => return error(self.unknown(&name)),
                }
            }
            TokenKind::Symbol(_) => {
                self.next -= 1;
                return Err(self.unexpected("a number or a column"));
            }
        }
        Ok(())
    }

    /// Parses the arguments of a function and its closing parenthesis; returns their number.
    fn arguments(&mut self) -> Result<usize, ExpressionError> {
        let mut count = 0;
        loop {
            self.sum()?;
            count += 1;
            if !self.take(',') {
                self.close()?;
                return Ok(count);
            }
        }
    }

    fn close(&mut self) -> Result<(), ExpressionError> {
        if self.take(')') { Ok(()) } else { Err(self.unexpected("an operator or )")) }
    }

    /// Returns the place of a column. Name, x and y are found in any letter case.
    fn column(&self, name: &str) -> Option<usize> {
        let place = |name: &str| self.columns.iter().position(|column| *column == name);
        place(name).or_else(|| place(Column::from_heading(name)?.name()))
    }

    /// Skips this symbol if it is next.
    fn take(&mut self, symbol: char) -> bool {
        let next = self.tokens.get(self.next);
        let is_next = next.is_some_and(|token| token.kind == TokenKind::Symbol(symbol));
        self.next += usize::from(is_next);
        is_next
    }

    fn unknown(&self, name: &str) -> String {
        let columns = match self.columns {
            [] => "there is no column yet".to_owned(),
            columns => format!("the columns are {}", columns.join(", ")),
        };
        let constants = CONSTANTS.map(|(constant, _)| constant).join(", ");
        format!("unknown name {name}; {columns}; the constants are {constants}")
    }

    fn unexpected(&self, expected: &str) -> ExpressionError {
        let next = self.tokens.get(self.next);
        let found = next.map_or_else(|| "the end".to_owned(), |token| token.kind.text());
        self.error(format!("expected {expected}, found {found}"))
    }

    fn error(&self, message: String) -> ExpressionError {
        let position = self.tokens.get(self.next).map_or(self.end, |token| token.position);
        ExpressionError { position, message }
    }
}

//! Colours, type sizes, spacing and fonts.

#[cfg(test)]
mod color_checks;
mod style;
mod tokens;

pub use style::{
    ANSWER, BODY, HEADING, Look, SMALL, ThemeChoice, bold, install, regular, set_look,
};
pub use tokens::{ON_RUN, Tokens, shade, tokens};

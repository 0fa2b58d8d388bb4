//! Charts saved or copied as pictures.

pub(crate) mod chart_picture;
pub(crate) mod grid_picture;
pub(crate) mod lines_picture;
pub(crate) mod picture_choices;
pub(crate) mod picture_form;

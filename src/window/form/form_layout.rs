//! How the user arranges the form: its width, the height of the cases, folded sections.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// A part of the form that can be folded.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr,
)]
pub enum FormSection {
    Welcome,
    Workload,
    /// Machine or cluster that the program runs on.
    Where,
    /// Templates and standard input of the program.
    #[strum(serialize = "Input files")]
    InputFiles,
    /// Limits of cases and output of the program.
    #[strum(serialize = "Limits and output")]
    Limits,
    #[strum(serialize = "How to run")]
    Plan,
}

/// A change of the arrangement. `None` restores the automatic size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FormArrangement {
    Fold(FormSection, bool),
    Hide(bool),
    Width(Option<f32>),
    CasesShare(Option<f32>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormLayout {
    /// Whether only a strip with the Run button is shown.
    pub is_hidden: bool,
    /// Width in points; `None` follows the window.
    width: Option<f32>,
    /// Share of the cases in the height; `None` follows the contents.
    cases_share: Option<f32>,
    folded: BTreeSet<FormSection>,
}

impl Default for FormLayout {
    fn default() -> Self {
        let folded = [FormSection::Where, FormSection::InputFiles, FormSection::Limits].into();
        Self { is_hidden: false, width: None, cases_share: None, folded }
    }
}

const MIN_WIDTH: f32 = 320.0;

/// Width of the strip in place of the hidden form.
const STRIP_WIDTH: f32 = 56.0;
const MAX_AUTOMATIC_WIDTH: f32 = 392.0;

/// Width left for the tabs.
const MIN_MIDDLE: f32 = 380.0;

/// Share of the window's width, and of the height for many cases.
const WIDTH_SHARE: f32 = 0.45;
const MANY_CASES_SHARE: f32 = 2.0 / 3.0;

/// Heights left for the cases and for the options below them.
const MIN_CASES: f32 = 130.0;
const MIN_OPTIONS: f32 = 56.0;

impl FormLayout {
    pub(crate) fn arrange(&mut self, change: FormArrangement) {
        match change {
            FormArrangement::Fold(section, true) => drop(self.folded.insert(section)),
            FormArrangement::Fold(section, false) => self.unfold(section),
            FormArrangement::Hide(hides) => self.is_hidden = hides,
            FormArrangement::Width(width) => self.width = width,
            FormArrangement::CasesShare(share) => self.cases_share = share,
        }
    }

    /// Unfolds a section, and the one around it.
    pub(crate) fn unfold(&mut self, section: FormSection) {
        self.folded.remove(&section);
        if matches!(section, FormSection::Where | FormSection::InputFiles | FormSection::Limits) {
            self.folded.remove(&FormSection::Workload);
        }
    }

    pub fn is_folded(&self, section: FormSection) -> bool {
        self.folded.contains(&section)
    }

    /// Returns the change for a handle that is moved to this width. Half of the least width
    /// hides the form.
    pub(crate) fn moved_to(&self, width: f32) -> FormArrangement {
        match width < MIN_WIDTH / 2.0 {
            is_hidden if is_hidden != self.is_hidden => FormArrangement::Hide(is_hidden),
            true => FormArrangement::Hide(true),
            false => FormArrangement::Width(Some(width)),
        }
    }

    /// Returns the width of the form in a window.
    pub(crate) fn width(&self, window: f32) -> f32 {
        if self.is_hidden {
            return STRIP_WIDTH;
        }
        let automatic = (window * WIDTH_SHARE).min(MAX_AUTOMATIC_WIDTH);
        self.width.unwrap_or(automatic).min(window - MIN_MIDDLE).max(MIN_WIDTH).round()
    }

    /// Returns the largest height of the cases in a form of this height, above options that
    /// need the height `options`.
    pub(crate) fn cases_height(&self, form: f32, options: f32) -> f32 {
        let automatic = (form - options).max(form * MANY_CASES_SHARE);
        let height = self.cases_share.map_or(automatic, |share| share * form);
        height.min(form - MIN_OPTIONS).max(MIN_CASES).floor()
    }

    /// Whether the user has chosen the height of the cases.
    pub(crate) fn has_cases_height(&self) -> bool {
        self.cases_share.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_width_of_the_form_leaves_space_for_the_tabs() {
        let mut layout = FormLayout::default();
        assert_eq!((layout.width(1280.0), layout.width(800.0)), (392.0, 360.0));
        layout.arrange(FormArrangement::Width(Some(2000.0)));
        assert_eq!((layout.width(1280.0), layout.width(800.0)), (900.0, 420.0));
        layout.arrange(FormArrangement::Width(Some(10.0)));
        assert_eq!(layout.width(1280.0), 320.0);
        layout.arrange(layout.moved_to(100.0));
        assert_eq!((layout.is_hidden, layout.width(1280.0)), (true, 56.0));
        layout.arrange(layout.moved_to(400.0));
        layout.arrange(layout.moved_to(400.0));
        assert_eq!((layout.is_hidden, layout.width(1280.0)), (false, 400.0));
    }

    #[test]
    fn cases_get_the_height_that_options_leave_and_at_least_two_thirds() {
        let mut layout = FormLayout::default();
        assert_eq!(layout.cases_height(600.0, 100.0), 500.0);
        assert_eq!(layout.cases_height(600.0, 380.0), 400.0);
        for (share, height) in [(0.5, 300.0), (0.0, 130.0), (2.0, 544.0), (f32::NAN, 544.0)] {
            layout.arrange(FormArrangement::CasesShare(Some(share)));
            assert_eq!(layout.cases_height(600.0, 100.0), height);
        }
    }

    #[test]
    fn sections_are_folded_and_unfolded() {
        let mut layout = FormLayout::default();
        assert!(layout.is_folded(FormSection::Limits) && !layout.is_folded(FormSection::Plan));
        layout.arrange(FormArrangement::Fold(FormSection::Plan, true));
        layout.arrange(FormArrangement::Fold(FormSection::Limits, false));
        assert!(!layout.is_folded(FormSection::Limits) && layout.is_folded(FormSection::Plan));
    }
}

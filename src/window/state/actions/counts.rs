//! Applies intents to the number fields of the sweep and of the comparison.

use std::mem;

use crate::window::compare::compare_form::CompareForm;
use crate::window::state::undo::Typing;
use crate::window::state::{AppState, CountField};

impl AppState {
    /// Returns the number in use; `None` for no limit.
    pub fn count(&self, field: CountField) -> Option<u32> {
        let (sweep, compare) = (&self.workers.sweep_form, &self.compare_form);
        match field {
            CountField::SweepRepeats => Some(sweep.repeats),
            CountField::SweepWorkers => sweep.max_workers,
            CountField::SweepSample => sweep.sample,
            CountField::CompareRepeats => Some(compare.repeats),
            CountField::SetupWorkers(setup) => compare.setups.get(setup)?.workers,
        }
    }

    pub fn count_text(&self, field: CountField) -> String {
        let number = || self.count(field).map_or(String::new(), |number| number.to_string());
        self.form.counts.typed.get(&field).cloned().unwrap_or_else(number)
    }

    /// Takes over the text of a field if it is valid.
    pub(crate) fn type_count(&mut self, field: CountField, text: String) {
        self.notices.input_changed(self.notices.mark());
        let Ok(number) = field.parse(&text) else {
            self.form.counts.typed.insert(field, text);
            return;
        };
        self.form.counts.typed.remove(&field);
        if !field.is_of_sweep() {
            self.undo.push(self.draft(), Some(Typing::Count(field)));
        }
        let (sweep, compare) = (&mut self.workers.sweep_form, &mut self.compare_form);
        match field {
            CountField::SweepRepeats => sweep.repeats = number.unwrap_or(sweep.repeats),
            CountField::SweepWorkers => sweep.max_workers = number,
            CountField::SweepSample => sweep.sample = number,
            CountField::CompareRepeats => compare.repeats = number.unwrap_or(compare.repeats),
            CountField::SetupWorkers(setup) => {
                if let Some(setup) = compare.setups.get_mut(setup) {
                    setup.workers = number;
                }
            }
        }
    }

    /// Replaces what is to be compared. Invalid numbers follow their configurations, and give way to
    /// other numbers.
    pub(crate) fn set_compare_form(&mut self, form: CompareForm) {
        let (before, after) = (&self.compare_form.setups, &form.setups);
        let same = before.iter().zip(after).take_while(|(a, b)| a == b).count();
        self.form.counts.move_setups(same, before.len(), after.len());
        let typed = mem::take(&mut self.form.counts.typed).into_iter();
        let typed: Vec<_> = typed.map(|typed| (self.count(typed.0), typed)).collect();
        let is_kept = before.len() == after.len();
        self.compare_form = form;
        let typed = typed.into_iter().filter(|(number, (field, _))| {
            let is_setup = matches!(field, CountField::SetupWorkers(_));
            (is_setup && !is_kept) || self.count(*field) == *number
        });
        self.form.counts.typed = typed.map(|(_, typed)| typed).collect();
    }

    /// Returns whether a field of the sweep, or of the comparison, is invalid; reports and
    /// focuses it.
    pub(crate) fn reject_counts(&mut self, of_sweep: bool) -> bool {
        let mut fields = self.form.counts.typed.keys();
        let Some(&field) = fields.find(|field| field.is_of_sweep() == of_sweep) else {
            return false;
        };
        let problem = self.form.counts.problem(field).unwrap_or_default();
        self.report_invalid(format!("{}: {problem}", field.name()));
        self.form.counts.pending_focus = Some(field);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Column;
    use crate::window::history::run_history::ComparePart;
    use crate::window::state::{Command, Intent, Tab};

    #[test]
    fn a_refused_number_gives_way_to_the_one_that_undo_brings_back() {
        let mut state = AppState::default();
        for field in [CountField::CompareRepeats, CountField::SetupWorkers(1)] {
            let before = state.count_text(field);
            for text in ["77", "7x7"] {
                state.apply(Intent::TypeCount(field, text.to_owned()));
            }
            state.apply(Intent::Command(Command::Undo));
            assert_eq!(state.count_text(field), before);
            assert_eq!(state.form.counts.problem(field), None);
        }
    }

    #[test]
    fn an_invalid_limit_stays_as_typed_and_its_button_leads_there() {
        for (field, command) in [
            (CountField::SweepWorkers, Command::Sweep),
            (CountField::SweepSample, Command::Sweep),
            (CountField::SweepRepeats, Command::Sweep),
            (CountField::SetupWorkers(1), Command::Compare),
            (CountField::CompareRepeats, Command::Compare),
        ] {
            for text in ["9999999", "many", "-1", "2.5"] {
                let mut state = AppState::default();
                state.machine.report.logical_cpus = 2;
                let before = state.count(field);
                state.apply(Intent::TypeCount(field, text.to_owned()));
                assert_eq!((state.count(field), state.count_text(field).as_str()), (before, text));
                assert!(state.form.counts.problem(field).is_some(), "{field:?} {text}");
                assert!(state.apply(Intent::Command(command)).is_none(), "{field:?} {text}");
                assert_eq!(state.form.counts.pending_focus, Some(field));
                let start = format!("{}: expected a whole number from 1 to", field.name());
                assert!(state.notices.newest().unwrap().text.starts_with(&start));
                state.apply(Intent::TypeCount(field, "3".to_owned()));
                assert_eq!((state.count(field), state.notices.newest()), (Some(3), None));
                assert!(state.apply(Intent::Command(command)).is_some(), "{field:?} {text}");
            }
        }
    }

    #[test]
    fn an_invalid_number_of_workers_follows_its_configuration() {
        let mut state = AppState::default();
        let mut form = state.compare_form.clone();
        form.add();
        state.apply(Intent::SetCompareForm(form.clone()));
        state.apply(Intent::TypeCount(CountField::SetupWorkers(2), "2,5".to_owned()));
        form.add();
        state.apply(Intent::SetCompareForm(form.clone()));
        assert_eq!(state.count_text(CountField::SetupWorkers(2)), "2,5");
        form.setups.remove(1);
        state.apply(Intent::SetCompareForm(form));
        let texts = [1, 2].map(|setup| state.count_text(CountField::SetupWorkers(setup)));
        assert_eq!(texts, ["2,5", ""]);
        state.apply(Intent::Command(Command::Undo));
        assert_eq!(state.count_text(CountField::SetupWorkers(2)), "2,5");
        let mut form = state.compare_form.clone();
        form.setups.remove(2);
        state.apply(Intent::SetCompareForm(form));
        assert!(state.form.counts.typed.is_empty());
    }

    #[test]
    fn changes_of_a_comparison_are_undone_and_leave_the_study_alone() {
        let mut state = AppState::default();
        state.edit(|document| document.set_text(0, Column::Name, "edited"));
        let mut form = state.compare_form.clone();
        form.add();
        state.apply(Intent::SetCompareForm(form));
        for text in ["1", "15"] {
            state.apply(Intent::TypeCount(CountField::SetupWorkers(2), text.to_owned()));
        }
        let whole = state.compare_form.clone();
        let mut form = whole.clone();
        form.setups.remove(2);
        state.apply(Intent::SetCompareForm(form));
        state.apply(Intent::Command(Command::Undo));
        assert_eq!(state.compare_form, whole);
        assert_eq!((state.tab, state.compare_part()), (Tab::Compare, ComparePart::Configurations));
        state.apply(Intent::Command(Command::Undo));
        assert_eq!(state.count(CountField::SetupWorkers(2)), None, "one change");
        state.apply(Intent::Command(Command::Undo));
        assert_eq!(state.compare_form, CompareForm::default());
        assert_eq!(state.document.cases.case(0).name, "edited");
    }

    #[test]
    fn an_empty_limit_is_none_and_an_empty_number_of_repeats_is_invalid() {
        let mut state = AppState::default();
        let field = CountField::SweepWorkers;
        for (text, number) in [("4", Some(4)), ("", None), (" 7 ", Some(7)), ("0", None)] {
            state.apply(Intent::TypeCount(field, text.to_owned()));
            assert_eq!(state.count(field), number, "{text:?}");
        }
        state.apply(Intent::TypeCount(CountField::SweepRepeats, String::new()));
        assert!(state.form.counts.problem(CountField::SweepRepeats).is_some());
    }
}

//! The one place where intents change the state.

use std::sync::Arc;

use super::app_state::AppState;
use super::command::Command;
use super::dialog::{Dialog, NextStep, Palette, PathPurpose};
use super::intent::{Effect, Intent, MayReplace};
use super::parts::Tab;
use super::study_file::is_study;
use crate::window::form::form_layout::FormSection;
use crate::window::help::first_steps::TourStop;
use crate::window::results::results_state::ResultsIntent;
use crate::window::theme::ThemeChoice;

impl AppState {
    /// Applies an intent and returns what is left to the shell.
    pub fn apply(&mut self, intent: Intent) -> Option<Effect> {
        let keeps_document = match &intent {
            Intent::Timeline(_)
            | Intent::ArrangeForm(_)
            | Intent::EditGenerator(_)
            | Intent::Results(_)
            | Intent::EditImport(_) => true,
            Intent::Cases(intent) => !intent.may_change_cases(),
            _ => false,
        };
        if keeps_document {
            // Sent in every frame of a drag or per key; never changes the document.
            return self.dispatch(intent);
        }
        let (before, mark) = (self.draft(), self.notices.mark());
        let effect = self.dispatch(intent);
        if self.draft() != before {
            self.notices.input_changed(mark);
            self.update_staleness();
        }
        effect
    }

    fn dispatch(&mut self, intent: Intent) -> Option<Effect> {
        match intent {
            Intent::Command(command) => return self.perform(command),
            Intent::EditCell(row, column, text) => self.edit_cell(row, column, text),
            Intent::EnterCell(row, column) => self.enter_cell(row, column),
            Intent::LeaveCell => {
                self.leave_cell();
                self.undo.end_typing();
            }
            Intent::GoToCell(row, column) => self.form.pending_focus = Some((row, column)),
            Intent::GoToNextRow(row, column) => self.go_to_next_row(row, column),
            Intent::CellFocused => self.form.pending_focus = None,
            Intent::PasteRows(text) => match self.cells() {
                Some(range) => return self.paste_cells(range, text),
                None => self.paste_rows(&text),
            },
            Intent::SelectRow { row, extend, toggle } => {
                self.selection.click_row(row, extend, toggle, &self.document.cases);
            }
            Intent::SelectCase { of_document, row } => {
                self.select_unless_selected(of_document, row);
            }
            Intent::SetWorkload(workload) => self.edit(|document| document.workload = workload),
            Intent::Program(intent) => return self.act_on_program(intent),
            Intent::CheckCluster => return self.check_cluster(),
            Intent::PreviewTemplate(index) => self.preview_template(index),
            Intent::SetPlan(plan) => self.edit(|document| document.plan = plan),
            Intent::ShowTab(tab) => self.tab = tab,
            Intent::SetCompareForm(form) => {
                self.undo.push(self.draft(), None);
                self.set_compare_form(form);
            }
            Intent::TypeCount(field, text) => self.type_count(field, text),
            Intent::CountFocused => self.form.counts.pending_focus = None,
            Intent::RunExample(name) => return self.run_example(name),
            Intent::SetExampleScale(scale) => self.preferences.example_scale = scale,
            Intent::CloseExample => self.close_example(),
            Intent::ShowExperimentRun { set, series } => self.show_experiment_run(set, series),
            Intent::History(intent) => return self.act_on_history(intent),
            Intent::Workers(intent) => self.workers.act(intent),
            Intent::Timeline(intent) => self.act_on_timeline(intent),
            Intent::Results(intent) => self.act_on_results(intent),
            Intent::Log(intent) => self.log.act(intent),
            Intent::Cases(intent) => return self.act_on_cases(intent),
            Intent::EditColumn(form) => {
                if let Some(Dialog::Column(shown)) = &mut self.dialog {
                    *shown = form;
                }
            }
            Intent::ShowStream(stream) => self.results.output.stream = Some(stream),
            Intent::ShowTotals(shows) => self.bars.shows_totals = Some(shows),
            Intent::ArrangeForm(change) => self.preferences.form.arrange(change),
            Intent::EditPath(purpose, text) => {
                if let Some(Dialog::Path(dialog)) = &mut self.dialog {
                    (dialog.purpose, dialog.text, dialog.notice) = (purpose, text, None);
                }
            }
            Intent::Picture(form) => self.preferences.picture = form,
            Intent::EditPalette(palette) => {
                if let Some(Dialog::Palette(shown)) = &mut self.dialog {
                    *shown = palette;
                }
            }
            Intent::EditGenerator(form) => self.generator.form = form,
            Intent::GenerateCases(import) => return self.generate_cases(import),
            Intent::EditImport(choices) => {
                self.import.iter_mut().for_each(|import| import.choices = choices.clone());
            }
            Intent::ImportTable => return self.import_table(),
            Intent::Open(path) => return Some(Effect::ReadStudy(path, MayReplace::IfUnchanged)),
            Intent::Drop(path) if is_study(&path) => return self.leave(NextStep::File(path)),
            Intent::Drop(path) => return Some(Effect::ReadCases(path)),
            Intent::Browse(purpose) => return Some(Effect::Browse(purpose)),
            Intent::CopyText(text) => return Some(Effect::CopyText(text)),
            Intent::OpenFolder(folder) => return Some(Effect::OpenFolder(folder)),
            Intent::ResumeRun(folder) => return self.resume_run(folder),
            Intent::AskForRunFolder => self.ask_for_path(PathPurpose::ResumeRun),
            Intent::Reload => {
                let options = self.file.table_options.clone();
                return Some(Effect::Reload(self.file.path.clone()?, options));
            }
            Intent::KeepMine => self.keep_mine(),
            Intent::PasteSigned(sign) => return self.paste_signed(sign),
            Intent::SaveElsewhere => self.save_elsewhere(),
            Intent::ShowOwnRun => self.show_own_run(),
            Intent::CloseRecorded => self.close_recorded(),
            Intent::DismissUnfinished => {
                let unfinished = self.runs.unfinished.take();
                return unfinished.map(|unfinished| Effect::DismissUnfinished(unfinished.folder));
            }
            Intent::Confirm => return self.confirm_dialog(),
            Intent::SaveChanges => return self.save_changes(),
            Intent::Dismiss => return self.dismiss(),
            Intent::DismissNotice(id) => self.notices.dismiss(id),
            Intent::Leave(next) => return self.leave(next),
            Intent::Tour(stop) => self.go_on_tour(stop),
            Intent::CheckRecentFiles => return Some(self.check_recent_files()),
        }
        None
    }

    #[expect(clippy::too_many_lines, reason = "an arm for each command")]
    fn perform(&mut self, command: Command) -> Option<Effect> {
        if !self.is_enabled(command) {
            return None;
        }
        let committed = match command {
            Command::Save | Command::SaveAs => self.commit_all(),
            _ => self.commit_program(),
        };
        match command {
            Command::New => return self.leave(NextStep::Demo),
            Command::Open => self.ask_for_path(PathPurpose::OpenStudy),
            Command::Save | Command::SaveAs if let Err(why) = &committed => self.reject_save(why),
            Command::Save => return self.save(None),
            Command::SaveAs
            | Command::ImportCases
            | Command::SaveCases
            | Command::ExportResults
            | Command::ImportRun
            | Command::SaveLog
            | Command::SavePicture => self.ask_for_path(PathPurpose::of(command)?),
            Command::ResumeRun => {
                self.dialog = Some(Dialog::ResumeRun(None));
                return Some(Effect::ListUnfinished);
            }
            Command::OpenReport => {
                let report = Arc::clone(self.run.as_ref()?.report()?);
                return Some(Effect::OpenReport(report));
            }
            Command::CopyPicture => {
                let chart = self.chart_picture()?;
                return Some(Effect::CopyPicture(chart, self.preferences.picture));
            }
            Command::Find => {
                if self.run.is_none() {
                    self.tab = Tab::Cases;
                } else if !self.tab.has_search() {
                    self.tab = Tab::Log;
                }
                if self.tab == Tab::Cases {
                    self.cases.shows_search = true;
                }
                return Some(Effect::FocusSearch);
            }
            Command::GenerateCases => self.open_generator(),
            Command::Quit => return self.quit(),
            Command::Undo | Command::Redo => self.step_through_changes(command),
            Command::Cut | Command::Copy | Command::Paste => {
                return Some(self.edit_by_clipboard(command));
            }
            Command::Delete if let Some(range) = self.cells_within_rows() => {
                return self.clear_cells(range);
            }
            Command::AddCase
            | Command::InsertCase
            | Command::Duplicate
            | Command::Delete
            | Command::DeleteCases
            | Command::MoveUp
            | Command::MoveDown
            | Command::SelectAll => self.edit_rows(command),
            Command::FillDown
            | Command::ContinueSeries
            | Command::AddColumn
            | Command::EditColumn
            | Command::DeleteColumns
            | Command::MoveColumnLeft
            | Command::MoveColumnRight
            | Command::SortAscending
            | Command::SortDescending => return self.edit_cells(command),
            Command::Run => return self.start_run(),
            Command::TryCase => return self.try_selected_case(),
            Command::PreviewInputFile => self.preview_template(0),
            Command::MeasureSample => return self.measure_sample(),
            Command::Cancel => return Some(self.cancel_run()),
            Command::Pause
            | Command::MoreWorkers
            | Command::FewerWorkers
            | Command::CancelCases
            | Command::RerunCases => return self.steering(command).map(Effect::Steer),
            Command::Compare => return self.compare_setups(),
            Command::Sweep => return self.sweep_workers(),
            Command::OpenExampleCases => return self.leave(NextStep::ExampleCases(0)),
            Command::CopyResults | Command::CopyFigures => return self.copy_results(command),
            Command::Show(tab) => {
                self.tab = tab;
                if tab == Tab::Cases {
                    self.enter_table();
                }
            }
            Command::ShowResults(mode) => {
                self.tab = Tab::Results;
                self.act_on_results(ResultsIntent::Show(mode));
            }
            Command::ShowInTable | Command::ShowInResults | Command::ShowInTimeline => {
                self.show_selected_case(command);
            }
            Command::ResetZoom
            | Command::Larger
            | Command::Smaller
            | Command::NormalSize
            | Command::ShowForm
            | Command::ThemeSystem
            | Command::ThemeLight
            | Command::ThemeDark
            | Command::ThemeHighContrast
            | Command::ReducedMotion
            | Command::Tour => return self.change_view(command),
            Command::OpenLog => return self.about.log.clone().map(Effect::OpenFile),
            Command::Shortcuts => self.dialog = Some(Dialog::Shortcuts),
            Command::Glossary => self.dialog = Some(Dialog::Glossary),
            Command::Palette => self.dialog = Some(Dialog::Palette(Palette::default())),
            Command::About => self.dialog = Some(Dialog::About),
        }
        None
    }

    fn change_view(&mut self, command: Command) -> Option<Effect> {
        use ThemeChoice::{Dark, HighContrast, Light, System};
        match command {
            Command::Larger | Command::Smaller | Command::NormalSize => {
                return Some(Effect::Resize(command));
            }
            Command::ThemeSystem => self.preferences.theme = System,
            Command::ThemeLight => self.preferences.theme = Light,
            Command::ThemeDark => self.preferences.theme = Dark,
            Command::ThemeHighContrast => self.preferences.theme = HighContrast,
            Command::ReducedMotion => {
                let is_still = !self.look().is_still;
                let is_of_system = is_still == self.system_look.is_still;
                self.preferences.is_still = (!is_of_system).then_some(is_still);
            }
            Command::ShowForm => self.preferences.form.is_hidden ^= true,
            Command::Tour => {
                self.preferences.form.is_hidden = false;
                self.go_on_tour(Some(TourStop::Cases));
            }
            _ => {
                self.bars.zoom_resets += 1;
                self.timeline.zoom = None;
            }
        }
        None
    }

    /// Shows a stop of the tour, or ends it.
    fn go_on_tour(&mut self, stop: Option<TourStop>) {
        self.first_steps.tour = stop;
        if stop == Some(TourStop::Plan) {
            self.preferences.form.unfold(FormSection::Plan);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::study::{Column, Order, Plan, RowId, WorkloadName};
    use crate::window::state::MachineInfo;

    fn intent() -> impl Strategy<Value = Intent> {
        let row = 0..5_u32;
        prop_oneof![
            (row.clone(), "[a-z0-9]{0,2}")
                .prop_map(|(row, text)| { Intent::EditCell(RowId(row), Column::X.into(), text) }),
            row.prop_map(|row| Intent::SelectRow {
                row: row as usize,
                extend: false,
                toggle: false
            }),
            Just(Intent::PasteRows("a\t1\t2\n".to_owned())),
            Just(Intent::SetWorkload(WorkloadName::Wait)),
            Just(Intent::SetPlan(Plan { order: Order::Longest, ..Plan::default() })),
            prop_oneof![
                Just(Command::AddCase),
                Just(Command::Duplicate),
                Just(Command::Delete),
                Just(Command::MoveUp),
                Just(Command::Undo),
                Just(Command::Redo),
                Just(Command::SelectAll),
            ]
            .prop_map(Intent::Command),
        ]
    }

    proptest! {
        #[test]
        fn staleness_is_up_to_date_after_every_intent(
            intents in prop::collection::vec(intent(), 0..20),
            save_at in 0..20_usize,
        ) {
            let mut state = AppState::new(MachineInfo { report: MACHINE, free_memory: None });
            for (index, intent) in intents.into_iter().enumerate() {
                state.apply(intent);
                if index == save_at {
                    state.mark_saved(state.document.clone(), "study.caselanes".into());
                }
                let has_changes = state.document != state.file.saved;
                prop_assert_eq!(state.staleness.has_unsaved_changes, has_changes);
                let stored = state.staleness;
                state.update_staleness();
                prop_assert_eq!(stored, state.staleness);
            }
        }
    }
}

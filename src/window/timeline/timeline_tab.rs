//! The timeline: lanes over time, how many cases ran at once, and where the time
//! went; of the run that is shown, or of all runs of an experiment.

use egui::{Align, Layout, RichText, ScrollArea, Sense, StrokeKind, Ui, vec2};
use strum::VariantArray as _;

use super::lanes::painter::{gap_color, hatch, tail};
use super::lanes::tooltip::{gap_name, gap_words};
use super::timeline_facts::TimelineFacts;
use super::timeline_state::TimelineIntent;
use super::{breakdown, chart, table};
use crate::report::{GapReason, GapSpan, RunReport, Timeline};
use crate::run::RunState;
use crate::schedule::s_from_ns;
use crate::study::{FrozenStudy, RowId};
use crate::text::duration;
use crate::window::bars::bars_tab::no_run;
use crate::window::compare::compare_data::RunSeries;
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::state::run_view::{RunPhase, RunView};
use crate::window::theme::{SMALL, Tokens, regular, tokens};
use crate::window::widgets::controls::{small, unbroken};

/// Of a run that goes on with more cases the shares are told at its end.
const SHARES_LIVE: usize = 20_000;

/// About the width of a colour with its meaning.
const MEANING: f32 = 84.0;

/// Smaller shares are not spoken of by themselves.
pub(crate) const LEAST_SHARE: f64 = 0.001;

/// A run whose timeline is shown.
pub(crate) struct TimelineRun<'a> {
    pub(crate) title: &'a str,
    pub(crate) frozen: &'a FrozenStudy,
    pub(crate) state: &'a RunState,
    pub(crate) timeline: &'a Timeline,
    /// What is known once it is over.
    pub(crate) facts: Option<&'a TimelineFacts>,
    pub(crate) report: Option<&'a RunReport>,
    /// The end of the axis: now, or the end of the last case.
    pub(crate) end_ns: u64,
    pub(crate) cores: u32,
    /// So many of its lanes, the first, are held where they have no case.
    pub(crate) waiting: usize,
    /// Whether its rows are those of the document.
    pub(crate) knows_rows: bool,
    /// Whether it is the run that the other tabs show.
    current: bool,
}

impl<'a> TimelineRun<'a> {
    fn of_run(run: &'a RunView) -> Self {
        Self {
            title: run.title().unwrap_or_default(),
            frozen: run.frozen(),
            state: run.state(),
            timeline: run.timeline(),
            facts: run.facts(),
            report: run.report().map(AsRef::as_ref),
            end_ns: run.end_ns(),
            cores: run.machine().logical_cpus,
            waiting: run.waiting(),
            knows_rows: run.knows_rows(),
            current: true,
        }
    }

    fn of_way(way: &'a RunSeries, knows_rows: bool) -> Self {
        Self {
            title: &way.label,
            frozen: &way.run.report.frozen,
            state: &way.run.report.state,
            timeline: &way.run.timeline,
            facts: Some(&way.run.facts),
            report: Some(&way.run.report),
            end_ns: way.run.report.state.makespan_ns(),
            cores: way.run.report.machine.logical_cpus,
            waiting: 0,
            knows_rows,
            current: false,
        }
    }

    /// How many lanes it has.
    pub(crate) fn lanes(&self) -> usize {
        self.timeline.lanes.lanes().len()
    }

    /// The gaps behind the last case of a lane.
    pub(crate) fn tail(&self, lane: usize) -> Vec<GapSpan> {
        tail(&self.timeline.lanes, lane, (self.end_ns, self.waiting))
    }

    /// Whether the case of a row is found without searching.
    pub(crate) fn has_index(&self) -> bool {
        self.current && self.knows_rows
    }

    /// The case of a row, by its index in the table that was run.
    pub(crate) fn case_of(&self, state: &AppState, id: RowId) -> Option<usize> {
        if self.has_index() {
            return state.run.as_ref()?.record_of(id).map(|(index, _)| index);
        }
        let cases = &self.frozen.cases;
        (0..cases.len()).find(|&case| cases.id(case) == id)
    }

    /// The intent to select these cases.
    pub(crate) fn pick(&self, cases: impl Iterator<Item = usize>, toggle: bool) -> Intent {
        let rows = cases.map(|case| self.frozen.cases.id(case)).collect();
        Intent::Timeline(TimelineIntent::Pick { of_document: self.knows_rows, rows, toggle })
    }

    /// How many licences there were when, as far as that was limited or learned.
    pub(crate) fn licences(&self) -> Vec<(u64, u32)> {
        let asked = self.frozen.plan.limits.licences.map(|licences| (0, licences));
        let learned = self.state.licences();
        asked.into_iter().chain(learned.iter().copied()).collect()
    }

    /// How many licences there were, in a sentence, if that was learned.
    pub(crate) fn licences_words(&self) -> Option<String> {
        let licences = self.licences();
        let counts = || licences.iter().map(|&(_, count)| count);
        let &(at_ns, now) = self.state.licences().last()?;
        let (least, most) = (counts().min()?, counts().max()?);
        let noun = if now == 1 { "licence" } else { "licences" };
        let since = duration(s_from_ns(at_ns));
        Some(format!("{now} {noun} since {since}, {least} to {most} in the run."))
    }

    /// How many cases ran at once, in a sentence.
    pub(crate) fn at_once_words(&self) -> String {
        let licences = self.licences_words().map_or(String::new(), |words| format!(" {words}"));
        self.concurrency_words() + &licences
    }

    fn concurrency_words(&self) -> String {
        if self.report.is_none() && self.timeline.concurrency.started() > SHARES_LIVE {
            return "The shares of time are told at the end.".to_owned();
        }
        let lanes = self.frozen.plan.workers;
        let at_once = match self.facts {
            Some(facts) => facts.at_once,
            None => self.timeline.concurrency.occupancy(lanes, self.cores, self.end_ns),
        };
        let Some(occupancy) = at_once else {
            return "No time has passed.".to_owned();
        };
        let (all, none) = match lanes {
            1 => ("in work", "idle"),
            _ => ("all lanes", "none"),
        };
        // What all lanes are changes with the workers.
        let parts = if self.state.workers_changed() {
            vec![("some lanes", occupancy.full + occupancy.partial), ("none", occupancy.idle)]
        } else {
            vec![(all, occupancy.full), ("some", occupancy.partial), (none, occupancy.idle)]
        };
        let parts = parts.iter().filter(|(_, share)| *share >= LEAST_SHARE);
        let mut parts: Vec<String> =
            parts.map(|(what, share)| format!("{what} for {}", percent(*share))).collect();
        if let Some(first) = parts.first_mut() {
            first.push_str(" of the time");
        }
        let over = occupancy.over_cores;
        let cores = match self.cores {
            _ if over < LEAST_SHARE => String::new(),
            1 => format!("; more than one core for {}", percent(over)),
            cores => format!("; more than {cores} cores for {}", percent(over)),
        };
        format!("At most {} at once: {}{cores}.", occupancy.peak, parts.join(", "))
    }
}

/// A share as people say it: `33 %`, `0.4 %`.
pub(crate) fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent > 0.0 && percent < 0.05 {
        return "<0.1 %".to_owned();
    }
    let digits = usize::from(percent > 0.0 && percent < 0.95);
    format!("{percent:.digits$} %")
}

/// The tab.
pub(crate) fn timeline(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let (runs, several) = shown(state);
    if runs.is_empty() {
        return no_run(ui, state, "each worker gets a lane here, with its cases over time");
    }
    let room = ui.available_height();
    ScrollArea::vertical().id_salt("timeline").auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - 6.0);
        above(ui, state, &runs, several, intents);
        if runs.iter().all(|run| run.frozen.cases.is_empty()) {
            small(ui, "There was nothing to run. Add a case in the form on the left, then run it.");
            return;
        }
        ui.spacing_mut().item_spacing.y = 4.0;
        small(ui, &unbroken(&summary(&runs)));
        chart::chart(ui, state, &runs, (room * 0.62).max(170.0), intents);
        if let [run] = &runs[..] {
            small(ui, &unbroken(&run.at_once_words()));
        }
        ui.add_space(6.0);
        breakdown::where_time_went(ui, state, &runs, intents);
        table::tables(ui, &runs);
    });
}

/// The runs that are shown, and how many there are to choose from.
fn shown(state: &AppState) -> (Vec<TimelineRun<'_>>, usize) {
    let one = state.run.as_ref().map(TimelineRun::of_run);
    let chosen = &state.timeline.chosen;
    if !chosen.is_empty() {
        let is_one = !state.timeline.all_runs && one.is_some();
        let all =
            chosen.iter().map(|run| TimelineRun { current: false, ..TimelineRun::of_run(run) });
        return (if is_one { one.into_iter().collect() } else { all.collect() }, chosen.len());
    }
    let Some(experiment) = &state.runs.experiment else { return (one.into_iter().collect(), 0) };
    let ways: Vec<&RunSeries> = experiment.shown.sets.iter().flat_map(|set| &set.ways).collect();
    let now = one.as_ref().filter(|run| run.report.is_none() && experiment.is_running());
    let count = ways.len() + usize::from(now.is_some());
    if !(state.timeline.all_runs || one.is_none()) {
        return (one.into_iter().collect(), count);
    }
    let knows_rows = experiment.knows_rows();
    let mut all: Vec<TimelineRun<'_>> =
        ways.into_iter().map(|way| TimelineRun::of_way(way, knows_rows)).collect();
    let running = state.run.as_ref().filter(|run| run.phase() != RunPhase::Ended);
    all.extend(running.filter(|_| experiment.is_running()).map(TimelineRun::of_run));
    if all.is_empty() {
        all.extend(one);
    }
    (all, count)
}

/// The line above: of which runs, and what can be done with the chart.
fn above(
    ui: &mut Ui,
    state: &AppState,
    runs: &[TimelineRun<'_>],
    several: usize,
    intents: &mut Vec<Intent>,
) {
    let choose = several > 1;
    let meanings = meanings(ui, runs);
    let beside = !choose && meanings.len() as f32 * MEANING <= ui.available_width();
    if !choose && !beside {
        ui.horizontal_wrapped(|ui| legend(ui, &meanings));
    }
    ui.horizontal(|ui| {
        if choose {
            let all = runs.len() > 1;
            let choice = |ui: &mut Ui, chosen: bool, enabled: bool, text: String| {
                ui.add_enabled(enabled, egui::Button::selectable(chosen, text)).clicked()
            };
            if choice(ui, !all, state.run.is_some(), "This run".to_owned()) && all {
                intents.push(Intent::Timeline(TimelineIntent::AllRuns(false)));
            }
            let every = match state.timeline.chosen.len() {
                0 => format!("All {several} runs of the experiment"),
                chosen => format!("The {chosen} chosen runs"),
            };
            if choice(ui, all, true, every) && !all {
                intents.push(Intent::Timeline(TimelineIntent::AllRuns(true)));
            }
        } else if beside {
            ui.scope(|ui| legend(ui, &meanings));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if state.timeline.zoom.is_some() && ui.button("Show all of the time").clicked() {
                intents.push(Intent::Timeline(TimelineIntent::Zoom(None)));
            }
            hint(ui);
        });
    });
    if choose {
        ui.horizontal_wrapped(|ui| legend(ui, &meanings));
    }
}

/// What can be done with the chart, if there is room to say it.
fn hint(ui: &mut Ui) {
    let text = "Wheel zooms, drag moves, double click shows all, click selects";
    let text = RichText::new(text).font(regular(SMALL)).color(tokens(ui).weak);
    let label = ui.add(egui::Label::new(text).truncate());
    label.on_hover_text(
        "The wheel zooms over the lanes and scrolls beside them. With the keyboard on the chart: \
         arrows move, + and - zoom, Home shows all, Shift with the arrows goes from case to case",
    );
}

/// What a colour of the chart means.
struct Meaning {
    name: &'static str,
    color: (egui::Color32, egui::Color32),
    hatched: bool,
    hover: &'static str,
}

/// What the colours mean, as far as they are seen.
fn meanings(ui: &Ui, runs: &[TimelineRun<'_>]) -> Vec<Meaning> {
    let colors = tokens(ui);
    let any = |holds: &dyn Fn(&TimelineRun<'_>) -> bool| runs.iter().any(holds);
    let gap = |why: GapReason| {
        any(&|run| {
            let lanes = &run.timeline.lanes;
            lanes.lanes().iter().enumerate().any(|(number, lane)| {
                let first = lane.gaps().iter().take(64).any(|gap| gap.reason == why);
                let last = lane.gaps().last().is_some_and(|gap| gap.reason == why);
                first || last || run.tail(number).iter().any(|gap| gap.reason == why)
            })
        })
    };
    let lost = any(&|run| {
        let lanes = run.timeline.lanes.lanes();
        lanes.iter().any(|lane| lane.lost(0..lane.cases().len()) > 0)
    });
    let in_work = any(&|run| run.report.is_none());
    let licences = any(&|run| !run.licences().is_empty());
    let cases = [
        (
            "case",
            colors.case,
            true,
            "a case that is done; as high as the lane is busy, where many are merged",
        ),
        ("in work", colors.lanes.in_work, in_work, "a case that goes on"),
        (
            "lost",
            colors.lanes.lost,
            lost,
            "an attempt at a case that failed, was cancelled or got no licence",
        ),
        (
            "licences",
            (colors.background, licence_color(&colors)),
            licences,
            "how many licences there are, as far as that was learned",
        ),
    ];
    let seen = cases.into_iter().filter(|(_, _, seen, _)| *seen);
    let cases = seen.map(|(name, color, _, hover)| Meaning { name, color, hatched: false, hover });
    let gaps = GapReason::VARIANTS.iter().copied().filter(|&why| gap(why)).map(|why| Meaning {
        name: gap_name(why),
        color: gap_color(&colors, why),
        hatched: why == GapReason::Barrier,
        hover: gap_words(why),
    });
    cases.chain(gaps).collect()
}

fn legend(ui: &mut Ui, meanings: &[Meaning]) {
    let colors = tokens(ui);
    ui.spacing_mut().item_spacing = vec2(6.0, 2.0);
    for Meaning { name, color, hatched, hover } in meanings {
        swatch(ui, *color, *hatched);
        let text = RichText::new(*name).font(regular(SMALL)).color(colors.weak);
        ui.label(text).on_hover_text(*hover);
        ui.add_space(6.0);
    }
}

/// The line of licences.
pub(crate) fn licence_color(colors: &Tokens) -> egui::Color32 {
    colors.lanes.barrier.1
}

/// A small field of a colour.
pub(crate) fn swatch(ui: &mut Ui, (fill, line): (egui::Color32, egui::Color32), hatched: bool) {
    let (place, _) = ui.allocate_exact_size(vec2(16.0, 20.0), Sense::hover());
    let rect = place.shrink2(vec2(0.0, 4.0));
    ui.painter().rect(rect, 1.0, fill, egui::Stroke::new(1.0, line), StrokeKind::Inside);
    if hatched {
        let mut over = Vec::new();
        hatch(&mut over, rect.shrink(1.0), line);
        ui.painter().extend(over);
    }
}

/// The timeline in a sentence.
pub(crate) fn summary(runs: &[TimelineRun<'_>]) -> String {
    if let [run] = runs {
        return summary_of(run);
    }
    let all = runs.iter().map(|run| format!("{} {}", run.title, duration(s_from_ns(run.end_ns))));
    format!("{} runs on one axis of time: {}.", runs.len(), all.collect::<Vec<_>>().join(", "))
}

fn summary_of(run: &TimelineRun<'_>) -> String {
    let (state, whole) = (run.state, duration(s_from_ns(run.end_ns)));
    let (cases, lanes) = (run.frozen.cases.len(), run.lanes());
    let what = format!("{} on {}", counted(cases, "case"), counted(lanes, "lane"));
    if run.report.is_none() {
        let ended = state.ended_count();
        return format!("{what}, {ended} ended after {whole} so far.");
    }
    if state.ended_count() == 0 {
        return format!("{what}: no case was run.");
    }
    if state.done_count() == 0 {
        return format!(
            "{what}: none is done, {} came to nothing within {whole}.",
            state.ended_count()
        );
    }
    let longest = run.facts.and_then(|facts| facts.longest).map_or(String::new(), |case| {
        let time = duration(s_from_ns(state.records()[case].time_ns()));
        format!("; the longest, {}, takes {time} of it", run.frozen.cases.case(case).name)
    });
    let lost = match state.ended_count() - state.done_count() {
        0 => String::new(),
        lost => format!(", {lost} came to nothing"),
    };
    format!("{what} in {whole}{lost}{longest}.")
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The colours of a part of the account.
pub(crate) fn part_color(
    colors: &Tokens,
    part: crate::report::AccountPart,
) -> (egui::Color32, egui::Color32) {
    use crate::report::AccountPart;
    match part {
        AccountPart::Work | AccountPart::Cases => colors.case,
        AccountPart::Stretch => colors.lanes.stretch,
        AccountPart::Startup => colors.lanes.startup,
        AccountPart::Dispatch => colors.lanes.dispatch,
        AccountPart::Barrier => colors.lanes.barrier,
        AccountPart::Held => colors.lanes.held,
        AccountPart::Lost => colors.lanes.lost,
        AccountPart::Idle => colors.lanes.idle,
        AccountPart::Unknown => (colors.background, colors.weak),
    }
}

//! Where the program runs: on this machine or on a cluster, and what it takes there.

use egui::text::LayoutJob;
use egui::{Button, Label, RichText, TextEdit, TextFormat, TextStyle, Ui, vec2};

use super::cluster_check::{ClusterCheck, licence_text, partition_text, start_text};
use super::option_fields::{enter, problem, take_focus, text_field, title};
use super::program_fields::ProgramIntent;
use crate::run::{ClusterFacts, ExpectedStart};
use crate::study::StudyOption;
use crate::text::one_line;
use crate::window::help::term::Concept;
use crate::window::state::{AppState, Intent};
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::widgets::controls::{indented, name_box, row, small_text};

const HERE: &str = "This machine";
const SLURM_HERE: &str = "Slurm here";
const SLURM_ON_HOST: &str = "Slurm on a host";

/// The places with their descriptions.
const PLACES: [(&str, &str); 3] = [
    (HERE, "the cases run as programs of this machine"),
    (SLURM_HERE, "the cases go to a cluster, by the commands of Slurm on this machine"),
    (
        SLURM_ON_HOST,
        "the cases go to a cluster, by the commands of Slurm on a host that ssh reaches without a password",
    ),
];

/// Beginning of the option for a host.
const ON_HOST: &str = "slurm@";

/// Options of a cluster, in the order of their fields.
const FIELDS: [StudyOption; 5] = [
    StudyOption::SlurmPartition,
    StudyOption::SlurmAccount,
    StudyOption::SlurmLicence,
    StudyOption::SlurmTime,
    StudyOption::Slurm,
];

/// Returns the place that the folded section shows, with what is set there.
pub(crate) fn where_summary(state: &AppState) -> String {
    let text = state.form.program_fields.text(StudyOption::On, &state.document);
    let place = match text.strip_prefix(ON_HOST) {
        Some(host) => format!("Slurm on {host}"),
        None => place_of(&text).to_owned(),
    };
    let value = |option| Some(state.form.program_fields.text(option, &state.document));
    let set = FIELDS.into_iter().filter_map(value).filter(|text| !text.is_empty());
    std::iter::once(place).chain(set).collect::<Vec<_>>().join(", ")
}

fn place_of(text: &str) -> &'static str {
    match text {
        "" | "local" => HERE,
        text if text.starts_with(ON_HOST) => SLURM_ON_HOST,
        _ => SLURM_HERE,
    }
}

pub(crate) fn where_section(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let option = StudyOption::On;
    let text = state.form.program_fields.text(option, &state.document);
    let place = place_of(&text);
    let is_enabled = state.document.program.is_some();
    ui.add_enabled_ui(is_enabled, |ui| {
        row(ui, option, |ui, label| {
            let (label, width) = ((title(option), label), ui.available_width());
            let (picked, response) = name_box(ui, label, width, place, &PLACES, |_| None);
            if place != SLURM_ON_HOST {
                take_focus(state, option, &response, intents);
            }
            match picked {
                Some(HERE) => enter(option, "local".to_owned(), intents),
                Some(SLURM_HERE) => enter(option, "slurm".to_owned(), intents),
                Some(_) => {
                    let text = ON_HOST.to_owned();
                    intents.push(Intent::Program(ProgramIntent::Type(option, text)));
                    intents.push(Intent::Program(ProgramIntent::GoTo(option.into())));
                }
                None => {}
            }
        });
    });
    if let Some(host) = text.strip_prefix(ON_HOST) {
        host_field(ui, state, host.to_owned(), intents);
    }
    problem(ui, state, option);
    if place != HERE {
        for option in FIELDS {
            text_field(ui, state, option, intents);
        }
        check(ui, state, intents);
    }
}

fn host_field(ui: &mut Ui, state: &AppState, mut host: String, intents: &mut Vec<Intent>) {
    let option = StudyOption::On;
    row(ui, Concept::LoginHost, |ui, label| {
        let font = if host.is_empty() { TextStyle::Body } else { TextStyle::Monospace };
        let edit = TextEdit::singleline(&mut host)
            .id_salt("host")
            .font(font)
            .desired_width(ui.available_width() - 4.0)
            .align(egui::Align2::LEFT_CENTER)
            .hint_text("user@login.example.org");
        let response = ui.add(edit).labelled_by(label);
        take_focus(state, option, &response, intents);
        if response.changed() {
            let text = format!("{ON_HOST}{}", host.trim());
            intents.push(Intent::Program(ProgramIntent::Type(option, text)));
        }
        if response.lost_focus() {
            intents.push(Intent::Program(ProgramIntent::Commit(option)));
        }
    });
}

/// The button that asks the cluster, and its answer.
fn check(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let shown = state.form.cluster_check.as_ref().filter(|check| check.is_of(&state.document));
    let is_checking = shown.is_some_and(|check| check.answer.is_none());
    indented(ui, |ui| {
        ui.spacing_mut().interact_size.y = 22.0;
        let button = ui.add_enabled(!is_checking, Button::new("Check cluster"));
        let hover = "Asks the cluster for its partitions and licences, and when a case would start";
        if button.on_hover_text(hover).clicked() {
            intents.push(Intent::CheckCluster);
        }
        if is_checking {
            ui.label(small_text(ui, "asking the cluster…"));
        }
    });
    match shown.and_then(|check: &ClusterCheck| check.answer.as_ref()) {
        None => {}
        Some(Ok(facts)) => answer(ui, facts, intents),
        Some(Err(why)) => line(ui, &format!("Not reached: {}", one_line(why)), tokens(ui).bad),
    }
}

/// Shows what the cluster offers. A click on a name enters it into its field.
fn answer(ui: &mut Ui, facts: &ClusterFacts, intents: &mut Vec<Intent>) {
    let weak = tokens(ui).weak;
    let mut offer = |ui: &mut Ui, name: &str, text: String, (option, value): (_, String)| {
        indented(ui, |ui| {
            ui.spacing_mut().button_padding = vec2(0.0, 1.0);
            let mut job = LayoutJob::default();
            let accent = tokens(ui).accent;
            job.append(name, 0.0, TextFormat::simple(regular(SMALL), accent));
            job.append(&format!(": {text}"), 0.0, TextFormat::simple(regular(SMALL), weak));
            let response = ui.add(Button::new(job).frame(false).wrap());
            let hover = format!("Click to enter it as {}", title(option).to_lowercase());
            if response.on_hover_text(hover).clicked() {
                enter(option, value, intents);
            }
        });
    };
    for it in &facts.partitions {
        let entered = (StudyOption::SlurmPartition, it.name.clone());
        offer(ui, &it.name, partition_text(it), entered);
    }
    for it in &facts.licences {
        let entered = (StudyOption::SlurmLicence, format!("{}:1", it.name));
        offer(ui, &it.name, licence_text(it), entered);
    }
    let colors = tokens(ui);
    let color = match facts.start {
        ExpectedStart::In(_) => colors.good,
        ExpectedStart::Refused(_) => colors.bad,
        ExpectedStart::Unknown => weak,
    };
    line(ui, &start_text(&facts.start), color);
}

fn line(ui: &mut Ui, text: &str, color: egui::Color32) {
    indented(ui, |ui| {
        ui.add(Label::new(RichText::new(text).font(regular(SMALL)).color(color)).wrap());
    });
}

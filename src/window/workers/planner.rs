//! The throughput of each number of cores per case, under the resources of the run.

use egui::{CollapsingHeader, RichText, Ui};
use egui_extras::Column;

use crate::report::ThroughputPlan;
use crate::text::{duration, grouped, memory};
use crate::window::theme::BODY;
use crate::window::timeline::table::{UNKNOWN, figures};
use crate::window::widgets::controls::small;

const ROW: f32 = 22.0;

pub(crate) fn planner(ui: &mut Ui, plan: &ThroughputPlan) {
    ui.add_space(6.0);
    let title = RichText::new("Cores per case").size(BODY);
    CollapsingHeader::new(title).default_open(true).show(ui, |ui| {
        small(ui, &format!("{}.", plan.answer()));
        let headings =
            ["Cores per case", "Time", "Tokens", "Memory", "At once", "Cases per hour", ""];
        let headings = headings.map(|heading| (heading.to_owned(), None));
        let sizes = (Column::auto().at_least(70.0), [24.0, ROW, ROW * 14.0]);
        let unknown = |text: Option<String>| text.unwrap_or_else(|| UNKNOWN.to_owned());
        let cells = |row: usize| {
            let row = &plan.rows[row];
            vec![
                row.need.cores.to_string(),
                duration(row.need.time_s),
                unknown(row.need.tokens.map(grouped)),
                unknown(row.need.memory_bytes.map(memory)),
                grouped(row.at_once),
                format!("{:.1}", row.per_hour),
                if row.is_best { "best" } else { "" }.to_owned(),
            ]
        };
        figures(ui, "cores per case", sizes, &headings, (plan.rows.len(), cells));
    });
}

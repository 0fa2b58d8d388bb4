//! Commands as entries of menus, and menus of the row, bar or lane under the pointer.

use egui::{
    Button, FocusDirection, Key, Memory, Modifiers, Popup, Response, ScrollArea, SetOpenCommand,
    TextWrapMode, Ui, vec2,
};

use super::focus::act_on_rows;
use crate::window::state::{AppState, Command, Intent, Tab};

/// Space between entries. All menus of commands fit into the smallest window.
pub(crate) const ENTRY_SPACING: f32 = 2.0;

/// Space below a menu that scrolls, and its smallest height.
const MENU_MARGIN: f32 = 16.0;
const LOWEST_MENU: f32 = 80.0;

/// Lets the entries of a menu scroll where more than fit below it.
pub(crate) fn scrolled_menu(ui: &mut Ui, entries: impl FnOnce(&mut Ui)) {
    let bottom = ui.ctx().content_rect().bottom() - MENU_MARGIN;
    let height = (bottom - ui.cursor().top()).max(LOWEST_MENU);
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        // The menu becomes as wide as its entries.
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        entries(ui);
    });
}

/// Shows a command with its shortcut.
pub(crate) fn entry(
    ui: &mut Ui,
    state: &AppState,
    command: Command,
    intents: &mut Vec<Intent>,
) -> Response {
    let mut button = Button::new(command.title()).min_size(vec2(220.0, 26.0));
    if let Some(shortcut) = command.shortcut() {
        button = button.shortcut_text(ui.ctx().format_shortcut(&shortcut));
    }
    if let Some(is_chosen) = state.is_chosen(command) {
        button = button.selected(is_chosen);
    }
    let response = ui.add_enabled(state.is_enabled(command), button);
    if response.clicked() {
        intents.push(Intent::Command(command));
        ui.close();
    }
    response
}

/// Groups of commands for a row of the case table.
pub(crate) const CASE_ROW: &[&[Command]] = &[
    &[Command::InsertCase, Command::Duplicate, Command::DeleteCases],
    &[Command::Cut, Command::Copy, Command::Paste],
    &[Command::TryCase, Command::CancelCases, Command::RerunCases],
    &[Command::ShowInResults, Command::ShowInTimeline],
];

/// Groups of commands for cells and columns of the Cases tab.
pub(crate) const TABLE_CELLS: &[&[Command]] = &[
    &[Command::Cut, Command::Copy, Command::Paste, Command::Delete],
    &[Command::FillDown, Command::ContinueSeries],
    &[Command::SortAscending, Command::SortDescending],
    &[
        Command::AddColumn,
        Command::EditColumn,
        Command::MoveColumnLeft,
        Command::MoveColumnRight,
        Command::DeleteColumns,
    ],
    &[Command::InsertCase, Command::Duplicate, Command::DeleteCases],
    &[Command::TryCase, Command::ShowInResults, Command::ShowInTimeline],
];

/// Groups of commands for a case of a run: its bar, its block in a lane, or its results.
pub(crate) const CASE_OF_RUN: &[&[Command]] = &[
    &[Command::ShowInTable, Command::ShowInResults, Command::ShowInTimeline],
    &[Command::CopyFigures, Command::CopyResults],
    &[Command::CancelCases, Command::RerunCases],
    PICTURE,
    &[Command::ResetZoom],
];

/// Groups of commands for a chart without cases.
const CHART: &[&[Command]] = &[PICTURE];

const PICTURE: &[Command] = &[Command::SavePicture, Command::CopyPicture];

/// Shows a menu for a drawn chart; see [`popup_menu`].
pub(crate) fn chart_menu(chart: &Response, state: &AppState, intents: &mut Vec<Intent>) {
    let focused = chart.ctx.memory(Memory::focused);
    let focused = focused.and_then(|id| chart.ctx.read_response(id));
    let has_focus = focused.is_some_and(|focused| chart.rect.contains_rect(focused.rect));
    context_menu(chart, has_focus, state, CHART, intents);
}

/// Shows a menu of the commands that are possible; see [`popup_menu`].
pub(crate) fn context_menu(
    response: &Response,
    has_focus: bool,
    state: &AppState,
    groups: &[&[Command]],
    intents: &mut Vec<Intent>,
) -> bool {
    let opens = popup_menu(response, has_focus, |ui, opens| {
        let is_possible =
            |command: &Command| state.is_enabled(*command) && !is_useless(state, *command);
        let possible = || -> Vec<Command> {
            groups.iter().copied().flatten().copied().filter(is_possible).collect()
        };
        // The entries stay the same while the menu is open, so that no other one gets the focus.
        // They are kept from the second frame on: opening a menu may select a row.
        let id = ui.scope_id().with("commands");
        let possible = if opens {
            ui.data_mut(|data| data.remove::<Vec<Command>>(id));
            possible()
        } else {
            ui.data_mut(|data| data.get_temp_mut_or_insert_with(id, possible).clone())
        };
        let mut first = None;
        for group in groups {
            let mut needs_separator = first.is_some();
            for &command in group.iter().filter(|command| possible.contains(command)) {
                if std::mem::take(&mut needs_separator) {
                    ui.separator();
                }
                let response = entry(ui, state, command, intents);
                first.get_or_insert(response);
            }
        }
        first
    });
    if opens {
        act_on_rows(&response.ctx);
    }
    opens
}

/// Shows a menu after a right click on a control or on what it contains, and after the Menu key
/// or Shift+F10 if `has_focus`; these keys, or the down arrow later, focus its first entry, which
/// `content` returns. `content` gets whether the menu opens now, which is also returned.
pub(crate) fn popup_menu(
    response: &Response,
    has_focus: bool,
    content: impl FnOnce(&mut Ui, bool) -> Option<Response>,
) -> bool {
    let ctx = &response.ctx;
    let is_pointed = response.container_secondary_clicked();
    let is_called = has_focus
        && ctx.input_mut(|input| {
            input.consume_key(Modifiers::NONE, Key::Menu)
                || input.consume_key(Modifiers::SHIFT, Key::F10)
        });
    let opens = is_pointed || is_called;
    if is_pointed {
        // Keys are for the menu, and not for the control behind it.
        ctx.memory_mut(Memory::stop_text_input);
    }
    let mut menu = Popup::menu(response).open_memory(opens.then_some(SetOpenCommand::Bool(true)));
    if is_pointed || Popup::position_of_id(ctx, menu.get_id()).is_some() {
        menu = menu.at_pointer_fixed();
    }
    menu.show(|ui| {
        ui.spacing_mut().item_spacing.y = ENTRY_SPACING;
        let is_pressed = |key| ui.input(|input| input.key_pressed(key));
        let is_entered =
            ui.memory(|memory| memory.focused().is_none()) && is_pressed(Key::ArrowDown);
        if is_entered || is_pressed(Key::ArrowLeft) || is_pressed(Key::ArrowRight) {
            // All entries are above or below each other.
            ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
        }
        if let Some(first) = content(ui, opens).filter(|_| is_called || is_entered) {
            first.request_focus();
        }
    });
    opens
}

/// Returns whether a command has no use on the tab that is open.
fn is_useless(state: &AppState, command: Command) -> bool {
    match command {
        Command::ShowInResults | Command::ResetZoom => state.tab == Tab::Results,
        Command::ShowInTimeline => state.tab == Tab::Timeline,
        _ => false,
    }
}

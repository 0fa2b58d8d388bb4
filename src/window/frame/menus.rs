//! The menu bar.

use egui::containers::menu::{MenuConfig, MenuState, SubMenu};
use egui::text::LayoutJob;
use egui::{
    Align, Button, Color32, Context, Event, FocusDirection, Id, Key, Layout, Memory, MenuBar,
    Modifiers, Order, Popup, PopupCloseBehavior, Response, RichText, Stroke, TextFormat, TextStyle,
    Ui, UiKind, WidgetRect, vec2,
};
use std::path::Path;
use strum::VariantArray as _;

use crate::experiment::ExampleName;
use crate::text::duration;
use crate::window::state::example_menu::expected_s;
use crate::window::state::{AppState, Command, ExampleScale, Intent, Menu};
use crate::window::theme::{BODY, bold, tokens};
use crate::window::widgets::command_menu::{ENTRY_SPACING, entry};
use crate::window::widgets::controls::{side_by_side, small_text};
use crate::window::widgets::focus::hide_pointer;

pub(crate) fn menus(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    // Commands close their menu; the choice of a time scale leaves it open.
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    MenuBar::new().config(config).ui(ui, |ui| {
        ui.add_space(4.0);
        ui.label(RichText::new("CaseLanes").font(bold(BODY)));
        ui.add_space(6.0);
        let mut is_called = is_requested(ui);
        if is_called && Popup::is_any_open(ui.ctx()) {
            is_called = false;
            Popup::close_all(ui.ctx());
            // The focus returns to the control that had it before.
            ui.memory_mut(Memory::stop_text_input);
        }
        let called = is_called.then_some(0).or_else(|| lettered(ui));
        let mut target = called.filter(|_| state.dialog.is_none());
        let mut buttons = Vec::new();
        for (at, &menu) in Menu::VARIANTS.iter().enumerate() {
            target = target.or_else(|| leave_by_arrow_key(ui, at));
            target = target.or_else(|| open_by_arrow_key(ui).then_some(at));
            let response = ui.menu_button(title(ui, menu), |ui| {
                ui.spacing_mut().item_spacing.y = ENTRY_SPACING;
                if menu == Menu::Examples {
                    examples(ui, state, intents);
                }
                let mut submenu = None;
                for command in menu.commands() {
                    if command.begins_group() {
                        ui.separator();
                    }
                    match command.submenu() {
                        None => drop(entry(ui, state, command, intents)),
                        Some(title) if submenu.replace(title) == Some(title) => {}
                        Some(title) => entries_of(ui, state, (menu, title), intents),
                    }
                    if command == Command::Open {
                        recent_files(ui, state, intents);
                    }
                }
            });
            buttons.push(response.response);
        }
        if let Some(button) = target.and_then(|target: usize| buttons.get(target)) {
            button.request_focus();
            Popup::open_id(ui.ctx(), Popup::default_response_id(button));
        }
        if target == Some(0) || buttons.first().is_some_and(Response::clicked) {
            // The first menu lists them.
            intents.push(Intent::CheckRecentFiles);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(6.0);
            let text = small_text(ui, file_text(state));
            let response = ui.add(egui::Label::new(text).truncate());
            if let Some(file) = &state.file.path {
                response.on_hover_text(file.display().to_string());
            }
        });
    });
}

/// Whether F10 was pressed, or Alt was pressed and released alone.
fn is_requested(ui: &Ui) -> bool {
    let (is_down, is_used, is_f10) = ui.input(|input| {
        let is_use = |event: &Event| match event {
            Event::Key { key, .. } => *key != Key::AltLeft,
            Event::ModifiersChanged(_)
            | Event::PointerMoved(_)
            | Event::MouseMoved(_)
            | Event::PointerGone => false,
            _ => true,
        };
        let others = input.modifiers.shift || input.modifiers.command;
        let is_used = others || input.events.iter().any(is_use);
        // Shift+F10 opens the menu of a row. Both keys may be up again in this frame.
        let is_f10 = |event: &Event| match event {
            Event::Key { key: Key::F10, pressed, modifiers, .. } => *pressed && modifiers.is_none(),
            _ => false,
        };
        (input.modifiers.alt, is_used, input.events.iter().any(is_f10))
    });
    // Whether Alt is down, and alone so far.
    let id = Id::unique("alt is alone");
    let before: Option<bool> = ui.data(|data| data.get_temp(id)).flatten();
    let now = is_down.then(|| before.unwrap_or(true) && !is_used);
    ui.data_mut(|data| data.insert_temp(id, now));
    is_f10 || (!is_down && !is_used && before == Some(true))
}

/// Returns the menu whose letter was pressed with Alt.
fn lettered(ui: &Ui) -> Option<usize> {
    let is_pressed =
        |menu: &Menu| ui.input_mut(|input| input.consume_key(Modifiers::ALT, letter(*menu)));
    Menu::VARIANTS.iter().position(is_pressed).filter(|_| !ui.ctx().os().is_mac())
}

/// Returns the letter of its title that opens a menu together with Alt.
fn letter(menu: Menu) -> Key {
    match menu {
        Menu::File => Key::F,
        Menu::Edit => Key::E,
        Menu::Data => Key::D,
        Menu::Run => Key::R,
        Menu::Examples => Key::X,
        Menu::View => Key::V,
        Menu::Help => Key::H,
    }
}

/// Returns the title of a menu. Its letter is underlined while Alt is down.
fn title(ui: &Ui, menu: Menu) -> LayoutJob {
    let (title, letter) = (<&str>::from(menu), letter(menu).name());
    let at = title.to_uppercase().find(letter).unwrap_or(0);
    let plain = TextFormat::simple(TextStyle::Button.resolve(ui.style()), Color32::PLACEHOLDER);
    let is_marked = ui.input(|input| input.modifiers.alt) && !ui.ctx().os().is_mac();
    let width = if is_marked { 1.0 } else { 0.0 };
    let marked = TextFormat { underline: Stroke::new(width, tokens(ui).text), ..plain.clone() };
    let mut job = LayoutJob::default();
    job.append(&title[..at], 0.0, plain.clone());
    job.append(&title[at..=at], 0.0, marked);
    job.append(&title[at + 1..], 0.0, plain);
    job
}

/// Closes the next menu if it is open and an arrow key leads from it to a neighbour, which
/// is returned. Within the menu, the right arrow enters a submenu and the left one leaves it.
fn leave_by_arrow_key(ui: &Ui, at: usize) -> Option<usize> {
    let popup = ui.next_auto_id().with("popup");
    let [left, right] =
        [Key::ArrowLeft, Key::ArrowRight].map(|key| ui.input(|input| input.key_pressed(key)));
    if left == right || !Popup::is_id_open(ui.ctx(), popup) || stays_within(ui, popup, right) {
        return None;
    }
    Popup::close_id(ui.ctx(), popup);
    ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    // A pointer that rests on a title would open its menu again.
    hide_pointer(ui.ctx());
    let count = Menu::VARIANTS.len();
    Some(if left { at + count - 1 } else { at + 1 } % count)
}

/// Returns whether the down arrow opens the next menu, whose title has the focus.
fn open_by_arrow_key(ui: &Ui) -> bool {
    let title = ui.next_auto_id();
    let opens = ui.memory(|memory| memory.has_focus(title))
        && !Popup::is_any_open(ui.ctx())
        && ui.input(|input| input.key_pressed(Key::ArrowDown));
    if opens {
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::None));
    }
    opens
}

/// Returns whether the right arrow enters a submenu of a menu, the left arrow leaves one, or either
/// leads to the next button of a row.
fn stays_within(ui: &Ui, menu: Id, right: bool) -> bool {
    let Some(focused) = ui.memory(Memory::focused) else { return false };
    if let Some(neighbour) = neighbour(ui.ctx(), focused, right) {
        ui.memory_mut(|memory| {
            memory.move_focus(FocusDirection::None);
            memory.request_focus(neighbour);
        });
        return true;
    }
    let submenu = MenuState::from_id(ui.ctx(), menu, |state| state.open_item);
    match submenu {
        Some(submenu) if right => SubMenu::id_from_widget_id(focused) == submenu,
        Some(submenu) => {
            let layer = ui.ctx().read_response(focused).map(|response| response.layer_id.id);
            layer == Some(submenu)
        }
        None => false,
    }
}

/// Returns the control of a menu beside another one.
fn neighbour(ctx: &Context, of: Id, right: bool) -> Option<Id> {
    ctx.viewport(|viewport| {
        let widgets = &viewport.prev_pass.widgets;
        let from = widgets.get(of).filter(|it| it.layer_id.order == Order::Foreground)?;
        let is_beside = |other: &&WidgetRect| {
            let [near, far] = if right { [from, *other] } else { [*other, from] };
            let is_in_line = other.rect.y_range().contains(from.rect.center().y);
            let is_control = other.sense.is_focusable() && other.enabled;
            is_control && is_in_line && near.rect.right() <= far.rect.left() + 1.0
        };
        let beside = widgets.get_layer(from.layer_id).filter(is_beside);
        let distance = |it: &&WidgetRect| (it.rect.center().x - from.rect.center().x).abs();
        Some(beside.min_by(|a, b| distance(a).total_cmp(&distance(b)))?.id)
    })
}

/// Shows the time scale, then an entry per example.
fn examples(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    ui.label(small_text(ui, "One click runs an example on its own cases"));
    ui.horizontal(|ui| {
        ui.spacing_mut().button_padding = vec2(8.0, 4.0);
        let mut scale = state.preferences.example_scale;
        let hover = "Multiplies every wait and every amount of computing";
        let choices = [ExampleScale::Full, ExampleScale::Tenth, ExampleScale::Hundredth];
        side_by_side(ui, &mut scale, choices.map(|scale| (scale, scale.title(), hover)));
        if scale != state.preferences.example_scale {
            intents.push(Intent::SetExampleScale(scale));
        }
    });
    ui.add_space(4.0);
    for &name in ExampleName::VARIANTS {
        let expected = match expected_s(name, state.preferences.example_scale) {
            Some(expected_s) => format!("about {}", duration(expected_s)),
            None => "computing".to_owned(),
        };
        let button = Button::new(name.title())
            .min_size(vec2(260.0, 26.0))
            .right_text(small_text(ui, expected));
        let response = ui.add_enabled(!state.is_running(), button);
        let hover = format!("{}\nReproduces “{}”.", name.explanation(), name.document());
        if response.on_hover_text(hover).clicked() {
            intents.push(Intent::RunExample(name));
            ui.close();
        }
    }
    ui.separator();
}

/// Shows a submenu.
fn entries_of(
    ui: &mut Ui,
    state: &AppState,
    (menu, title): (Menu, &str),
    intents: &mut Vec<Intent>,
) {
    ui.menu_button(title, |ui| {
        ui.spacing_mut().item_spacing.y = ENTRY_SPACING;
        for command in menu.commands().filter(|command| command.submenu() == Some(title)) {
            if entry(ui, state, command, intents).clicked() {
                ui.close_kind(UiKind::Menu);
            }
        }
    });
}

/// Shows a menu of the files opened or saved before.
fn recent_files(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    ui.add_enabled_ui(!state.recent_files.is_empty(), |ui| {
        ui.menu_button("Open recent", |ui| {
            for file in &state.recent_files {
                let name = file.path.file_name().unwrap_or_default().to_string_lossy();
                let folder = file.path.parent().and_then(Path::file_name).unwrap_or_default();
                let button = Button::new(name)
                    .min_size(vec2(260.0, 26.0))
                    .right_text(small_text(ui, folder.to_string_lossy()));
                let path = file.path.display().to_string();
                let response = ui.add_enabled(!file.is_missing, button);
                let response = response.on_disabled_hover_text(format!("Missing: {path}"));
                if response.on_hover_text(path).clicked() {
                    intents.push(Intent::Open(file.path.clone()));
                    ui.close_kind(UiKind::Menu);
                }
            }
        });
    });
}

/// Returns the file name of the study, and whether it has unsaved changes.
fn file_text(state: &AppState) -> String {
    let changed = if state.has_changes() { ", changed" } else { "" };
    state.file.name().map_or(String::new(), |name| format!("{name}{changed}"))
}

//! What keys do in the grid.

use egui::{Event, EventFilter, Id, Key, Modifiers, Ui};

use super::cases_state::CasesIntent;
use super::cells::cell_range::{CellAt, CellRange};
use crate::window::state::{AppState, Command, Intent};

/// Reads the keys of this frame while the grid has the focus. `page` is the number of rows that
/// Page Up and Page Down pass. Returns whether a cell is being edited now.
pub fn read(ui: &Ui, state: &AppState, grid: Id, page: usize, intents: &mut Vec<Intent>) -> bool {
    let range = state.cells();
    let filter = EventFilter {
        tab: false,
        horizontal_arrows: true,
        vertical_arrows: true,
        // It leaves the table only where the next press cancels a run.
        escape: range.is_some_and(|range| !range.is_one()) || !state.is_enabled(Command::Cancel),
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(grid, filter));
    let Some(all) = state.all_cells() else { return false };
    let mut keys = GridKeys { range, all, page, typed: None, has_used_space: false, intents };
    let events = ui.input(|input| input.events.clone());
    for event in &events {
        match event {
            Event::Text(text) if text == " " && keys.has_used_space => {}
            Event::Text(text) if !text.chars().any(char::is_control) => {
                keys.typed.get_or_insert_default().push_str(text);
            }
            Event::Key { key, pressed: true, modifiers, .. } => keys.press(*key, *modifiers),
            _ => {}
        }
    }
    keys.begin_edit();
    matches!(intents.last(), Some(Intent::Cases(CasesIntent::Edit(_))))
}

struct GridKeys<'a> {
    range: Option<CellRange>,
    all: CellRange,
    page: usize,
    /// What has been typed into the cell with the cursor.
    typed: Option<String>,
    /// Whether Space has selected a row or a column, and is no text.
    has_used_space: bool,
    intents: &'a mut Vec<Intent>,
}

impl GridKeys<'_> {
    fn push(&mut self, intent: CasesIntent) {
        self.intents.push(Intent::Cases(intent));
    }

    fn select(&mut self, range: CellRange) {
        self.range = Some(range);
        self.push(CasesIntent::SelectRange(range));
    }

    fn select_whole(&mut self, range: CellRange) {
        self.range = Some(range);
        self.push(CasesIntent::SelectWhole(range));
    }

    /// Begins to edit the cell with what was typed.
    fn begin_edit(&mut self) {
        if let Some(typed) = self.typed.take() {
            if self.range.is_none() {
                self.select(CellRange::one(self.all.anchor));
            }
            self.push(CasesIntent::Edit(Some(typed)));
        }
    }

    fn press(&mut self, key: Key, modifiers: Modifiers) {
        if self.typed.is_some() && key == Key::Enter && modifiers.is_none() {
            self.begin_edit();
            self.push(CasesIntent::Commit { rows: 1, columns: 0 });
            let last = self.all.cursor.row;
            self.range = self.range.map(|CellRange { cursor, .. }| {
                CellRange::one(CellAt { row: (cursor.row + 1).min(last), ..cursor })
            });
            return;
        }
        if modifiers.alt {
            return;
        }
        let Some(range) = self.range else {
            if is_move(key) {
                self.select(CellRange::one(self.all.anchor));
            }
            return;
        };
        match key {
            Key::Enter | Key::F2 if modifiers.is_none() => self.push(CasesIntent::Edit(None)),
            Key::Backspace if modifiers.is_none() => {
                self.intents.push(Intent::Command(Command::Delete));
            }
            Key::Escape if !range.is_one() => self.select(CellRange::one(range.cursor)),
            Key::A if modifiers.command && !modifiers.shift => {
                self.select_whole(CellRange { anchor: self.all.cursor, cursor: self.all.anchor });
            }
            Key::Space if modifiers.command || modifiers.shift => {
                let last = self.all.cursor;
                let (mut anchor, mut cursor) = (range.anchor, range.cursor);
                if modifiers.command {
                    (anchor.row, cursor.row) = (last.row, 0);
                } else {
                    (anchor.column, cursor.column) = (last.column, 0);
                }
                self.has_used_space = true;
                self.select_whole(CellRange { anchor, cursor });
            }
            _ if is_move(key) => {
                let cursor = self.moved(range.cursor, key, modifiers.command);
                let anchor = if modifiers.shift { range.anchor } else { cursor };
                self.select(CellRange { anchor, cursor });
            }
            _ => {}
        }
    }

    /// Returns where a key moves the cursor; with Ctrl to the end.
    fn moved(&self, cell: CellAt, key: Key, is_far: bool) -> CellAt {
        let last = self.all.cursor;
        let CellAt { row, column } = cell;
        let rows = if is_far { usize::MAX } else { 1 };
        match key {
            Key::ArrowUp => CellAt { row: row.saturating_sub(rows), column },
            Key::ArrowDown => CellAt { row: row.saturating_add(rows).min(last.row), column },
            Key::ArrowLeft => CellAt { row, column: column.saturating_sub(rows) },
            Key::ArrowRight => CellAt { row, column: column.saturating_add(rows).min(last.column) },
            Key::PageUp => CellAt { row: row.saturating_sub(self.page), column },
            Key::PageDown => CellAt { row: (row + self.page).min(last.row), column },
            Key::Home if is_far => CellAt { row: 0, column: 0 },
            Key::Home => CellAt { row, column: 0 },
            Key::End if is_far => last,
            _ => CellAt { row, column: last.column },
        }
    }
}

fn is_move(key: Key) -> bool {
    use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, End, Home, PageDown, PageUp};
    let keys = [ArrowUp, ArrowDown, ArrowLeft, ArrowRight, PageUp, PageDown, Home, End];
    keys.contains(&key)
}

//! The order in which Tab walks through controls: as they are read, from the top to the
//! bottom and from left to right, area by area, however they were added.

use std::collections::HashMap;

use egui::{Id, LayerId, Rect, WidgetRects};

/// Deepest nesting of areas, in case identities clash in a circle.
const MAX_DEPTH: usize = 1000;

/// Most controls in a row of a table.
const MAX_CELLS: usize = 20;

/// The rows of lists. Each list is one stop of Tab; arrow keys move within it.
#[derive(Debug, Default)]
pub(super) struct RowLists {
    list_of: HashMap<Id, Id>,
    current: HashMap<Id, Id>,
}

impl RowLists {
    /// Adds a row to a list. `is_current`: Tab leads to it rather than to the row that is next.
    pub(super) fn add(&mut self, list: Id, row: Id, is_current: bool) {
        self.list_of.insert(row, list);
        if is_current {
            self.current.insert(list, row);
        }
    }
}

pub(super) struct TabOrder<'a> {
    widgets: &'a WidgetRects,
    /// Controls that can take the focus while they are enabled.
    stops: Vec<Id>,
}

impl<'a> TabOrder<'a> {
    pub(super) fn of(widgets: &'a WidgetRects, layers: impl IntoIterator<Item = LayerId>) -> Self {
        let stops = layers.into_iter().flat_map(|layer| layer_stops(widgets, layer)).collect();
        Self { widgets, stops }
    }

    /// Returns the enabled control after or before another, or from an end without one.
    pub(super) fn neighbour(&self, from: Option<Id>, is_back: bool) -> Option<Id> {
        let at = from.and_then(|id| self.position(id));
        let after = self.stops.iter().skip(at.map_or(0, |at| at + 1));
        let before = self.stops.iter().take(at.unwrap_or(0));
        let mut around = after.chain(before).copied().filter(|&id| self.is_enabled(id));
        let found = if is_back { around.next_back() } else { around.next() };
        found.or(from.filter(|&id| at.is_some() && self.is_enabled(id)))
    }

    /// Returns where Tab leads to: the neighbour outside of the list that it leaves.
    pub(super) fn stop(&self, from: Option<Id>, is_back: bool, lists: &RowLists) -> Option<Id> {
        let list_of = |id: Id| lists.list_of.get(&id);
        let left = from.and_then(list_of);
        let first = self.neighbour(from, is_back)?;
        let mut next = first;
        while left.is_some() && list_of(next) == left {
            next = self.neighbour(Some(next), is_back)?;
            if next == first {
                return from;
            }
        }
        Some(list_of(next).and_then(|list| lists.current.get(list)).copied().unwrap_or(next))
    }

    /// Returns the control that takes the place of one that is gone `now`: a new control
    /// where it was, the most similar in place and size, else its nearest neighbour in the same
    /// area.
    pub(super) fn successor(&self, gone: Id, now: &Self) -> Option<Id> {
        let at = self.position(gone)?;
        let remains = |id: &&Id| now.is_enabled(**id) && now.position(**id).is_some();
        let before = self.stops[..at].iter().rev().find(remains).copied();
        let after = self.stops[at + 1..].iter().find(remains).copied();
        let from = before.and_then(|id| now.position(id)).map_or(0, |at| at + 1);
        let to = after.and_then(|id| now.position(id)).unwrap_or(now.stops.len());
        let between = now.stops.get(from..to).unwrap_or_default().iter().copied();
        let was = self.widgets.get(gone)?.rect;
        let difference = |id: &Id| {
            let is = now.widgets.get(*id).map_or(was, |widget| widget.rect);
            is.center().distance(was.center()) + (is.size() - was.size()).length()
        };
        let new = between.filter(|&id| now.is_enabled(id) && self.position(id).is_none());
        let replacement = new.min_by(|a, b| difference(a).total_cmp(&difference(b)));
        let shared = |id: Option<Id>| id.map_or(0, |id| self.shared_areas(gone, id));
        let is_last = shared(before) > shared(after);
        // Of a table without its last row, the cell above.
        let rect = |id: Id| now.widgets.get(id).map(|widget| widget.rect);
        let above = before.and_then(rect).filter(|before| before.bottom() <= was.top() + 1.0);
        let is_above = |&&id: &&Id| {
            let is_aligned = |rect: Rect| (rect.center().x - was.center().x).abs() < 1.0;
            remains(&&id) && rect(id).is_some_and(is_aligned) && shared(Some(id)) == shared(before)
        };
        let above =
            above.and_then(|_| self.stops[..at].iter().rev().take(MAX_CELLS).find(is_above));
        let before = above.copied().or(before);
        replacement.or(if is_last { before } else { after.or(before) })
    }

    pub(super) fn position(&self, id: Id) -> Option<usize> {
        self.stops.iter().position(|&stop| stop == id)
    }

    pub(super) fn stops(&self) -> &[Id] {
        &self.stops
    }

    fn is_enabled(&self, id: Id) -> bool {
        self.widgets.get(id).is_some_and(|widget| widget.enabled)
    }

    /// Counts the areas that hold both controls.
    fn shared_areas(&self, a: Id, b: Id) -> usize {
        let [a, b] = [a, b].map(|id| ancestors(self.widgets, id));
        a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
    }
}

/// Returns a control and the areas around it, the innermost first.
fn ancestors(widgets: &WidgetRects, id: Id) -> Vec<Id> {
    let layer = widgets.get(id).map(|widget| widget.layer_id);
    let parent = |id: &Id| {
        let parent = widgets.get(*id)?.parent_id;
        let is_outer = widgets.get(parent).map(|widget| widget.layer_id) == layer;
        (parent != *id && is_outer).then_some(parent)
    };
    std::iter::successors(Some(id), parent).take(MAX_DEPTH).collect()
}

/// An area or a control while the order is found: its place, and its controls.
type Part = (Rect, Vec<Id>);

fn layer_stops(widgets: &WidgetRects, layer: LayerId) -> Vec<Id> {
    let mut children: HashMap<Id, Vec<Id>> = HashMap::new();
    let mut roots = Vec::new();
    let stops = widgets.get_layer(layer).filter(|widget| widget.sense.is_focusable());
    for widget in stops {
        let path = ancestors(widgets, widget.id);
        for pair in path.windows(2) {
            let siblings = children.entry(pair[1]).or_default();
            if siblings.contains(&pair[0]) {
                break;
            }
            siblings.push(pair[0]);
        }
        if let Some(root) = path.last().filter(|root| !roots.contains(*root)) {
            roots.push(*root);
        }
    }
    let parts = roots.into_iter().map(|root| part(widgets, &children, root, MAX_DEPTH));
    in_reading_order(parts.collect()).1
}

fn part(widgets: &WidgetRects, children: &HashMap<Id, Vec<Id>>, id: Id, depth: usize) -> Part {
    let widget = widgets.get(id);
    let own = widget.filter(|widget| widget.sense.is_focusable());
    let own: Part = own.map_or((Rect::NOTHING, Vec::new()), |own| (own.rect, vec![id]));
    let Some(inner) = children.get(&id).filter(|_| depth > 0) else { return own };
    let inner = inner.iter().map(|&child| part(widgets, children, child, depth - 1));
    let (mut place, stops) = in_reading_order(inner.collect());
    // Only what a scroll area shows counts for the order of the areas.
    if let Some(visible) = widget.map(|widget| widget.interact_rect.intersect(place))
        && visible.is_positive()
    {
        place = visible;
    }
    (place.union(own.0), own.1.into_iter().chain(stops).collect())
}

/// Sorts parts of an area, and joins them. Parts that overlap stay as they were added.
fn in_reading_order(parts: Vec<Part>) -> Part {
    let mut sorted: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        let later = sorted.iter().rev().take_while(|other| is_read_before(part.0, other.0));
        let at = sorted.len() - later.count();
        sorted.insert(at, part);
    }
    let place = sorted.iter().fold(Rect::NOTHING, |all, part| all.union(part.0));
    (place, sorted.into_iter().flat_map(|part| part.1).collect())
}

/// Returns whether a place is clearly above another, or left of it in the same line.
fn is_read_before(a: Rect, b: Rect) -> bool {
    let overlaps =
        |a: egui::Rangef, b: egui::Rangef| a.intersection(b).span() > 0.5 * a.span().min(b.span());
    if overlaps(a.y_range(), b.y_range()) {
        !overlaps(a.x_range(), b.x_range()) && a.center().x < b.center().x
    } else {
        a.center().y < b.center().y
    }
}

#[cfg(test)]
mod tests {
    use egui::{InteractOptions, Sense, WidgetRect, pos2, vec2};

    use super::*;

    fn id(name: &str) -> Id {
        Id::unique(name)
    }

    /// Returns widgets from name, area, place and size. Names with a capital are areas.
    fn widgets(all: &[(&str, &str, [f32; 4])]) -> WidgetRects {
        let mut widgets = WidgetRects::default();
        for &(name, area, [x, y, width, height]) in all {
            let rect = Rect::from_min_size(pos2(x, y), vec2(width, height));
            let is_area = name.starts_with(char::is_uppercase);
            let widget = WidgetRect {
                id: id(name),
                parent_id: id(area),
                layer_id: LayerId::background(),
                rect,
                interact_rect: rect,
                sense: if is_area { Sense::hover() } else { Sense::click() },
                enabled: !name.starts_with("disabled"),
                visible: true,
            };
            widgets.insert(LayerId::background(), widget, InteractOptions::default());
        }
        widgets
    }

    fn order(widgets: &WidgetRects) -> TabOrder<'_> {
        TabOrder::of(widgets, [LayerId::background()])
    }

    fn ids(names: &[&str]) -> Vec<Id> {
        names.iter().map(|name| id(name)).collect()
    }

    #[test]
    fn controls_are_walked_as_they_are_read_however_they_were_added() {
        let all = widgets(&[
            ("Root", "Root", [0.0, 0.0, 100.0, 100.0]),
            ("Bottom", "Root", [0.0, 80.0, 100.0, 20.0]),
            ("run", "Bottom", [0.0, 80.0, 100.0, 20.0]),
            // A scroll area whose content is longer than its view.
            ("Options", "Root", [0.0, 20.0, 100.0, 60.0]),
            ("right", "Options", [70.0, 20.0, 20.0, 10.0]),
            ("middle", "Options", [40.0, 21.0, 20.0, 10.0]),
            ("left", "Options", [10.0, 20.0, 20.0, 10.0]),
            ("far", "Options", [10.0, 300.0, 20.0, 10.0]),
            ("menu", "Root", [0.0, 0.0, 10.0, 10.0]),
        ]);
        let order = order(&all);
        assert_eq!(order.stops, ids(&["menu", "left", "middle", "right", "far", "run"]));
        assert_eq!(order.neighbour(Some(id("left")), true), Some(id("menu")));
        assert_eq!(order.neighbour(Some(id("run")), false), Some(id("menu")));
        assert_eq!(order.neighbour(None, true), Some(id("run")));
    }

    #[test]
    fn disabled_controls_are_passed_but_keep_their_place() {
        let all = widgets(&[
            ("a", "Root", [0.0, 0.0, 10.0, 10.0]),
            ("disabled b", "Root", [20.0, 0.0, 10.0, 10.0]),
            ("c", "Root", [40.0, 0.0, 10.0, 10.0]),
        ]);
        let order = order(&all);
        assert_eq!(order.neighbour(Some(id("a")), false), Some(id("c")));
        assert_eq!(order.neighbour(Some(id("disabled b")), true), Some(id("a")));
    }

    #[test]
    fn the_control_that_replaces_another_takes_its_place() {
        let [a, b, c] = [[0.0, 0.0, 9.0, 9.0], [0.0, 10.0, 9.0, 9.0], [0.0, 20.0, 9.0, 9.0]];
        let was = widgets(&[("a", "Root", a), ("field", "Root", b), ("c", "Root", c)]);
        let beside = [90.0, 10.0, 9.0, 9.0];
        let is = widgets(&[
            ("a", "Root", a),
            ("beside", "Root", beside),
            ("name", "Root", b),
            ("c", "Root", c),
        ]);
        assert_eq!(order(&was).successor(id("field"), &order(&is)), Some(id("name")));
    }

    #[test]
    fn the_neighbour_in_the_same_list_takes_the_place_of_what_is_gone() {
        let rows = |rows: &[&'static str]| {
            let mut all = vec![("before", "Root", [0.0, 0.0, 9.0, 9.0])];
            all.push(("List", "Root", [0.0, 10.0, 9.0, 50.0]));
            let place = |at: usize| [0.0, 10.0 + 10.0 * at as f32, 9.0, 9.0];
            all.extend(rows.iter().enumerate().map(|(at, row)| (*row, "List", place(at))));
            all.push(("after", "Root", [0.0, 70.0, 9.0, 9.0]));
            widgets(&all)
        };
        let was = rows(&["one", "two", "three"]);
        for (rest, gone, successor) in [
            (&["one", "three"][..], "two", "three"),
            (&["one", "two"], "three", "two"),
            (&[], "two", "after"),
        ] {
            let is = rows(rest);
            let found = order(&was).successor(id(gone), &order(&is));
            assert_eq!(found, Some(id(successor)), "without {gone}");
        }
    }
}

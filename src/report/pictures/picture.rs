//! A picture as shapes, without a format.

use super::ink::Ink;

/// Type size of small print.
pub const SMALL: f32 = 12.0;

/// Shapes with a description for people who cannot see them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Picture {
    /// Heading above it.
    pub title: String,
    /// What it shows, in words.
    pub description: String,
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// In the order of painting.
    pub shapes: Vec<Shape>,
}

/// A place: x to the right, y down.
pub type Place = [f32; 2];

#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Rectangles of one colour: left, top, width and height.
    Rects(Ink, Vec<[f32; 4]>),
    Lines(Pen, Vec<Vec<Place>>),
    /// A closed polygon: fill, outline, corners.
    Polygon(Ink, Pen, Vec<Place>),
    /// Circles: fill, outline, radius and centres.
    Circles(Ink, Pen, f32, Vec<Place>),
    Label(Label),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pen {
    pub ink: Ink,
    pub width: f32,
    /// From 0, invisible, to 1.
    pub opacity: f32,
    /// Lengths of dashes and spaces; empty for a solid line.
    pub dashes: &'static [f32],
}

impl Pen {
    pub fn solid(ink: Ink, width: f32) -> Self {
        Self { ink, width, opacity: 1.0, dashes: &[] }
    }
}

/// The point of a text that is at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    pub at: Place,
    pub anchor: Anchor,
    pub ink: Ink,
    pub size: f32,
    pub is_bold: bool,
    /// Clockwise turn around its place, in degrees.
    pub turn: f32,
    pub text: String,
}

impl Label {
    /// Returns small print whose baseline is at this place.
    pub fn new(at: Place, anchor: Anchor, ink: Ink, text: impl Into<String>) -> Self {
        Self { at, anchor, ink, size: SMALL, is_bold: false, turn: 0.0, text: text.into() }
    }

    #[must_use]
    pub fn bold(self) -> Self {
        Self { is_bold: true, ..self }
    }
}

impl Picture {
    /// Returns an empty picture.
    pub fn new(title: &str, width: f32, height: f32) -> Self {
        Self { title: title.to_owned(), width, height, ..Self::default() }
    }

    /// Adds a rectangle; those of one colour that follow each other are one shape.
    pub fn rect(&mut self, ink: Ink, rect: [f32; 4]) {
        match self.shapes.last_mut() {
            Some(Shape::Rects(last, rects)) if *last == ink => rects.push(rect),
            _ => self.shapes.push(Shape::Rects(ink, vec![rect])),
        }
    }

    /// Adds a rectangle with an outline inside.
    pub fn outlined(&mut self, fill: Ink, line: Ink, [x, y, width, height]: [f32; 4]) {
        self.rect(line, [x, y, width, height]);
        if width > 2.0 && height > 2.0 {
            self.rect(fill, [x + 1.0, y + 1.0, width - 2.0, height - 2.0]);
        }
    }

    /// Adds a line through points.
    pub fn line(&mut self, pen: Pen, points: Vec<Place>) {
        match self.shapes.last_mut() {
            Some(Shape::Lines(last, lines)) if *last == pen => lines.push(points),
            _ => self.shapes.push(Shape::Lines(pen, vec![points])),
        }
    }

    /// Adds a text.
    pub fn label(&mut self, label: Label) {
        self.shapes.push(Shape::Label(label));
    }

    /// Puts another picture below this one; the descriptions follow each other.
    pub fn stack(&mut self, below: Self) {
        let top = self.height;
        self.shapes.extend(below.shapes.into_iter().map(|shape| shape.moved(top)));
        self.width = self.width.max(below.width);
        self.height += below.height;
        self.description = format!("{} {}", self.description, below.description);
    }
}

impl Shape {
    fn moved(self, down: f32) -> Self {
        let shifted = |points: Vec<Place>| -> Vec<Place> {
            points.into_iter().map(|[x, y]| [x, y + down]).collect()
        };
        match self {
            Self::Rects(ink, rects) => Self::Rects(
                ink,
                rects.into_iter().map(|[x, y, w, h]| [x, y + down, w, h]).collect(),
            ),
            Self::Lines(pen, lines) => Self::Lines(pen, lines.into_iter().map(shifted).collect()),
            Self::Polygon(fill, pen, points) => Self::Polygon(fill, pen, shifted(points)),
            Self::Circles(fill, pen, radius, centers) => {
                Self::Circles(fill, pen, radius, shifted(centers))
            }
            Self::Label(label) => {
                let [x, y] = label.at;
                Self::Label(Label { at: [x, y + down], ..label })
            }
        }
    }
}

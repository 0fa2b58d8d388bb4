//! Pictures as SVG.

use std::fmt::Write as _;

use super::ink::{Ink, PictureTheme};
use super::picture::{Anchor, Label, Pen, Picture, Place, Shape};

/// Font of pictures, and fonts that replace it.
const FONTS: &str = "Roboto, 'Segoe UI', Helvetica, Arial, sans-serif";

/// Where the colours of a picture come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SvgColors {
    /// A picture of its own, in this theme.
    Theme(PictureTheme),
    /// Part of a page whose style sheet has the colours.
    Page,
}

/// Returns a picture as an `svg` element, the same text for the same picture.
pub fn svg(picture: &Picture, colors: SvgColors) -> String {
    let Picture { title, description, width, height, shapes } = picture;
    let mut writer = SvgWriter { text: String::with_capacity(1 << 16), colors };
    let [width, height] = [*width, *height].map(number_text);
    let frame = format!("viewBox=\"0 0 {width} {height}\" font-family=\"{FONTS}\"");
    match colors {
        SvgColors::Theme(theme) => {
            let size = format!("width=\"{width}\" height=\"{height}\"");
            let background = Ink::Background.hex(theme);
            writer.push(&format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" {size} {frame} role=\"img\">\n<title>"
            ));
            writer.escaped(title);
            writer.push("</title>\n<desc>");
            writer.escaped(description);
            writer.push(&format!(
                "</desc>\n<rect width=\"100%\" height=\"100%\" fill=\"{background}\"/>\n"
            ));
        }
        SvgColors::Page => {
            writer.push(&format!("<svg {frame} role=\"img\" aria-label=\""));
            writer.escaped(description);
            writer.push("\">\n");
        }
    }
    shapes.iter().for_each(|shape| writer.shape(shape));
    writer.push("</svg>\n");
    writer.text
}

/// Returns the rules of a style sheet for pictures within a page: the colours of a theme as
/// properties of `selector`.
pub fn ink_styles(selector: &str, theme: PictureTheme) -> String {
    let mut rules = format!("{selector}{{");
    for ink in Ink::named() {
        let _ = write!(rules, "--{}:{};", name(ink), ink.hex(theme));
    }
    rules + "}"
}

/// Returns the classes of shapes: fills and strokes in each colour.
pub fn ink_classes() -> String {
    let class = |ink: Ink| {
        let name = name(ink);
        format!(".f-{name}{{fill:var(--{name})}}.s-{name}{{stroke:var(--{name})}}")
    };
    Ink::named().map(class).collect()
}

fn name(ink: Ink) -> &'static str {
    ink.into()
}

struct SvgWriter {
    text: String,
    colors: SvgColors,
}

impl SvgWriter {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Rects(ink, rects) => {
                self.push("<path");
                self.paint(Some(*ink), None);
                self.push(" d=\"");
                for &[x, y, width, height] in rects {
                    self.numbers('M', &[x, y]);
                    self.numbers('h', &[width]);
                    self.numbers('v', &[height]);
                    self.numbers('h', &[-width]);
                    self.push("z");
                }
                self.push("\"/>\n");
            }
            Shape::Lines(pen, lines) => {
                self.push("<path");
                self.paint(None, Some(*pen));
                self.push(" d=\"");
                lines.iter().for_each(|points| self.points(points));
                self.push("\"/>\n");
            }
            Shape::Polygon(fill, pen, points) => {
                self.push("<path");
                self.paint(Some(*fill), Some(*pen));
                self.push(" d=\"");
                self.points(points);
                self.push("z\"/>\n");
            }
            Shape::Circles(fill, pen, radius, centers) => {
                self.push("<g");
                self.paint(Some(*fill), Some(*pen));
                self.push(">");
                for [x, y] in centers {
                    let [x, y, radius] = [*x, *y, *radius].map(number_text);
                    self.push(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
                }
                self.push("</g>\n");
            }
            Shape::Label(label) => self.label(label),
        }
    }

    fn label(&mut self, label: &Label) {
        let Label { at: [x, y], anchor, ink, size, is_bold, turn, text } = label;
        let [x, y, size] = [*x, *y, *size].map(number_text);
        self.push(&format!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\""));
        self.push(match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        });
        if *is_bold {
            self.push(" font-weight=\"bold\"");
        }
        if *turn != 0.0 {
            let turn = number_text(*turn);
            self.push(&format!(" transform=\"rotate({turn} {x} {y})\""));
        }
        self.paint(Some(*ink), None);
        self.push(">");
        self.escaped(text);
        self.push("</text>\n");
    }

    /// Writes the attributes of the fill and the outline of a shape.
    fn paint(&mut self, fill: Option<Ink>, pen: Option<Pen>) {
        match self.colors {
            SvgColors::Theme(theme) => {
                let fill = fill.map_or("none".to_owned(), |ink| ink.hex(theme));
                self.push(&format!(" fill=\"{fill}\""));
                if let Some(pen) = pen {
                    self.push(&format!(" stroke=\"{}\"", pen.ink.hex(theme)));
                }
            }
            SvgColors::Page => {
                let class = fill.map_or("none".to_owned(), |ink| format!("f-{}", name(ink)));
                let stroke = pen.map_or(String::new(), |pen| format!(" s-{}", name(pen.ink)));
                self.push(&format!(" class=\"{class}{stroke}\""));
                // Shades have no class: they are the same in both themes.
                if let Some(shade @ Ink::Shade(_)) = fill {
                    let color = shade.hex(PictureTheme::Light);
                    self.push(&format!(" style=\"fill:{color}\""));
                }
            }
        }
        let Some(pen) = pen else { return };
        if pen.width != 1.0 {
            let width = number_text(pen.width);
            self.push(&format!(" stroke-width=\"{width}\""));
        }
        if pen.opacity < 1.0 {
            let opacity = number_text(pen.opacity);
            self.push(&format!(" stroke-opacity=\"{opacity}\""));
        }
        if !pen.dashes.is_empty() {
            let dashes: Vec<_> = pen.dashes.iter().map(|&length| number_text(length)).collect();
            self.push(&format!(" stroke-dasharray=\"{}\"", dashes.join(" ")));
        }
    }

    fn points(&mut self, points: &[Place]) {
        for (at, point) in points.iter().enumerate() {
            self.numbers(if at == 0 { 'M' } else { 'L' }, point);
        }
    }

    fn numbers(&mut self, command: char, numbers: &[f32]) {
        self.text.push(command);
        for (at, &number) in numbers.iter().enumerate() {
            if at > 0 {
                self.text.push(' ');
            }
            push_number(&mut self.text, number);
        }
    }

    /// Writes a text in which nothing is markup and every character is allowed in XML.
    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.push("&amp;"),
                '<' => self.push("&lt;"),
                '>' => self.push("&gt;"),
                '"' => self.push("&quot;"),
                '\u{FFFE}' | '\u{FFFF}' => self.push("\u{FFFD}"),
                c if c.is_control() => self.push(" "),
                c => self.text.push(c),
            }
        }
    }
}

fn number_text(number: f32) -> String {
    let mut text = String::new();
    push_number(&mut text, number);
    text
}

/// Writes a number with at most two decimals.
fn push_number(text: &mut String, number: f32) {
    #[expect(clippy::cast_possible_truncation, reason = "places in a picture")]
    let hundredths = (f64::from(number) * 100.0).round() as i64;
    let (sign, whole, rest) =
        (if hundredths < 0 { "-" } else { "" }, hundredths.abs() / 100, hundredths.abs() % 100);
    let _ = match rest {
        0 => write!(text, "{sign}{whole}"),
        rest if rest % 10 == 0 => write!(text, "{sign}{whole}.{}", rest / 10),
        rest => write!(text, "{sign}{whole}.{rest:02}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Picture {
        let mut picture = Picture::new("A & B", 10.0, 20.0);
        picture.rect(Ink::Case, [0.0, 0.5, 1.25, 2.0]);
        picture.rect(Ink::Case, [3.0, 0.0, 1.0, 1.0]);
        let name = "<b>\"x\" & y\u{7}</b>";
        picture.label(Label::new([1.0, 2.0], Anchor::End, Ink::Text, name));
        picture
    }

    #[test]
    fn numbers_have_at_most_two_decimals() {
        let text = |number: f32| number_text(number);
        for (number, expected) in
            [(0.0, "0"), (-0.001, "0"), (1.0, "1"), (2.5, "2.5"), (-0.07, "-0.07"), (0.999, "1")]
        {
            assert_eq!(text(number), expected);
        }
    }

    #[test]
    fn rectangles_of_one_colour_are_one_path_and_text_is_escaped() {
        let text = svg(&picture(), SvgColors::Theme(PictureTheme::Light));
        let path = "<path fill=\"#1e90ff\" d=\"M0 0.5h1.25v2h-1.25zM3 0h1v1h-1z\"/>";
        assert!(text.contains(path), "{text}");
        assert!(text.contains(">&lt;b&gt;&quot;x&quot; &amp; y &lt;/b&gt;</text>"), "{text}");
        assert!(text.contains("<title>A &amp; B</title>"), "{text}");
    }

    #[test]
    fn a_picture_in_a_page_takes_its_colours_from_the_page() {
        let text = svg(&picture(), SvgColors::Page);
        assert!(text.contains("class=\"f-case\"") && !text.contains('#'), "{text}");
        let styles = ink_styles(":root", PictureTheme::Dark);
        for ink in Ink::named() {
            assert!(styles.contains(&format!("--{}:{};", name(ink), ink.hex(PictureTheme::Dark))));
        }
    }
}

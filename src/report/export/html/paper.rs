//! Fits tables to paper: which are printed across it, and how small.

use std::fmt::Write as _;

use crate::report::charts::text_width::text_width;

/// Width of A4 paper within its margins, upright and across, in CSS pixels.
const WIDTHS: [f32; 2] = [688.0, 1016.0];

/// Largest and smallest size of the text of tables, in CSS pixels. `page.css` has the largest.
const SIZES: [f32; 2] = [9.0, 6.0];

/// Space between two columns in font sizes, a little more than in `page.css`: widths are estimated.
const SPACE: f32 = 1.4;

/// Length of texts that are not broken, in characters.
const UNBROKEN: usize = 16;

/// The columns of a table on paper.
pub(super) struct PaperTable {
    headings: Vec<String>,
    /// Least widths, in font sizes.
    widths: Vec<f32>,
}

impl PaperTable {
    pub(super) fn new(headings: impl Iterator<Item = String>) -> Self {
        let headings: Vec<String> = headings.collect();
        let mut table = Self { widths: vec![0.0; headings.len()], headings: Vec::new() };
        headings.iter().enumerate().for_each(|(column, heading)| table.widen(column, heading));
        Self { headings, ..table }
    }

    /// Widens a column for a text, which is broken if it is long.
    pub(super) fn widen(&mut self, column: usize, text: &str) {
        let end = text.char_indices().nth(UNBROKEN).map_or(text.len(), |(end, _)| end);
        self.widths[column] = self.widths[column].max(text_width(&text[..end], 1.0) + SPACE);
    }

    /// Returns the style of the table with this id: upright or across the paper, or as a
    /// paragraph per row.
    pub(super) fn style(&self, id: &str) -> String {
        let width: f32 = self.widths.iter().sum();
        let [upright, across] = WIDTHS.map(|paper| paper / width);
        let style = if upright >= SIZES[0] {
            self.widths_style(id)
        } else if across >= SIZES[1] {
            let (size, widths) = (across.min(SIZES[0]), self.widths_style(id));
            format!(
                "@supports(page:across){{.scroll:has(>#{id}),h2:has(+style+.scroll>#{id})\
                 {{page:across}}#{id} :is(caption,th,td){{font-size:{size:.1}px}}{widths}}}"
            )
        } else {
            self.paragraphs_style(id)
        };
        format!("@media print{{{style}}}")
    }

    fn widths_style(&self, id: &str) -> String {
        let widths = (1..).zip(&self.widths);
        let rule = |(column, width): (usize, &f32)| {
            format!("#{id} :is(th,td):nth-child({column}){{min-width:{width:.1}em}}")
        };
        widths.map(rule).collect()
    }

    /// Writes the name of its column before each cell.
    fn paragraphs_style(&self, id: &str) -> String {
        let mut style = format!(
            "#{id} thead,#{id} :is(th,td):empty{{display:none}}\
             #{id},#{id} :is(caption,tbody,tr){{display:block}}\
             #{id} :is(th,td){{display:inline-block;text-align:left}}\
             #{id} :is(th,td)::before{{color:var(--weak)}}"
        );
        for (column, heading) in (1..).zip(&self.headings) {
            let _ = write!(style, "#{id} :is(th,td):nth-child({column})::before{{content:\"");
            // A heading is any text.
            for character in heading.chars() {
                let _ = write!(style, "\\{:x} ", u32::from(character));
            }
            style.push_str("\\a0 \"}");
        }
        style
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(columns: usize, text: &str) -> String {
        let mut table = PaperTable::new((0..columns).map(|_| "a\"}</style>".to_owned()));
        (0..columns).for_each(|column| table.widen(column, text));
        table.style("a")
    }

    #[test]
    fn a_wide_table_is_printed_across_the_paper_and_a_wider_one_as_paragraphs() {
        let narrow = style(4, "0.5");
        assert!(narrow.contains("min-width") && !narrow.contains("across"), "{narrow}");
        let wide = style(15, "0.1234567891");
        assert!(wide.contains("page:across") && wide.contains("min-width"), "{wide}");
        let widest = style(60, "0.1234567891");
        let heading = "content:\"\\61 \\22 \\7d \\3c \\2f ";
        assert!(widest.contains(heading) && !widest.contains("across"), "{widest}");
        let long = style(2, &"long ".repeat(99));
        assert!(!long.contains("across"), "{long}");
    }
}

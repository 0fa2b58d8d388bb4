//! A column of texts in one buffer, without an allocation per cell.

use std::sync::OnceLock;

use crate::text::KnownSeparators;

/// Texts in one buffer, with the end of each. Methods that take an index panic if it is
/// not below [`len`](Self::len).
#[derive(Debug, Clone, Default)]
pub struct TextColumn {
    bytes: String,
    ends: Vec<usize>,
    /// Cleared by a change.
    separators: OnceLock<KnownSeparators>,
}

impl PartialEq for TextColumn {
    fn eq(&self, other: &Self) -> bool {
        (&self.bytes, &self.ends) == (&other.bytes, &other.ends)
    }
}

impl TextColumn {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn push(&mut self, text: &str) {
        self.separators.take();
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    pub fn set(&mut self, index: usize, text: &str) {
        self.separators.take();
        let end = self.ends[index];
        let start = end - self.get(index).len();
        self.bytes.replace_range(start..end, text);
        for place in &mut self.ends[index..] {
            *place = *place - end + start + text.len();
        }
    }

    /// Replaces cells, given by ascending index, in one pass.
    pub fn set_all<'a>(&mut self, cells: impl IntoIterator<Item = (usize, &'a str)>) {
        let mut new = Self::default();
        for (index, text) in cells {
            (new.len()..index).for_each(|before| new.push(self.get(before)));
            new.push(text);
        }
        (new.len()..self.len()).for_each(|after| new.push(self.get(after)));
        *self = new;
    }

    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    /// Returns what the numbers among the texts tell about separators.
    pub fn separators(&self) -> KnownSeparators {
        *self.separators.get_or_init(|| {
            let mut known = KnownSeparators::default();
            self.iter().for_each(|text| known.add_valid(text));
            known
        })
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_stored_and_replaced_unchanged() {
        let mut column = TextColumn::default();
        for text in ["", "one", "", "zwei ü", "三"] {
            column.push(text);
        }
        assert_eq!(column.iter().collect::<Vec<_>>(), ["", "one", "", "zwei ü", "三"]);
        assert_eq!(column.len(), 5);
        column.set(3, "2");
        column.set(0, "zero");
        assert_eq!(column.iter().collect::<Vec<_>>(), ["zero", "one", "", "2", "三"]);
        column.set_all([(1, "eins"), (4, "")]);
        assert_eq!(column.iter().collect::<Vec<_>>(), ["zero", "eins", "", "2", ""]);
    }
}

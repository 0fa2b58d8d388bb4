//! A column of texts in one buffer: no allocation per cell.

/// Texts one after another in one buffer, with the place where each ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextColumn {
    bytes: String,
    ends: Vec<usize>,
}

impl TextColumn {
    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds a text at the end.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    /// Puts another text at `index`.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    pub fn set(&mut self, index: usize, text: &str) {
        let end = self.ends[index];
        let start = end - self.get(index).len();
        self.bytes.replace_range(start..end, text);
        for place in &mut self.ends[index..] {
            *place = *place - end + start + text.len();
        }
    }

    /// The text at `index`.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    #[must_use]
    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    /// All texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_went_in_empty_ones_too() {
        let mut column = TextColumn::default();
        for text in ["", "one", "", "zwei ü", "三"] {
            column.push(text);
        }
        assert_eq!(column.iter().collect::<Vec<_>>(), ["", "one", "", "zwei ü", "三"]);
        assert_eq!(column.len(), 5);
        column.set(3, "2");
        column.set(0, "zero");
        assert_eq!(column.iter().collect::<Vec<_>>(), ["zero", "one", "", "2", "三"]);
    }
}

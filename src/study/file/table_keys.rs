//! The keys beside `cases = "FILE"` that say how to read the table.

use strum::VariantArray as _;
use toml::de::{DeTable, DeValue};

use super::toml_reader::{TomlReader, TomlValue};
use crate::study::import::table_options::{TableChoice, TableOptions};

/// Reads the value of a key into the options.
pub fn read_table_key(
    reader: &mut TomlReader,
    choice: TableChoice,
    value: &TomlValue<'_>,
    options: &mut TableOptions,
) {
    let key = choice.key();
    if choice == TableChoice::NoHeader {
        match value.get_ref() {
            DeValue::Boolean(no_header) => options.no_header = *no_header,
            _ => reader.reject_value(key, value, "expected true or false"),
        }
        return;
    }
    let Some(text) = reader.string(key, value) else { return };
    if let Err(problem) = options.set(choice, text) {
        reader.reject(value.span(), format!("{key}: {problem}"));
    }
}

/// Rejects the keys in a study without `cases = "FILE"`. The decimal sign is for texts of
/// `[[case]]` too.
pub fn reject_misplaced_keys(reader: &mut TomlReader, root: &DeTable<'_>) {
    if root.contains_key("cases") {
        return;
    }
    for choice in TableChoice::VARIANTS {
        let is_of_cases = *choice == TableChoice::Decimal && root.contains_key("case");
        if let Some((key, _)) = root.get_key_value(choice.key()).filter(|_| !is_of_cases) {
            let name = choice.key();
            reader.reject(key.span(), format!("{name}: requires cases = \"FILE\""));
        }
    }
}

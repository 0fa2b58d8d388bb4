//! The format `json`: one line per key and per element of its lists, such as the cases.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

use super::exporter::{Exportable, Exporter, WriteRemark};

/// Everything, for programs.
#[derive(Debug, Clone, Copy)]
pub struct JsonFormat;

impl Exporter for JsonFormat {
    fn name(&self) -> &'static str {
        "json"
    }

    fn description(&self) -> &'static str {
        "all data, for programs"
    }

    fn suffix(&self) -> Option<&'static str> {
        Some(".json")
    }

    fn write(
        &self,
        content: &dyn Exportable,
        to: &mut dyn Write,
    ) -> io::Result<Option<WriteRemark>> {
        content.write_json(to).map(|()| None)
    }
}

/// Serializes a result in the layout of this format.
pub fn serialize(content: &impl Serialize, to: &mut dyn Write) -> io::Result<()> {
    // The serializer writes a few bytes at a time.
    let mut buffer = BufWriter::with_capacity(1 << 16, to);
    let mut json = serde_json::Serializer::with_formatter(&mut buffer, LinePerItem::default());
    content.serialize(&mut json)?;
    writeln!(buffer)?;
    buffer.flush()
}

/// Puts each key of the outermost object, and each element of its lists, on a line.
#[derive(Default)]
struct LinePerItem {
    depth: u32,
    any_element: bool,
}

impl Formatter for LinePerItem {
    fn begin_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.depth += 1;
        to.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.depth -= 1;
        to.write_all(if self.depth == 0 { b"\n}" } else { b"}" })
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        to.write_all(match (self.depth, first) {
            (1, true) => b"\n  ",
            (1, false) => b",\n  ",
            (_, true) => b"",
            (_, false) => b", ",
        })
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(b": ")
    }

    fn begin_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.any_element = false;
        to.write_all(b"[")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.any_element = true;
        to.write_all(match (self.depth, first) {
            (1, true) => b"\n    ",
            (1, false) => b",\n    ",
            (_, true) => b"",
            (_, false) => b", ",
        })
    }

    fn end_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(if self.any_element && self.depth == 1 { b"\n  ]" } else { b"]" })
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        // The element may have held an empty list.
        self.any_element = true;
        Ok(())
    }
}

"""Writes the workbooks of the tests: python3 tests/data/workbooks/make.py

Needs openpyxl, xlwt and LibreOffice (soffice). The files are committed, so tests need
none of them.
"""

import datetime
import os
import shutil
import struct
import subprocess
import tempfile
import zipfile

import openpyxl
import xlwt

FOLDER = os.path.dirname(os.path.abspath(__file__))
DAY = datetime.datetime(2024, 2, 29)
NOON = datetime.datetime(2024, 2, 29, 12, 30)


def path(name):
    return os.path.join(FOLDER, name)


def book(*rows, title="Cases"):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return workbook, sheet


def convert(workbook, name):
    """Saves a workbook by LibreOffice, which also computes its formulas."""
    stem, ending = name.split(".")
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "source", stem + ".xlsx")
        os.mkdir(os.path.dirname(source))
        workbook.save(source)
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile",
             "--convert-to", ending, "--outdir", folder, source],
            check=True, stdout=subprocess.DEVNULL)
        shutil.move(os.path.join(folder, name), path(name))


# Dates, a merged cell, a text that looks like a formula, numbers as text, and a second sheet.
def good():
    workbook, sheet = book(
        ["name", "x", "y", "mesh", "day"],
        ["a", 1, 2.5, "fine", DAY],
        [None, 3, -4, None, None],
        [7, "0.5", 1e-3, 12, NOON],
        ["=1+1", 0.1, 123456789.125, True, datetime.time(6, 30)])
    sheet["A5"].data_type = "s"
    sheet.merge_cells("D2:D3")
    other = workbook.create_sheet("Other")
    for row in [["y", "x", "name"], [2, 1, "second"]]:
        other.append(row)
    return workbook


good().save(path("openpyxl.xlsx"))

# One bad cell of each kind. openpyxl stores no results of formulas.
workbook, sheet = book(
    ["name", "x", "y", "note"],
    ["date", DAY, 1],
    ["error", 1, "#DIV/0!"],
    ["formula", "=1+1", 1],
    ["text", "one", 1],
    ["empty", None, 1],
    ["outside", 1, 1, None, "note"],
    ["further", 1, 1, "#N/A"],
    ["truth", True, 1],
    ["comma", "1,5", 1])
sheet["C3"].data_type = sheet["D8"].data_type = "e"
workbook.save(path("bad.xlsx"))

# A cell in the last row and column.
workbook, sheet = book(["name", "x", "y"], ["a", 1, 2])
sheet["XFD1048576"] = "far"
workbook.save(path("sparse.xlsx"))

book([], [None, "name", "x", "y"], [None, "a", 1, 2])[0].save(path("shifted.xlsx"))
book(["a", 1, 2.5, "fine"], [None, 3, 4])[0].save(path("no_header.xlsx"))
book(["case", "depth"], ["a", 1])[0].save(path("other_columns.xlsx"))
openpyxl.Workbook().save(path("empty.xlsx"))

# Saved by LibreOffice: formulas with results, and one that gives an error.
for ending in ["xlsx", "xls", "ods"]:
    workbook = good()
    workbook["Cases"]["B3"] = "=1+2"
    convert(workbook, "libreoffice." + ending)
    workbook["Cases"]["C2"] = "=1/0"
    workbook["Cases"]["D4"] = "=NA()"
    workbook["Cases"]["B5"] = DAY
    convert(workbook, "libreoffice_bad." + ending)

workbook = xlwt.Workbook()
sheet = workbook.add_sheet("Cases")
rows = [["name", "x", "y", "day"], ["a", 1, 2.5, DAY], ["b", 3, 4, "later"]]
dates = xlwt.easyxf(num_format_str="yyyy-mm-dd")
for row, values in enumerate(rows):
    for column, value in enumerate(values):
        sheet.write(row, column, value, dates if value is DAY else xlwt.Style.default_style)
workbook.save(path("xlwt.xls"))


# A workbook in the binary format, which no free program writes.
def record(number, content=b""):
    kind = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    return kind + bytes([len(content)]) + content


def text(value):
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def cell(kind, column, content, style=0):
    return record(kind, struct.pack("<II", column, style) + content)


def number(column, value, style=0):
    return cell(0x05, column, struct.pack("<d", value), style)


def binary_sheet(rows):
    parts = [record(0x81), record(0x94, struct.pack("<IIII", 0, len(rows), 0, 5)), record(0x91)]
    for index, cells in rows:
        parts += [record(0x00, struct.pack("<I", index) + bytes(13)), *cells]
    return b"".join([*parts, record(0x92), record(0x82)])


CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>
</Types>"""
RELATIONSHIPS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s
</Relationships>"""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def binary_book(name, rows):
    def relation(number, kind, target):
        return RELATIONSHIPS % (
            f'<Relationship Id="rId{number}" Type="{OFFICE}{kind}" Target="{target}"/>')

    header = (0, [cell(0x06, column, text(heading))
                  for column, heading in enumerate(["name", "x", "y", "day"])])
    # Cell format 1 is a date.
    formats = [struct.pack("<HHHHHHI", 0, number_format, 0, 0, 0, 0, 0) for number_format in [0, 14]]
    styles = b"".join([record(0x116), record(0x269, struct.pack("<I", 2)),
                       *[record(0x2F, one) for one in formats], record(0x26A), record(0x117)])
    sheets = record(0x9C, struct.pack("<II", 0, 1) + text("rId1") + text("Cases"))
    workbook = record(0x83) + record(0x8F) + sheets + record(0x90) + record(0x84)
    with zipfile.ZipFile(path(name), "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in [
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", relation(1, "officeDocument", "xl/workbook.bin")),
            ("xl/workbook.bin", workbook),
            ("xl/_rels/workbook.bin.rels", relation(1, "worksheet", "worksheets/sheet1.bin")),
            ("xl/worksheets/sheet1.bin", binary_sheet([header, *rows])),
            ("xl/styles.bin", styles),
        ]:
            archive.writestr(zipfile.ZipInfo(part, (2024, 1, 1, 0, 0, 0)), content)


row = [cell(0x06, 0, text("a")), number(1, 1.0), number(2, 2.5), number(3, 45351.0, 1)]
binary_book("good.xlsb", [(1, row), (2, [number(1, 3.0), number(2, -4.0)])])
# A formula (1/0) that gives an error, an error, a date in x, and a cell in the last row.
divided = struct.pack("<H", 0) + struct.pack("<I", 7) + b"\x1E\x01\x00\x1E\x00\x00\x06"
binary_book("bad.xlsb", [
    (1, [number(1, 1.0), cell(0x0B, 2, b"\x07" + divided + struct.pack("<I", 0))]),
    (2, [number(1, 1.0), number(2, 1.0), cell(0x03, 3, b"\x2A")]),
    (3, [number(1, 45351.0, 1), number(2, 1.0)]),
    (1048575, [number(16383, 1.0)])])

# Files that are no workbooks of this kind.
with zipfile.ZipFile(path("archive.zip"), "w") as archive:
    archive.writestr(zipfile.ZipInfo("cases.csv", (2024, 1, 1, 0, 0, 0)), "name,x,y\n")

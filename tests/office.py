"""Converts a workbook of results with LibreOffice, which has to agree with the CSV report."""

import csv
import math
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = TARGET / "debug" / "caselanes"

CASES = '''name,x,y,mesh,note
"=1+1",1.5,2,0.50,"a,b"
"-x",3,1e-9,fine,"say ""hi"""
ü中,0.1,0,=SUM(A1),
"@cmd",123.456789,-0.001,007,"two
lines"
,2,1e15,1.25, spaces 
'''

# Commas, quotes, UTF-8, cells as they are stored, and the first sheet only.
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,1"


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


# Columns whose cells keep their text, such as 007.
TEXTS = ["name", "mesh", "note", "status"]


def is_same(column, cell, converted):
    """LibreOffice writes 15 digits; a CSV report marks texts that look like formulas."""
    if cell == converted or cell == "'" + converted:
        return True
    if column in TEXTS:
        return False
    try:
        return math.isclose(float(cell), float(converted), rel_tol=1e-14)
    except ValueError:
        return False


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "cases.csv").write_text(CASES, encoding="utf-8")
        subprocess.run(
            [PROGRAM, "run", "--cases", "cases.csv", "--workload", "wait", "--time-scale", "0.001",
             "--quiet", "--output", "run.xlsx", "--output", "run.csv"],
            cwd=folder, check=True, timeout=60,
        )
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile",
             "--convert-to", FILTER, "--outdir", "converted", "run.xlsx"],
            cwd=folder, check=True, timeout=120, stdout=subprocess.DEVNULL,
        )
        expected, found = read(folder / "run.csv"), read(folder / "converted/run-Cases.csv")
        assert [len(row) for row in expected] == [len(row) for row in found] == [21] * 6, found
        for row, converted in zip(expected, found):
            for column, cell, other in zip(expected[0], row, converted):
                assert is_same(column, cell, other), f"{cell!r} became {other!r} in {converted}"
    print("LibreOffice reads the workbook as the CSV")


if __name__ == "__main__":
    main()

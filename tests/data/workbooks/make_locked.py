"""Makes the workbooks with a password: locked.xls and locked.ods by LibreOffice, and
locked.xlsx by msoffcrypto-tool from the .xlsx of LibreOffice, which ignores the password.

Needs the packages libreoffice-calc and python3-uno, and msoffcrypto-tool.
"""

import io
import pathlib
import subprocess
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from msoffcrypto.format.ooxml import OOXMLFile

HERE = pathlib.Path(__file__).parent
PORT = 2099


def connect():
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(90):
        try:
            return resolver.resolve(
                f"uno:socket,host=127.0.0.1,port={PORT};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(1)
    raise SystemExit("LibreOffice does not answer")


def option(name, value):
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


with tempfile.TemporaryDirectory() as folder:
    office = subprocess.Popen([
        "soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile",
        f"--accept=socket,host=127.0.0.1,port={PORT};urp;"])
    context = connect()
    desktop = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", context)
    book = desktop.loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, (option("Hidden", True),))
    sheet = book.Sheets.getByIndex(0)
    for row, cells in enumerate([("name", "x", "y"), ("a", 1, 2), ("b", 3, 4)]):
        for column, value in enumerate(cells):
            cell = sheet.getCellByPosition(column, row)
            if isinstance(value, str):
                cell.String = value
            else:
                cell.Value = value
    for path, kind in [(HERE / "locked.xls", "MS Excel 97"), (HERE / "locked.ods", "calc8"),
                       (pathlib.Path(folder) / "open.xlsx", "Calc MS Excel 2007 XML")]:
        book.storeToURL(f"file://{path.resolve()}",
                        (option("FilterName", kind), option("Password", "secret")))
    book.close(True)
    office.terminate()
    plain = io.BytesIO((pathlib.Path(folder) / "open.xlsx").read_bytes())
    with open(HERE / "locked.xlsx", "wb") as locked:
        OOXMLFile(plain).encrypt("secret", locked)

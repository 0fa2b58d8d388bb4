"""Opens reports in a browser without a network, and checks what its readers see.

Drives headless Chromium over its debugging protocol with Python's standard library only.
With a folder as argument, saves screenshots there; those of the README are
`report_light.png` and `report_dark.png`.
"""

import base64
import collections
import html
import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = TARGET / "debug" / "caselanes"
SCRIPT = "<script>alert(1)</script>"
CRASH_TESTS = [
    "run", "--cases", ROOT / "assets/samples/crash.csv", "--workload", "crash-test",
    "--order", "longest", "--workers", "3",
]

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
]


class Socket:
    """A WebSocket client, as far as the debugging protocol needs one."""

    def __init__(self, url):
        host, path = url.removeprefix("ws://").split("/", 1)
        name, port = host.split(":")
        self.connection = socket.create_connection((name, int(port)), timeout=20)
        key = base64.b64encode(os.urandom(16)).decode()
        self.connection.sendall(
            f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.stream = self.connection.makefile("rb")
        assert b" 101 " in self.stream.readline()
        while self.stream.readline().strip():
            pass

    def send(self, text):
        data = text.encode()
        mask = os.urandom(4)
        length = len(data)
        if length < 126:
            head = struct.pack("!BB", 0x81, 0x80 | length)
        elif length < 1 << 16:
            head = struct.pack("!BBH", 0x81, 0x80 | 126, length)
        else:
            head = struct.pack("!BBQ", 0x81, 0x80 | 127, length)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
        self.connection.sendall(head + mask + masked)

    def receive(self):
        text = b""
        while True:
            first, second = self.stream.read(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", self.stream.read(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self.stream.read(8))
            text += self.stream.read(length)
            if first & 0x80:
                return text.decode()


class Page:
    """A page of the browser; keeps the events that it sends."""

    def __init__(self, port):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/json/new", method="PUT")
        with urllib.request.urlopen(request, timeout=20) as answer:
            self.socket = Socket(json.load(answer)["webSocketDebuggerUrl"])
        self.number = 0
        self.events = []
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")
        offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        self.call("Network.emulateNetworkConditions", **offline)

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.receive())
            if message.get("id") == self.number:
                assert "error" not in message, f"{method}: {message}"
                return message["result"]
            self.events.append(message)

    def open(self, path, theme="light", width=1100, scripts=True):
        """Opens a file and waits until it is loaded."""
        feature = {"name": "prefers-color-scheme", "value": theme}
        self.call("Emulation.setEmulatedMedia", features=[feature])
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.events.clear()
        self.call("Page.navigate", url=path.resolve().as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(self.socket.receive()))

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, f"{expression}: {answer}"
        return answer["result"].get("value")

    def text(self):
        """Returns the text of the page, from outside of it: scripts may be disabled."""
        root = self.call("DOM.getDocument", depth=0)["root"]["nodeId"]
        main = self.call("DOM.querySelector", nodeId=root, selector="main")["nodeId"]
        return self.call("DOM.getOuterHTML", nodeId=main)["outerHTML"]

    def check_quiet(self, path):
        """Checks that the page requested nothing and reported no error."""
        own = path.resolve().as_uri()
        for event in self.events:
            method, parameters = event["method"], event["params"]
            if method == "Network.requestWillBeSent":
                url = parameters["request"]["url"]
                assert url == own or url.startswith("data:"), f"requested {url}"
            assert method not in ["Runtime.exceptionThrown", "Page.javascriptDialogOpening"], event
            assert method != "Runtime.consoleAPICalled", event
            if method == "Log.entryAdded":
                assert parameters["entry"]["level"] not in ["error", "warning"], event

    def screenshot(self, path, height=6000):
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], height)}
        picture = self.call(
            "Page.captureScreenshot", captureBeyondViewport=True, clip={**clip, "scale": 1}
        )
        path.write_bytes(base64.b64decode(picture["data"]))


    def words_on_paper(self, path):
        """Prints the page; returns for each sheet its width and height, and its words with their
        right end."""
        paper = self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(paper["data"]))
        command = ["pdftotext", "-bbox", path, "-"]
        text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
        sheets = []
        for sheet in text.split("<page ")[1:]:
            size = re.match(r'width="([\d.]+)" height="([\d.]+)"', sheet)
            words = re.findall(r'xMax="([\d.]+)" yMax="[\d.]+">(.*?)</word>', sheet)
            words = [(float(right), html.unescape(word)) for right, word in words]
            sheets.append((*map(float, size.groups()), words))
        return sheets


def start_browser(folder):
    """Starts a browser without a network; returns it and the port of its protocol."""
    program = next(filter(None, map(shutil.which, ["chromium", "chromium-browser"])))
    command = [program, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    port_file = folder / "DevToolsActivePort"
    for _ in range(200):
        if port_file.exists() and port_file.read_text().count("\n"):
            return browser, int(port_file.read_text().split()[0])
        assert browser.poll() is None, "the browser ended"
        time.sleep(0.1)
    raise AssertionError("the browser did not start")


def run(folder, *arguments):
    subprocess.run([PROGRAM, *arguments], cwd=folder, check=False, capture_output=True)


def duration(seconds):
    """Formats a duration below two minutes as the report does."""
    if seconds >= 1:
        return f"{seconds:.1f} s" if seconds < 99.95 else f"{seconds:.0f} s"
    milliseconds = seconds * 1000
    return f"{milliseconds:.1f} ms" if milliseconds < 99.95 else f"{milliseconds:.0f} ms"


def check_run(page, folder, pictures):
    rows = [f"{SCRIPT},1,2", "failing,0,1"] + [f"Case {n},{n % 4 + 1},{n}" for n in range(3, 13)]
    (folder / "cases.csv").write_text("name,x,y\n" + "\n".join(rows) + "\n")
    program = "sleep 0.0{x}; echo drag $(( {x} * {x} )); echo lift $(( {x} + {y} )); test {x} != 0"
    run(
        folder, "run", "--cases", "cases.csv", "--workers", "3", "--seed", "7",
        "--value", r"drag=drag (\S+)", "--value", r"lift=lift (\S+)",
        "--output", "run.html", "--output", "run.json", "--", "sh", "-c", program,
    )
    report = json.loads((folder / "run.json").read_text())
    path = folder / "run.html"
    for theme in ["light", "dark"]:
        page.open(path, theme)
        page.check_quiet(path)
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 28)"}[theme], ground
        if pictures:
            page.screenshot(pictures / f"run_{theme}.png")
    check_figures(page, report)
    output = page.evaluate("document.querySelector('pre').textContent")
    assert "drag 0" in output, "the last output of the failed case"
    check_sorting(page, report)
    check_structure(page)
    page.open(path, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "wider than a phone"
    if pictures:
        page.screenshot(pictures / "run_phone.png")
        paper = page.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        (pictures / "run.pdf").write_bytes(base64.b64decode(paper["data"]))
    page.open(path, scripts=False)
    page.check_quiet(path)
    without = page.text()
    for text in ["&lt;script&gt;alert(1)", "failing", "Bars", "Timeline", "How it was run"]:
        assert text in without, text
    assert without.count("<tr>") > len(report["cases"]) and without.count("<svg") >= 4


def check_figures(page, report):
    """Compares the figures on the page with those of the JSON report."""
    totals = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.totals div')]"
        ".map((one) => [one.querySelector('dt').textContent, one.querySelector('b').textContent]))"
    )
    assert totals["total (parallel)"] == duration(report["total_parallel_s"]), totals
    if report["total_series_s"] is None:
        assert totals["total (series)"] == "unknown", totals
    rows = page.evaluate(
        "[...document.querySelectorAll('table')].filter((table) => table.caption.textContent "
        "=== 'Cases').flatMap((table) => [[...table.tHead.rows[0].cells], "
        "...[...table.tBodies[0].rows].map((row) => [...row.cells])])"
        ".map((cells) => cells.map((cell) => cell.textContent.trim()))"
    )
    heads, rows = rows[0], rows[1:]
    assert len(rows) == len(report["cases"])
    for case, row in zip(report["cases"], rows):
        cells = dict(zip(heads, row))
        assert cells["name"] == case["name"] and cells["status"] == case["status"], cells
        assert float(cells["x"]) == case["x"] and float(cells["y"]) == case["y"], cells
        for name, value in case["values"].items():
            assert (float(cells[name]) if cells[name] else None) == value, cells
        unit = next(head for head in heads if head.startswith("time ["))
        scale = {"time [s]": 1, "time [ms]": 1000}[unit]
        assert abs(float(cells[unit]) - case["time_s"] * scale) <= 0.0006, cells


def check_sorting(page, report):
    """Sorts the cases by the keyboard and the pointer."""
    column = (
        "[...document.querySelectorAll('th button')].find((button) => button.textContent === 'y')"
    )
    cells = (
        "[...document.querySelectorAll('table')].find((table) => table.caption.textContent === "
        "'Cases').tBodies[0].rows].map((row) => Number(row.cells[3].textContent))"
    )
    for order in [1, -1]:
        page.evaluate(f"{column}.click()")
        values = page.evaluate("[..." + cells)
        assert values == sorted(values, key=lambda value: order * value), values
        assert len(values) == len(report["cases"])
    assert page.evaluate(f"{column}.closest('th').getAttribute('aria-sort')") == "descending"


def check_structure(page):
    """Checks headings, headers of tables, and descriptions of charts."""
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map((h) => h.tagName)")
    assert levels[0] == "H1" and levels.count("H1") == 1 and len(levels) > 4, levels
    scopes = "[...document.querySelectorAll('th')].every((th) => th.scope)"
    assert page.evaluate(scopes)
    described = "[...document.querySelectorAll('svg')].every((svg) => svg.ariaLabel.length > 20)"
    assert page.evaluate(described)
    assert page.evaluate("document.querySelectorAll('svg').length") >= 4
    clipped = page.evaluate(
        "[...document.querySelectorAll('svg text')].filter((text) => { const a = "
        "text.getBoundingClientRect(), b = text.ownerSVGElement.getBoundingClientRect(); return "
        "a.left < b.left - 1 || a.right > b.right + 1 || a.bottom > b.bottom + 1; })"
        ".map((text) => text.textContent)"
    )
    assert not clipped, f"outside of its chart: {clipped}"


def check_experiments(page, folder, pictures):
    common = ["--clock", "virtual", "--seed", "1"]
    setups = ["--setup", "series", "--setup", "threads:2"]
    for name, charts, arguments in [
        ("sweep", 1, ["sweep", *common, "--workers", "1..5"]),
        ("compare", 1, ["compare", *common, *setups]),
        ("example", 1, ["examples", "demo", *common]),
        ("report", 4, [*CRASH_TESTS, *common]),
    ]:
        path = folder / f"{name}.html"
        height = 1000 if name == "report" else 6000
        run(folder, *arguments, "--output", path.name)
        for theme in ["light", "dark"]:
            page.open(path, theme, width=1000)
            page.check_quiet(path)
            assert page.evaluate("document.querySelectorAll('svg').length") == charts, name
            if pictures:
                page.screenshot(pictures / f"{name}_{theme}.png", height)


def check_paper(page, folder, pictures):
    """Checks that all cells of wide and long tables are printed within the paper, and that each
    sheet names the columns."""
    for name, columns, long_name in [
        ("narrow", 2, "Case"), ("named", 2, "long-name-" * 30), ("worded", 2, "a word " * 45),
        ("wide", 14, "Case"), ("wide_named", 14, "long-name-" * 30), ("widest", 60, "Case"),
    ]:
        headings = ["x", "y"] + [f"param_{n}" for n in range(1, columns - 1)]
        rows = [
            [f"{long_name} {row}", "1.5"] + [f"{(row + 3) / (n + 7):.10f}" for n in range(1, columns)]
            for row in range(90)
        ]
        table = [["name", *headings], *rows]
        (folder / f"{name}.csv").write_text("\n".join(map(",".join, table)) + "\n")
        path = folder / f"{name}_paper.html"
        run(
            folder, "run", "--cases", f"{name}.csv", "--workload", "wait", "--clock", "virtual",
            "--workers", "4", "--seed", "1", "--output", path.name,
        )
        page.open(path)
        cells = page.evaluate(
            "[...document.querySelectorAll('table :is(th,td)')].map((cell) => cell.textContent)"
        )
        sheets = page.words_on_paper((pictures or folder) / f"{name}.pdf")
        printed = collections.Counter()
        for width, _, words in sheets:
            assert all(right <= width for right, _ in words), f"{name}: beyond the paper"
            printed.update("".join(word for _, word in words))
        missing = collections.Counter("".join("".join(cells).split())) - printed
        assert not missing, f"{name}: not on paper: {missing}"
        if columns < 60:
            texts = [[word for _, word in words] for _, _, words in sheets]
            with_cases = [words for words in texts if words.count("done") > 1]
            assert len(with_cases) > 1, f"{name}: {len(with_cases)} sheets"
            for heading in ["name", *headings, "status", "lane"]:
                assert all(heading in words for words in with_cases), f"{name}: {heading}"


def check_many(page, folder, pictures):
    rows = "\n".join(f"Case {n},{n % 5 + 1},1" for n in range(10_000))
    (folder / "many.csv").write_text("name,x,y\n" + rows + "\n")
    path = folder / "many.html"
    run(
        folder, "run", "--cases", "many.csv", "--workload", "wait", "--clock", "virtual",
        "--workers", "8", "--seed", "1", "--output", path.name,
    )
    page.open(path)
    page.check_quiet(path)
    count = "[...document.querySelectorAll('table')].at(-1).tBodies[0].rows.length"
    assert page.evaluate(count) == 10_000
    if pictures:
        page.screenshot(pictures / "many.png")


def main():
    pictures = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    # Children of the killed browser may still write into its profile.
    profile_folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with tempfile.TemporaryDirectory() as folder, profile_folder as profile:
        browser, port = start_browser(pathlib.Path(profile))
        try:
            page = Page(port)
            for check in [check_run, check_experiments, check_paper, check_many]:
                start = time.monotonic()
                check(page, pathlib.Path(folder), pictures)
                print(f"{check.__name__}: {time.monotonic() - start:.1f} s")
        finally:
            browser.kill()
            browser.wait()


if __name__ == "__main__":
    main()

"""The real binary on a real desktop: a display, a window manager, a file
manager, a mouse, a keyboard, and a screen reader's view of the window.

Run by tests/run.sh inside a D-Bus session of its own. Pictures are kept in
target/desktop/. Prints the usual closing line; exits with 1 if a test failed.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "caselanes"
PICTURES = ROOT / "target" / "desktop"
PATIENCE_S = 60


def until(what, holds):
    """Waits until `holds` returns something true, and returns that."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"waited in vain: {what}")


def nodes(node, depth=0):
    """All nodes of the accessible tree below this one."""
    yield node
    if depth > 30:
        return
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield from nodes(child, depth + 1)


def is_ours(application):
    try:
        return "caselanes" in (application.get_name() or "").lower()
    except gi.repository.GLib.GError:
        return False  # it has just ended


def window_nodes():
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(index)
        if application is not None and is_ours(application):
            yield from nodes(application)


def named(text):
    """The first node of the window whose name holds the text."""
    try:
        for node in window_nodes():
            if text in (node.get_name() or ""):
                return node
    except gi.repository.GLib.GError:
        pass  # the window changed meanwhile
    return None


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def windows():
    found = subprocess.run(
        ["xdotool", "search", "--name", "^CaseLanes$"], capture_output=True, text=True
    )
    return found.stdout.split()


def picture(name):
    run("import", "-window", "root", str(PICTURES / f"{name}.png"))


def middle(node):
    box = node.get_extents(Atspi.CoordType.SCREEN)
    return str(box.x + box.width // 2), str(box.y + box.height // 2)


def click(text):
    """Clicks what is named so, once it rests: a new window is still placed."""
    places = []

    def rests():
        node = named(text)
        try:
            places.append(middle(node) if node else None)
        except gi.repository.GLib.GError:
            places.append(None)  # it has gone meanwhile
        return places[-1] and places[-3:] == [places[-1]] * 3

    until(f"{text!r} rests", rests)
    run("xdotool", "mousemove", *places[-1], "click", "1")


def ask_to_close():
    """As the close button of the window manager does."""
    for window in windows():
        run("xdotool", "windowactivate", "--sync", window, "key", "alt+F4")


class Desktop:
    """A display with a window manager, and a home of its own."""

    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="caselanes-desktop-"))
        self.processes = []
        read, write = os.pipe()
        self.start(
            "Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp",
            pass_fds=[write],
        )
        os.close(write)
        display = os.read(read, 16).decode().strip()
        os.environ.update(
            DISPLAY=f":{display}",
            HOME=str(self.home),
            XDG_DATA_HOME=str(self.home / "data"),
            XDG_CONFIG_HOME=str(self.home / "config"),
            XDG_RUNTIME_DIR=str(self.home),
            PATH=f"{self.home}/bin:{os.environ['PATH']}",
        )
        self.start("openbox")
        self.start(
            "/usr/libexec/at-spi-bus-launcher", "--launch-immediately", "--a11y=1",
            "--screen-reader=1",
        )
        time.sleep(1)

    def start(self, *command, **options):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, **{**quiet, **options})
        self.processes.append(process)
        return process

    def close_windows(self):
        for window in windows():
            subprocess.run(["xdotool", "windowclose", window], check=False)
        until("all windows are closed", lambda: not windows())
        # A program that has just ended may still be in the accessible tree.
        until("no program is left", lambda: not any(True for _ in window_nodes()))

    def end(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


def types_a_case_and_runs_it(desktop):
    """Started by its name; a case is added and typed; the totals are told."""
    started = time.monotonic()
    desktop.start(str(BINARY))
    until("a window", windows)
    print(f"a window after {time.monotonic() - started:.2f} s", flush=True)
    time.sleep(1)
    click("Add case")
    until("a fourth row", lambda: named("name 4"))
    # Slowly: what is not on the keyboard is put on it first.
    run("xdotool", "type", "--delay", "150", "Größe 4")
    run("xdotool", "key", "Tab")
    run("xdotool", "type", "--delay", "5", "2.5")
    until("what was typed", lambda: cell_holds("name 4", "Größe 4") and cell_holds("x 4", "2.5"))
    picture("typed")
    click("Run 4 cases")
    until("the run", lambda: named("Running 4 cases"))
    picture("running")
    until("the answer", lambda: named("4 cases in"))
    until("the totals", lambda: named("total (parallel)"))
    assert "total (series)" in named("total (parallel)").get_name()
    picture("done")
    run("xdotool", "key", "ctrl+shift+c")
    until("the results are copied", lambda: named("to the clipboard"))
    copied = run("xclip", "-selection", "clipboard", "-o")
    assert copied.startswith("name\tx\ty\tvalue") and "Größe 4\t2.5" in copied, copied


def runs_an_example_from_the_menu(desktop):
    """Two clicks: a time scale, and an example with its claims; a window that
    shows them is idle again."""
    process = desktop.start(str(BINARY))
    until("the window", lambda: named("name 1"))
    click("Examples")
    click("×0.01")
    picture("examples")
    click("Crash tests")
    until("its claims", lambda: named("claims held"))
    until("its bars", lambda: named("Grouped bars of crash-test, 6 cases"))
    assert cell_holds("name 1", "Case 1"), "the user's cases are left alone"
    picture("example")
    click("Show the run all at once")
    until("that run", lambda: named("(Crash tests: all at once)"))
    idle(process)


def idles_without_using_the_cpu(desktop):
    """A window that nobody touches takes no time."""
    process = desktop.start(str(BINARY))
    until("a window", windows)
    idle(process)


def idle(process):
    """Nobody touches the window: it takes no time."""
    time.sleep(4)

    def ticks():
        text = pathlib.Path(f"/proc/{process.pid}/stat").read_text()
        fields = text.rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = ticks()
    time.sleep(5)
    used = ticks() - before
    assert used <= 2, f"{used} ticks of CPU in 5 s"


def quit_windows():
    ask_to_close()
    until("the window closes by itself", lambda: not windows())


def returns_where_it_was(desktop):
    """The study of the last time is there again; broken settings do no harm."""
    study = desktop.home / "last.caselanes"
    study.write_text('version = 1\n[[case]]\nname = "from last time"\nx = 1\ny = 1\n')
    desktop.start(str(BINARY), str(study))
    until("the study", lambda: cell_holds("name 1", "from last time"))
    quit_windows()
    desktop.start(str(BINARY))
    until("the study of the last time", lambda: cell_holds("name 1", "from last time"))
    quit_windows()
    settings = desktop.home / "data/caselanes/app.ron"
    settings.write_text("{ broken")
    desktop.start(str(BINARY))
    until("the demo", lambda: cell_holds("name 1", "Case 1"))
    until("a word on it", lambda: named("Cannot read the settings"))
    assert settings.with_name("app.ron.unreadable").read_text() == "{ broken"


def browses_with_the_dialog_of_the_system(desktop):
    """Open, Browse: the path that the system's dialog gives is opened."""
    chosen = desktop.home / "chosen.caselanes"
    chosen.write_text('version = 1\n[[case]]\nname = "chosen"\nx = 1\ny = 1\n')
    dialog = desktop.home / "bin/zenity"
    dialog.parent.mkdir(exist_ok=True)
    dialog.write_text(f"#!/bin/sh\necho {chosen}\n")
    dialog.chmod(0o755)
    desktop.start(str(BINARY))
    until("the window", lambda: named("name 1"))
    time.sleep(1)
    run("xdotool", "key", "ctrl+o")
    click("Browse")
    until("the path", lambda: cell_holds("Path", str(chosen)))
    picture("open")
    run("xdotool", "key", "Return")
    until("the study", lambda: cell_holds("name 1", "chosen"))


def asks_before_a_run_is_lost(desktop):
    """Closing while cases are in work asks first."""
    study = desktop.home / "long.caselanes"
    study.write_text(
        'version = 1\n[workload]\nname = "wait"\n[[case]]\nname = "long"\nx = 600\ny = 1\n'
    )
    desktop.start(str(BINARY), str(study))
    click("Run 1 case")
    until("the run", lambda: named("Running 1 case"))
    ask_to_close()
    until("the question", lambda: named("A run is in progress"))
    assert windows()
    picture("asked")
    click("Stop run and close")
    until("the window is closed", lambda: not windows())


def goes_on_after_being_killed(desktop):
    """Killed in the middle of a run of programs, it offers to go on with the rest."""
    folder = desktop.home / "programs"
    folder.mkdir()
    script = "echo $0 >> ran; if [ $0 -gt 3 ]; then while [ ! -e go ]; do sleep 0.05; done; fi; echo $0"
    text = (
        'version = 1\n[workload]\nname = "command"\n'
        f'command = ["sh", "-c", "{script}", "{{x}}"]\nwork-folder = "."\n[plan]\nworkers = 2\n'
    )
    for case in range(1, 7):
        text += f'[[case]]\nname = "case {case}"\nx = {case}\ny = 1\n'
    study = folder / "programs.caselanes"
    study.write_text(text)
    process = desktop.start(str(BINARY), str(study))
    click("Run 6 cases")
    until("three cases are done", lambda: named("3 of 6 done"))
    until("two are in work", lambda: len((folder / "ran").read_text().split()) == 5)
    process.kill()
    process.wait()
    until("no program is left", lambda: subprocess.run(["pgrep", "-f", "echo .0 >> ran"]).returncode)
    until("the window is gone", lambda: not windows())
    (folder / "go").touch()
    desktop.start(str(BINARY))
    until("the offer", lambda: named("A run of 6 cases was interrupted: 3 done, 3 left."))
    assert len((folder / "ran").read_text().split()) == 5, "it went on by itself"
    picture("unfinished")
    click("Resume run")
    until("all are done", lambda: named("6 of 6 done"))
    ran = sorted((folder / "ran").read_text().split())
    assert ran == ["1", "2", "3", "4", "4", "5", "5", "6"], ran
    results = list((desktop.home / "data/caselanes/program-runs").glob("*/results.csv"))
    assert len(results) == 1, results
    until("all results", lambda: results[0].read_text().count(",done,") == 6)
    picture("went_on")


def opens_by_double_click(desktop):
    """Installed, its entry and a study on the desktop open by double clicks."""
    run("sh", str(ROOT / "assets/install.sh"), "--prefix", str(desktop.home / "data/.."),
        "--binary", str(BINARY))
    # What install.sh puts below PREFIX/share is where the desktop looks.
    os.environ["XDG_DATA_DIRS"] = f"{desktop.home}/share:/usr/local/share:/usr/share"
    config = desktop.home / "config/libfm"
    config.mkdir(parents=True)
    (config / "libfm.conf").write_text("[config]\nquick_exec=1\nsingle_click=0\n")
    surface = desktop.home / "Desktop"
    surface.mkdir()
    shutil.copy(desktop.home / "share/applications/caselanes.desktop", surface)
    (surface / "mine.caselanes").write_text(
        'version = 1\n[workload]\nname = "wait"\n[[case]]\nname = "from a file"\nx = 0.1\ny = 1\n'
    )
    desktop.start("pcmanfm", "--desktop")
    time.sleep(3)
    picture("desktop")
    for at, expected in ((0, "Case 1"), (1, "from a file")):
        x, y = 50, 50 + 100 * at
        run("xdotool", "mousemove", str(x), str(y), "click", "--repeat", "2", "--delay", "120", "1")
        until(f"a window by double click on icon {at}", windows)
        until(f"the case {expected}", lambda expected=expected: cell_holds("name 1", expected))
        picture(f"double_click_{at}")
        desktop.close_windows()
        time.sleep(1)


def cell_holds(cell, text):
    node = named(cell)
    if node is None:
        return False
    try:
        return Atspi.Text.get_text(node, 0, -1) == text
    except gi.repository.GLib.GError:
        return False


def says_what_to_do_without_a_display(desktop):
    """Without a display there is a sentence and not a crash."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    ended = subprocess.run(
        [str(BINARY)], env=environment, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert ended.returncode == 1, ended
    for said in ("caselanes run", "libx11-6"):
        assert said in ended.stderr, ended.stderr


def main():
    PICTURES.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    # One for all: who looks at the accessible tree keeps to the first bus.
    desktop = Desktop()
    for test in (
        types_a_case_and_runs_it,
        runs_an_example_from_the_menu,
        idles_without_using_the_cpu,
        returns_where_it_was,
        browses_with_the_dialog_of_the_system,
        asks_before_a_run_is_lost,
        goes_on_after_being_killed,
        opens_by_double_click,
        says_what_to_do_without_a_display,
    ):
        environment = dict(os.environ)
        try:
            test(desktop)
            passed += 1
            print(f"ok      {test.__name__}", flush=True)
        except Exception:
            failed += 1
            traceback.print_exc()
            print(f"FAILED  {test.__name__}", flush=True)
            subprocess.run(["import", "-window", "root", str(PICTURES / "failed.png")], check=False)
        finally:
            desktop.close_windows()
            os.environ.clear()
            os.environ.update(environment)
            shutil.rmtree(desktop.home / "data", ignore_errors=True)
    desktop.end()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

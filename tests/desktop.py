"""Tests the binary on a desktop: a display, a window manager, a file manager, a
mouse, a keyboard, and the accessibility tree of the window.

tests/run.sh runs it in a separate D-Bus session. Pictures go to target/desktop/.
Arguments are names of tests; without any, all run.
Prints a summary line and exits with 1 if a test failed.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import traceback

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "caselanes"
PICTURES = ROOT / "target" / "desktop"
TIMEOUT_S = 60


def until(what, condition):
    """Waits until `condition` returns a true value, and returns the value."""
    end = time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"timed out waiting for {what}")


def nodes(node, depth=0):
    """Yields a node of the accessibility tree and all nodes below it."""
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
        return False  # the application has just ended


def window_nodes():
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(index)
        if application is not None and is_ours(application):
            yield from nodes(application)


def named(text):
    """Finds the first node of the window whose name contains the text."""
    try:
        for node in window_nodes():
            if text in (node.get_name() or ""):
                return node
    except gi.repository.GLib.GError:
        pass  # the window has changed since
    return None


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def windows():
    found = subprocess.run(
        ["xdotool", "search", "--name", "CaseLanes$"], capture_output=True, text=True
    )
    return found.stdout.split()


def picture(name):
    run("import", "-window", "root", str(PICTURES / f"{name}.png"))


def middle(node):
    box = node.get_extents(Atspi.CoordType.SCREEN)
    return str(box.x + box.width // 2), str(box.y + box.height // 2)


def click(text):
    """Clicks a node by its name once it stops moving: a new window is still placed."""
    places = []

    def is_at_rest():
        node = named(text)
        try:
            places.append(middle(node) if node else None)
        except gi.repository.GLib.GError:
            places.append(None)  # the node has gone since
        return places[-1] and places[-3:] == [places[-1]] * 3

    until(f"{text!r} at rest", is_at_rest)
    run("xdotool", "mousemove", *places[-1], "click", "1")


def key(*keys):
    run("xdotool", "key", *keys)


def type_text(text):
    run("xdotool", "type", "--delay", "30", text)


def has_focus(text):
    """Returns whether the name of the node with the focus contains the text."""
    try:
        nodes = (node for node in window_nodes() if text in (node.get_name() or ""))
        return any(node.get_state_set().contains(Atspi.StateType.FOCUSED) for node in nodes)
    except gi.repository.GLib.GError:
        return False  # the window has changed since


def walk_to(name):
    """Moves the keyboard with Tab until it is at a node."""

    def is_there():
        if has_focus(name):
            return True
        key("Tab")
        return False

    until(f"the keyboard at {name!r}", is_there)


def ask_to_close():
    """Closes the windows as the window manager's close button does."""
    for window in windows():
        run("xdotool", "windowactivate", "--sync", window, "key", "alt+F4")


class Desktop:
    """A display with a window manager and a separate home folder."""

    def __init__(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="caselanes-desktop-"))
        self.processes = []
        read, write = os.pipe()
        self.start(
            "Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp",
            # Without it, the display resets when its last client leaves, even the
            # window manager that has just connected.
            "-noreset", pass_fds=[write],
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
        self.start_window_manager()
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

    def start_window_manager(self):
        """Starts the window manager again if it has ended, until it answers."""

        def answers():
            if not openbox or openbox[-1].poll() is not None:
                openbox.append(self.start("openbox", stderr=None))
            return subprocess.run(["xdotool", "get_num_desktops"], capture_output=True).returncode == 0

        openbox = []
        until("a window manager", answers)

    def close_windows(self):
        for window in windows():
            subprocess.run(["xdotool", "windowclose", window], check=False)
        until("all windows are closed", lambda: not windows())
        # A program that has just ended may still be in the accessibility tree.
        until("no program is left", lambda: not any(True for _ in window_nodes()))

    def end(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


def types_a_case_and_runs_it(desktop):
    """Adds and types a case; its run shows the totals."""
    started = time.monotonic()
    desktop.start(str(BINARY))
    until("a window", windows)
    print(f"a window after {time.monotonic() - started:.2f} s", flush=True)
    time.sleep(1)
    click("Add case")
    until("a fourth row", lambda: named("name 4"))
    # Slow, because missing characters are first added to the keyboard.
    run("xdotool", "type", "--delay", "150", "Größe 4")
    run("xdotool", "key", "Tab")
    run("xdotool", "type", "--delay", "5", "2.5")
    until("the typed text", lambda: cell_holds("name 4", "Größe 4") and cell_holds("x 4", "2.5"))
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
    """Runs an example with two clicks; the window is idle once it shows the claims."""
    process = desktop.start(str(BINARY))
    until("the window", lambda: named("name 1"))
    click("Examples")
    click("×0.01")
    picture("examples")
    click("Crash tests")
    until("its claims", lambda: named("claims confirmed"))
    until("its bars", lambda: named("Grouped bars of crash-test, 6 cases"))
    assert cell_holds("name 1", "Case 1"), "the user's cases stay unchanged"
    picture("example")
    click("Show the run all at once")
    until("that run", lambda: named("(Crash tests: all at once)"))
    idle(process)


def idles_without_using_the_cpu(desktop):
    """An untouched window uses no CPU time."""
    process = desktop.start(str(BINARY))
    until("a window", windows)
    idle(process)


def idle(process):
    """Checks that the untouched window uses no CPU time."""
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


def reopens_the_last_study(desktop):
    """The last study is opened again; broken settings are set aside."""
    study = desktop.home / "last.caselanes"
    study.write_text('version = 1\n[[case]]\nname = "from last time"\nx = 1\ny = 1\n')
    desktop.start(str(BINARY), str(study))
    until("the study", lambda: cell_holds("name 1", "from last time"))
    quit_windows()
    desktop.start(str(BINARY))
    until("the last study", lambda: cell_holds("name 1", "from last time"))
    quit_windows()
    settings = desktop.home / "data/caselanes/settings.json"
    settings.write_text("{ broken")
    desktop.start(str(BINARY))
    until("the demo", lambda: cell_holds("name 1", "Case 1"))
    until("a message", lambda: named("Cannot read the settings"))
    assert settings.with_name("settings.unreadable.json").read_text() == "{ broken"


def guides_a_new_user_and_brings_a_lost_window_back(desktop):
    """The first start has a tour. The second has none, and a window from a screen that is gone."""
    desktop.start(str(BINARY))
    until("the tour", lambda: named("Skip the tour"))
    click("Next")
    until("its second stop", lambda: named("The workload is what happens"))
    key("Escape")
    until("its end", lambda: not named("Skip the tour"))
    assert named("Run the demo"), "the ways to start stay"
    picture("first-start")
    quit_windows()
    settings = desktop.home / "data/caselanes/app.ron"
    place = re.compile(r"outer_position_pixels:Some\(\(x:[-.\d]+,y:[-.\d]+\)\)")
    lost = "outer_position_pixels:Some((x:5000.0,y:3000.0))"
    text, places = place.subn(lost, settings.read_text())
    assert places == 1, "the place of the window is stored"
    settings.write_text(text)
    desktop.start(str(BINARY))
    until("the window", lambda: named("name 1"))

    def is_on_the_screen():
        found = run("xdotool", "getwindowgeometry", "--shell", windows()[0])
        place = dict(line.split("=") for line in found.splitlines())
        return 0 <= int(place["X"]) < 1200 and 0 <= int(place["Y"]) < 800

    until("the window on the screen", is_on_the_screen)
    assert not named("Run the demo") and not named("Skip the tour")


def browses_with_the_system_dialog(desktop):
    """Browse opens the path chosen in the system's file dialog."""
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


def asks_before_closing_during_a_run(desktop):
    """Closing during a run asks first."""
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


def saves_and_restores_by_keyboard(desktop):
    """An opened table is saved as a study; unsaved changes survive a kill and a quit."""

    def types_name(name):
        key("ctrl+shift+n")
        time.sleep(1)
        run("xdotool", "type", "--delay", "50", name)

    table = desktop.home / "wings.csv"
    table.write_text("name,x,y\nwing,1,2\n")
    study = table.with_suffix(".caselanes")
    process = desktop.start(str(BINARY))
    until("the window", lambda: named("name 1"))
    time.sleep(1)
    key("ctrl+o")
    time.sleep(1)
    run("xdotool", "type", str(table))
    key("Return")
    # The preview; its button has the focus.
    until("the preview", lambda: named("No header"))
    time.sleep(1)
    key("Return")
    until("the table", lambda: cell_holds("name 1", "wing"))
    types_name("second")
    until("the edit", lambda: cell_holds("name 2", "second"))
    key("ctrl+s")
    until("the proposal", lambda: cell_holds("Path", str(study)))
    key("Return")
    until("the study", lambda: study.exists() and "second" in study.read_text())
    assert table.read_text() == "name,x,y\nwing,1,2\n"
    types_name("third")
    session = desktop.home / "data/caselanes/sessions/0.json"
    until("the session", lambda: "third" in session.read_text())
    process.kill()
    process.wait()
    until("the window is gone", lambda: not windows())
    desktop.start(str(BINARY))
    until("the changes", lambda: cell_holds("name 3", "third"))
    assert "third" not in study.read_text()
    time.sleep(1)
    key("ctrl+q")
    until("the question", lambda: named("Save changes to wings.caselanes?"))
    picture("save_changes")
    key("Escape")
    until("the window stays", lambda: not named("Save changes") and windows())
    key("ctrl+s")
    until("the study", lambda: "third" in study.read_text())
    key("ctrl+q")
    until("the window is closed", lambda: not windows())


def reloads_and_keeps_by_keyboard(desktop):
    """A study changed by another program is reloaded or kept; the watch uses no CPU."""

    text = 'version = 1\n[[case]]\nname = "NAME"\nx = 1\ny = 1\n'
    study = desktop.home / "shared.caselanes"
    study.write_text(text.replace("NAME", "mine"))
    process = desktop.start(str(BINARY), str(study))
    until("the study", lambda: cell_holds("name 1", "mine"))
    idle(process)
    for name, answer, shown in (("theirs", "Reload", "theirs"), ("others", "Keep mine", "theirs")):
        study.write_text(text.replace("NAME", name))
        until("the offer", lambda: named("shared.caselanes was changed by another program"))
        picture(f"changed_{name}")
        walk_to(answer)
        key("Return")
        until("the answer", lambda: not named("was changed by another program"))
        until("the cases", lambda shown=shown: cell_holds("name 1", shown))
    key("ctrl+s")
    until("the study", lambda: "theirs" in study.read_text())
    study.write_text(text.replace("NAME", "again"))
    key("ctrl+s")
    until("the question", lambda: named("Replace shared.caselanes?"))
    picture("overwrite")
    key("Return")
    until("it is cancelled", lambda: not named("Replace shared.caselanes?"))
    assert "again" in study.read_text()


def works_without_a_mouse(desktop):
    """A study is made, run, read, saved and closed by keyboard alone."""
    desktop.start(str(BINARY))
    until("the window", lambda: named("name 1"))
    run("xdotool", "mousemove", "1399", "899")
    time.sleep(1)
    key("ctrl+n")
    key("ctrl+shift+a", "Delete")
    until("no case", lambda: not named("name 1"))
    walk_to("Strategy")
    key("Return")
    time.sleep(1)
    type_text("s")
    until("the entry with this letter", lambda: has_focus("shares: "))
    key("Home")
    until("the first entry", lambda: has_focus("series: "))
    key("Return")
    until("the box", lambda: has_focus("Strategy"))
    walk_to("Add case")
    key("Return")
    cells = [("wing", "0.25", "1"), ("tail", "0.5", "2")]
    for row, cell in enumerate(cells, 1):
        until(f"row {row}", lambda row=row: has_focus(f"name {row}"))
        for at, text in enumerate(cell):
            type_text(text)
            key("Return" if (row, at) == (1, 2) else "Tab")
    until("the cells", lambda: cell_holds("name 2", "tail") and cell_holds("y 2", "2"))
    picture("without_a_mouse_typed")
    walk_to("Run 2 cases")
    key("Return")
    until("the answer", lambda: named("2 cases in"))
    key("ctrl+5")
    # The rows are one stop, at the case that was typed last.
    walk_to("result 2")
    key("Up")
    until("the result before", lambda: has_focus("result 1"))
    until("its value", lambda: named("4.25"))
    picture("without_a_mouse_read")
    study = desktop.home / "by keyboard.caselanes"
    key("ctrl+s")
    until("the path", lambda: has_focus("Path"))
    time.sleep(0.5)
    type_text(str(study))
    key("Return")
    until("the file", study.exists)
    key("ctrl+q")
    until("the window is closed", lambda: not windows())
    saved = tomllib.loads(study.read_text())
    cases = [{"name": name, "x": float(x), "y": float(y)} for name, x, y in cells]
    assert saved["case"] == cases, saved
    assert saved["version"] == 1 and saved["workload"] == {"name": "demo"}, saved
    assert saved["plan"]["strategy"] == "series", saved


def resumes_after_being_killed(desktop):
    """Killed during a run of programs, the window offers to resume it."""
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
    until("two are running", lambda: len((folder / "ran").read_text().split()) == 5)
    process.kill()
    process.wait()
    until("no program is left", lambda: subprocess.run(["pgrep", "-f", "echo .0 >> ran"]).returncode)
    until("the window is gone", lambda: not windows())
    (folder / "go").touch()
    desktop.start(str(BINARY))
    until("the offer", lambda: named("A run of 6 cases was interrupted: 3 done, 3 left."))
    assert len((folder / "ran").read_text().split()) == 5, "the run was resumed without a click"
    picture("unfinished")
    click("Resume run")
    until("all are done", lambda: named("6 of 6 done"))
    ran = sorted((folder / "ran").read_text().split())
    assert ran == ["1", "2", "3", "4", "4", "5", "5", "6"], ran
    results = list((desktop.home / "data/caselanes/program-runs").glob("*/results.csv"))
    assert len(results) == 1, results
    until("all results", lambda: results[0].read_text().count(",done,") == 6)
    picture("resumed")


def opens_by_double_click(desktop):
    """Opens the installed entry and a study on the desktop by double clicks."""
    run("sh", str(ROOT / "assets/install.sh"), "--prefix", str(desktop.home / "data/.."),
        "--binary", str(BINARY))
    # The desktop searches PREFIX/share, where install.sh puts its files.
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


def names_the_command_line_without_a_display(desktop):
    """Without a display, prints a message instead of a crash."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    ended = subprocess.run(
        [str(BINARY)], env=environment, capture_output=True, text=True, timeout=TIMEOUT_S
    )
    assert ended.returncode == 2, ended
    for text in ("caselanes run", "libx11-6"):
        assert text in ended.stderr, ended.stderr


def main():
    PICTURES.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    # All tests share one desktop: the accessibility library stays on the first bus.
    desktop = Desktop()
    names = sys.argv[1:]
    tests = (
        types_a_case_and_runs_it,
        runs_an_example_from_the_menu,
        idles_without_using_the_cpu,
        guides_a_new_user_and_brings_a_lost_window_back,
        reopens_the_last_study,
        browses_with_the_system_dialog,
        asks_before_closing_during_a_run,
        saves_and_restores_by_keyboard,
        reloads_and_keeps_by_keyboard,
        works_without_a_mouse,
        resumes_after_being_killed,
        opens_by_double_click,
        names_the_command_line_without_a_display,
    )
    for test in (test for test in tests if not names or test.__name__ in names):
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

"""A copy of the code on which a recipe of `appliance/README.md` is tried, and Python run in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
WORDS = "appliance/settings/words"


class Copy:
    """The package and its tests in a folder of their own. Nothing else than a recipe changes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("appliance", "tests", "hardware/safety"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        for name in ("pyproject.toml", "README.md", "hardware/parts.md"):
            shutil.copy(ROOT / name, folder / name)

    def write(self, path: str, text: str) -> None:
        """A new file of the recipe."""
        new = self.folder / path
        assert not new.exists(), f"{path} is there already"
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(dedent(text).lstrip("\n"), "utf-8")

    def add(self, path: str, text: str, *, after: str = "") -> None:
        """New lines of the recipe, after the one place with this text, or at the file's end."""
        changed = self.folder / path
        old = changed.read_text("utf-8")
        place = after or old
        assert old.count(place) == 1, f"{path} has {old.count(place)} times: {after}"
        changed.write_text(old.replace(place, place + text), "utf-8")

    def add_words(self, text: str, *, after: str = "") -> None:
        """The same new words in every language."""
        for language in sorted((self.folder / WORDS).glob("*.toml")):
            self.add(f"{WORDS}/{language.name}", text, after=after)

    def attempt(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run Python on the copy."""
        inherited = {name: text for name, text in os.environ.items() if "PYTEST" not in name}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**inherited, "PYTHONPATH": str(self.folder), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, *arguments: str, **environment: str) -> str:
        """Run Python on the copy; what it printed. Fails where it fails."""
        done = self.attempt(*arguments, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run_code(self, code: str) -> str:
        return self.run("-c", dedent(code))

    def passes(self, *arguments: str) -> str:
        """Run tests of the copy, new pictures and pages accepted; which of them passed."""
        tests = ("-m", "pytest", "-n", "0", "-rA", "-p", "no:cacheprovider", *arguments)
        return self.run(*tests, RECORD_SCREENS="1", RECORD_PAGES="1")

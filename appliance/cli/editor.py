"""Edits a file of the settings in the editor of `$VISUAL` or `$EDITOR`: a copy, judged whole.

A text that is wrong is offered again with each error as a comment at its line. The file itself
changes in one step, once the text is good; a text that was given up is kept as a draft.
"""

import re
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from appliance.errors import ApplianceError, SettingsError, TherapyError, UsageError
from appliance.settings import editing, past_files
from appliance.settings.error_lines import line_in_settings

MARK = "#! "
"""Begins a line that tells an error. Such lines are taken out again."""
FALLBACK = "nano"

Check = Callable[[str], None]


def edit(path: Path, check: Check, environ: Mapping[str, str], offered: str | None = None) -> bool:
    """Let the person edit the file, and replace it. Return whether anything was changed.

    `check` raises SettingsError or TherapyError if a text is not valid. `offered` is
    what the editor shows first, if that is not the file. Raises UsageError with the errors
    where the person gives up, and ApplianceError where the file has changed meanwhile.
    """
    before = editing.text_in(path)
    shown = before if offered is None else offered
    with tempfile.TemporaryDirectory(prefix="ems-appliance-") as folder:
        copy = Path(folder) / path.name
        while True:
            _write(copy, shown)
            _open(copy, environ)
            written = _read(copy)
            text = without_errors(written)
            if text == before:
                return False
            try:
                check(text)
                break
            except (SettingsError, TherapyError) as error:
                if written == shown:
                    # The text was left as it was offered, with its errors: the person gives up.
                    raise UsageError(f"{error}\n{_keep_draft(path, text)}") from None
                shown = with_errors(text, str(error))
    with editing.changing(path):
        if editing.text_in(path) != before:
            raise ApplianceError(
                f"{path}: somebody else has changed it meanwhile; {_keep_draft(path, text)}"
            )
        check(text)
        editing.put(path, text)
    return True


def _open(copy: Path, environ: Mapping[str, str]) -> None:
    command = environ.get("VISUAL") or environ.get("EDITOR") or FALLBACK
    try:
        done = subprocess.run([*shlex.split(command), str(copy)], check=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the editor {command!r} cannot be started: {error}; name another one in $EDITOR"
        ) from None
    if done.returncode != 0:
        raise ApplianceError(
            f"the editor {command!r} ended with {done.returncode}, so nothing was changed"
        )


def with_errors(text: str, errors: str) -> str:
    """The text with each error as a comment above the line that it is about."""
    lines = text.splitlines(keepends=True)
    end = "\r\n" if "\r\n" in text else "\n"
    told = [(_line(text, error), error) for error in errors.splitlines()]
    for line, error in sorted(told, reverse=True):
        lines.insert(line - 1, f"{MARK}{error}{end}")
    return "".join(lines)


def without_errors(text: str) -> str:
    kept = (line for line in text.splitlines(keepends=True) if not line.startswith(MARK))
    return "".join(kept)


def _line(text: str, error: str) -> int:
    named = re.search(r"\(?(?:at )?line (\d+)", error)
    if named is not None:
        return min(int(named[1]), len(text.splitlines()) + 1)
    return line_in_settings(text, error) or 1


def _write(copy: Path, text: str) -> None:
    copy.write_bytes(text.encode("utf-8"))


def _read(copy: Path) -> str:
    try:
        return copy.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            "what the editor left is not a text in UTF-8, so nothing was changed"
        ) from None


def _keep_draft(path: Path, text: str) -> str:
    """Keep the text that was not taken as a draft, and return in words where it is."""
    folder = path.resolve().parent / past_files.FOLDER
    draft = folder / f"draft-{path.name}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(draft, text)
    except OSError:
        return "nothing was changed"
    return f"nothing was changed; what you wrote is kept in {draft}"

"""Settings as text: for `config show`, `config get`, and the documents."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from appliance.settings.keys import KEYS, SECTIONS, Key, find, keys_of
from appliance.settings.model import Settings

NOTHING: Mapping[str, object] = MappingProxyType({})


def show(settings: Settings, chosen: Mapping[str, object] = NOTHING) -> str:
    """The merged settings as TOML; a comment marks what differs from the default.

    `chosen` are the values that were set on the box itself and count instead, by name.
    """
    return "\n".join(_lines(settings, chosen)) + "\n"


def show_changed(settings: Settings, chosen: Mapping[str, object] = NOTHING) -> str:
    """Only what differs from the defaults, as TOML; empty where nothing does."""
    lines: list[str] = []
    for section in ("", *SECTIONS):
        changed = [
            _line(key, settings, chosen)
            for key in keys_of(section)
            if key.value_in(settings) != key.default or key.full_name in chosen
        ]
        if changed and section:
            lines.append(f"\n[{section}]" if lines else f"[{section}]")
        lines += changed
    return "".join(f"{line}\n" for line in lines)


def _lines(settings: Settings, chosen: Mapping[str, object]) -> Iterator[str]:
    for section in ("", *SECTIONS):
        if section:
            yield f"\n[{section}]"
        for key in keys_of(section):
            yield _line(key, settings, chosen)


def _line(key: Key, settings: Settings, chosen: Mapping[str, object]) -> str:
    value = key.value_in(settings)
    if key.full_name in chosen:
        line = f"{key.name} = {key.kind.write(chosen[key.full_name])}"
        return f"{line}  # set on the box; the file says {key.kind.write(value)}"
    line = f"{key.name} = {key.kind.write(value)}"
    if value == key.default:
        return line
    return f"{line}  # changed; the default is {key.kind.write(key.default)}"


def get(settings: Settings, full_name: str) -> str:
    """One value as TOML text; a plain text without its quotes. Raises SettingsError."""
    key = find(full_name)
    value = key.value_in(settings)
    return value if isinstance(value, str) else key.kind.write(value).strip('"')


def reference() -> str:
    """Every setting as a Markdown table, for the documents."""
    rows = [
        f"| `{key.full_name}` | `{key.kind.write(key.default)}` | {key.kind.allowed} | {key.help} |"
        for key in KEYS
    ]
    return "\n".join(
        ("| setting | default | allowed | what it is |", "|---|---|---|---|", *rows, "")
    )

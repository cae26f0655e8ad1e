"""JSON Schemas of the settings and of program files, for editors that complete and check.

They are made from the declarations that the readers use: `keys.KEYS` for the settings, and for
programs the keys of `program_file` and the bounds of `program_rules`. `python -m
appliance.settings.schema` writes them; a test fails where they are stale.
"""

import json
from pathlib import Path
from typing import Any

from appliance.settings.keys import SECTIONS, Key, keys_of
from appliance.therapy import limits, program_file, program_rules
from appliance.therapy.program_file import Form
from appliance.therapy.programs import TWITCH_HZ, Kind

FOLDER = Path(__file__).parent / "schema"
_DIALECT = "http://json-schema.org/draft-07/schema#"
"""Of 2017: the one that the editors' TOML extensions read."""
Schema = dict[str, Any]


def settings_schema() -> Schema:
    """Of `config.toml`."""
    properties: Schema = {key.name: _key(key) for key in keys_of("")}
    for section in SECTIONS:
        keys = {key.name: _key(key) for key in keys_of(section)}
        properties[section] = _table(keys, ())
    return {"$schema": _DIALECT, "title": "Settings of ems-appliance", **_table(properties, ())}


def _key(key: Key) -> Schema:
    return {"description": f"{key.help}; default {key.kind.write(key.default)}", **key.kind.schema}


def programs_schema() -> Schema:
    """Of `programs.toml`: tables of programs by their names."""
    return {
        "$schema": _DIALECT,
        "title": "Programs of ems-appliance",
        "type": "object",
        "additionalProperties": {"$ref": "#/definitions/program"},
        "definitions": {
            "program": _table(_chosen(program_file.PROGRAM_KEYS), ("kind", "phases")),
            "phase": _table(
                _chosen(program_file.PHASE_KEYS),
                ("name", "frequency_hz", "pulse_width_us", "ramp_up_s", "ramp_down_s", "off_s"),
            ),
            "group": _table(_chosen(program_file.GROUP_KEYS), program_file.GROUP_KEYS),
            "pause": _table(_chosen(program_file.PAUSE_KEYS), ("pause_s",)),
        },
    }


def _table(properties: Schema, required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _chosen(keys: tuple[str, ...]) -> Schema:
    known = _of_programs()
    return {key: known[key] for key in keys}


def _number(least: float, most: float, kind: str = "number") -> Schema:
    return {"type": kind, "minimum": least, "maximum": most}


_TEXT: Schema = {"type": "string", "minLength": 1}
_FLAG: Schema = {"type": "boolean"}
_ENTRY: Schema = {
    "anyOf": [{"$ref": f"#/definitions/{name}"} for name in ("phase", "group", "pause")]
}


_FRACTION: Schema = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
_PUBLICATION = _table(
    dict.fromkeys(program_file.PUBLICATION_KEYS, _TEXT), program_file.PUBLICATION_KEYS
)


def _of_programs() -> Schema:
    """The value of every key that a program file has."""
    rules = program_rules
    most_s = limits.HARD_MINUTES_PER_SITE * 60.0
    hz = _number(rules.LEAST_FREQUENCY_HZ, limits.HARD_FREQUENCY_HZ)
    width_us = _number(rules.LEAST_PULSE_WIDTH_US, limits.HARD_PULSE_WIDTH_US, "integer")
    ramp_up_s = _number(rules.LEAST_RAMP_UP_S, rules.MOST_RAMP_S)
    hold_s = _number(0, rules.MOST_HOLD_S)
    ramp_down_s = _number(0, rules.MOST_RAMP_S)
    rest: Schema = {
        "frequency_hz": _number(rules.LEAST_FREQUENCY_HZ, TWITCH_HZ),
        "pulse_width_us": width_us,
        "fraction": _FRACTION,
    }
    contraction = {"ramp_up_s": ramp_up_s, "hold_s": hold_s, "ramp_down_s": ramp_down_s}
    b: Schema = {"delay_s": _number(0, most_s), **contraction}
    modulation: Schema = {
        "form": {"enum": [form.value for form in Form]},
        "least_frequency_hz": hz,
        "least_pulse_width_us": width_us,
        "period_s": _number(rules.LEAST_TOP_S + 1.0, rules.MOST_PERIOD_S),
        "top_s": _number(rules.LEAST_TOP_S, rules.MOST_PERIOD_S),
    }
    return {
        "kind": {"enum": [kind.value for kind in Kind]},
        "phases": {"type": "array", "minItems": 1, "items": _ENTRY},
        "publication": _PUBLICATION,
        "name": _TEXT,
        "frequency_hz": hz,
        "pulse_width_us": width_us,
        **contraction,
        "off_s": _number(0, rules.MOST_OFF_S),
        "short_off_s": _number(rules.LEAST_OFF_S, rules.MOST_OFF_S),
        "fraction": _FRACTION,
        "duration_s": _number(1, most_s),
        "contractions": _number(1, rules.MOST_CONTRACTIONS, "integer"),
        "active_rest": _table(rest, ("frequency_hz", "fraction")),
        "alternating": _FLAG,
        "b": _table(b, ("delay_s",)),
        "modulation": _table(modulation, ("form", "period_s", "top_s")),
        "bursts": _bursts(),
        "wait": _FLAG,
        "repeat": _number(1, program_file.MOST_REPEATS, "integer"),
        "pause_s": _number(1, most_s),
    }


def _bursts() -> Schema:
    rules = program_rules
    pulses = _number(rules.LEAST_BURST_PULSES, rules.MOST_BURST_PULSES, "integer")
    rate_hz = _number(rules.LEAST_BURSTS_HZ, rules.MOST_BURSTS_HZ)
    return _table({"pulses": pulses, "rate_hz": rate_hz}, program_file.BURST_KEYS)


SCHEMAS = {"config.json": settings_schema, "programs.json": programs_schema}


def as_text(schema: Schema) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write() -> None:
    """Write the schemas that ship."""
    FOLDER.mkdir(exist_ok=True)
    for name, made in SCHEMAS.items():
        (FOLDER / name).write_text(as_text(made()), "utf-8")


if __name__ == "__main__":
    write()

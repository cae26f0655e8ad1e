"""The schemas that ship are made from the declarations, and know every key."""

import json
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from appliance.settings import editing
from appliance.settings.keys import KEYS
from appliance.settings.schema import FOLDER, SCHEMAS, as_text, programs_schema, settings_schema
from appliance.therapy import program_file


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_that_ships_is_not_stale(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == as_text(SCHEMAS[name]()), (
        "run `python -m appliance.settings.schema`"
    )


def test_the_settings_schema_has_every_setting_and_its_bounds() -> None:
    properties = settings_schema()["properties"]
    for key in KEYS:
        holder = properties[key.section]["properties"] if key.section else properties
        assert len(holder[key.name]) > 1, f"{key.full_name} has no kind"
    assert properties["limits"]["properties"]["current_ma"] | {"description": ""} == {
        "description": "",
        "type": "number",
        "minimum": 1,
        "maximum": 80,
    }


def test_the_programs_schema_has_every_key_of_the_reader() -> None:
    definitions = programs_schema()["definitions"]
    phase = definitions["phase"]["properties"]
    assert tuple(phase) == program_file.PHASE_KEYS
    assert tuple(phase["active_rest"]["properties"]) == program_file.ACTIVE_REST_KEYS
    assert tuple(phase["b"]["properties"]) == program_file.B_KEYS
    assert tuple(phase["modulation"]["properties"]) == program_file.MODULATION_KEYS


def _fits(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """As much of JSON Schema as these schemas use."""
    if "$ref" in schema:
        return _fits(value, root["definitions"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        return any(_fits(value, one, root) for one in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    match schema.get("type"):
        case "object":
            known, more = schema.get("properties", {}), schema.get("additionalProperties")
            return (
                isinstance(value, dict)
                and set(schema.get("required", ())) <= set(value)
                and all(
                    _fits(one, known[key], root)
                    if key in known
                    else bool(more) and _fits(one, more, root)
                    for key, one in value.items()
                )
            )
        case "array":
            return isinstance(value, list) and all(
                _fits(one, schema["items"], root) for one in value
            )
        case "number" | "integer":
            whole = isinstance(value, int) or schema["type"] == "number"
            in_bounds = schema.get("minimum", value) <= value <= schema.get("maximum", value)
            return whole and in_bounds and value > schema.get("exclusiveMinimum", value - 1)
        case "boolean":
            return isinstance(value, bool)
    return isinstance(value, str)


@pytest.mark.parametrize("name", ["programs.toml", "published.toml"])
def test_every_shipped_program_fits_its_schema(name: str) -> None:
    tables = tomllib.loads((resources.files("appliance.therapy") / name).read_text("utf-8"))
    schema = programs_schema()
    for id_, table in tables.items():
        assert _fits({id_: table}, schema, schema), id_
    assert not _fits({"own": {"kind": "contracting", "phases": [{"nme": "x"}]}}, schema, schema)


def test_a_new_file_names_its_schema_in_its_first_line(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    editing.set_value(file, "sound.volume", "3")
    first = file.read_text().splitlines()[0]
    assert json.loads(Path(first.removeprefix("#:schema ")).read_text())["title"].startswith(
        "Settings"
    )

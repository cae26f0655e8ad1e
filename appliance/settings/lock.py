"""The therapist's lock: what a box may be used for, fixed with a PIN.

It lies in `lock.toml` beside the settings, the hash of the PIN in `lock.pin`, which only its owner
can read: four digits are soon guessed by a computer that has the hash. Fixed are the routine, the
limits, how long a stage may be and how short its rests, and by a seal every program and placement
that the routine needs. What asks for more is refused wherever settings are read: by each verb, and
by the service when it starts. Less is always allowed. Stopping, lowering and ending ask nothing of
the lock.
"""

import hashlib
import hmac
import json
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from appliance.errors import SettingsError
from appliance.records import Fixed, as_dict
from appliance.settings import past_files
from appliance.settings.files import write_and_rename
from appliance.settings.kinds import as_toml
from appliance.settings.model import Settings
from appliance.settings.reading import LOCK_FILE
from appliance.therapy.catalogue import GENTLE_PROGRAM, Catalogue
from appliance.therapy.limits import Limits
from appliance.therapy.plan import Rest
from appliance.therapy.programs import Kind
from appliance.therapy.tables import Table

PIN_NAME = "lock.pin"
LEAST_DIGITS, MOST_DIGITS = 4, 12
_COST = 1 << 14
"""Of scrypt: 16 MB and about 50 ms on a Pi for each guess."""
_LIMITS = Limits.__struct_fields__
_KEYS = ("routine", "stage_minutes", "rest", "seal", *_LIMITS)


class Lock(Fixed, frozen=True):
    """What is fixed. Limits and minutes are the most that is permitted."""

    routine: str
    stage_minutes: float
    rest: Rest
    """LONG where short rests are not permitted."""
    limits: Limits
    seal: str
    """Over the stages of the routine, with programs and placements, and the gentle program."""


def path_beside(settings_path: Path) -> Path:
    return settings_path.resolve().parent / LOCK_FILE


def read(settings_path: Path) -> Lock | None:
    """The lock beside these settings, or None. Raises SettingsError where it is damaged.

    A damaged lock is not an open one: until it is put right nothing can be changed or run.
    """
    path = path_beside(settings_path)
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: the lock cannot be read: {error}; ask root") from None
    try:
        return _lock_of(Table(str(path), tomllib.loads(text), _KEYS))
    except ValueError as error:
        raise SettingsError(f"{path}: the lock is damaged: {error}; ask root") from None


def _lock_of(table: Table) -> Lock:
    numbers = {name: table.number(name) for name in _LIMITS if name != "sessions_per_day"}
    limits = Limits(**numbers, sessions_per_day=table.whole("sessions_per_day"))
    return Lock(
        routine=table.text("routine"),
        stage_minutes=table.number("stage_minutes"),
        rest=table.one_of("rest", Rest),
        limits=limits,
        seal=table.text("seal"),
    )


def lock_of(settings: Settings, catalogue: Catalogue) -> Lock:
    """The lock that permits what is set now, and less."""
    plan = settings.plan
    return Lock(
        plan.routine,
        plan.stage_minutes,
        plan.rest,
        settings.limits,
        seal_of(catalogue, plan.routine),
    )


def is_pin(pin: str) -> bool:
    """Whether a PIN can be this."""
    return pin.isascii() and pin.isdigit() and LEAST_DIGITS <= len(pin) <= MOST_DIGITS


def opens_with(settings_path: Path, pin: str) -> bool:
    """Whether this is the PIN of the lock. Raises SettingsError where it cannot be known."""
    path = path_beside(settings_path).with_name(PIN_NAME)
    try:
        kept = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: the PIN cannot be checked: {error}; use sudo") from None
    return hmac.compare_digest(_hashed(pin, kept.partition(":")[0]), kept)


def _hashed(pin: str, salt: str) -> str:
    key = hashlib.scrypt(pin.encode(), salt=salt.encode(), n=_COST, r=8, p=1, maxmem=1 << 26)
    return f"{salt}:{key.hex()}"


def seal_of(catalogue: Catalogue, routine: str) -> str:
    """A digest of all that the routine delivers: any change of a number changes it."""
    stages, gentle = catalogue.routines[routine].stages, catalogue.programs[GENTLE_PROGRAM]
    what = [_told(as_dict(stage)) for stage in stages], _told(as_dict(gentle))
    return hashlib.sha256(json.dumps(what, default=str, sort_keys=True).encode()).hexdigest()


def _told(value: Any) -> Any:
    """Drop None and False, so that a field that a later version adds does not change the seal."""
    if isinstance(value, dict):
        return {key: _told(one) for key, one in value.items() if one not in (None, False)}
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    return value


def write(settings_path: Path, lock: Lock, pin: str) -> None:
    """Set the lock, in one step. Raises SettingsError where it cannot be written."""
    values: Mapping[str, object] = {
        "routine": lock.routine,
        "stage_minutes": lock.stage_minutes,
        "rest": lock.rest,
        "seal": lock.seal,
        **{name: getattr(lock.limits, name) for name in _LIMITS},
    }
    text = "# Set by `ems-appliance lock set`; `lock remove` takes it away.\n"
    text += "".join(f"{key} = {as_toml(value)}\n" for key, value in values.items())
    path = path_beside(settings_path)
    try:
        with past_files.locked(path.parent):
            # Write the PIN first, so that a lock that exists can always be removed.
            write_and_rename(
                path.with_name(PIN_NAME), _hashed(pin, secrets.token_hex(16)) + "\n", 0o600
            )
            write_and_rename(path, text)
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be written: {error.strerror}") from None


def remove(settings_path: Path) -> None:
    """Remove the lock. Raises SettingsError if the folder cannot be written."""
    path = path_beside(settings_path)
    try:
        with past_files.locked(path.parent):
            path.unlink(missing_ok=True)
            path.with_name(PIN_NAME).unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be removed: {error.strerror}") from None


def permitted(
    lock: Lock, settings: Settings, catalogue: Catalogue, settings_path: Path
) -> Catalogue:
    """The catalogue with what the lock permits: its routine, and dummy loads.

    Raises SettingsError where settings or programs ask for more than it permits.
    """
    for key, value, most in _asked(lock, settings):
        raise SettingsError(
            f"{settings_path}: {key} = {as_toml(value)}: the lock permits {as_toml(most)};"
            " the PIN changes it: `ems-appliance lock remove`"
        )
    if lock.routine not in catalogue.routines or seal_of(catalogue, lock.routine) != lock.seal:
        raise SettingsError(
            f"{settings_path.parent}: programs, placements or routines of {lock.routine} are not"
            " those that were locked; put them back, or `ems-appliance lock remove` with the PIN"
        )
    routines = {
        id_: routine
        for id_, routine in catalogue.routines.items()
        if id_ == lock.routine or routine.kind is Kind.BENCH
    }
    return catalogue.but(routines=routines)


def _asked(lock: Lock, settings: Settings) -> list[tuple[str, Any, Any]]:
    """What asks for more than the lock permits: key, value and what is permitted."""
    plan, limits = settings.plan, settings.limits
    found: list[tuple[str, Any, Any]] = []
    if plan.routine != lock.routine:
        found.append(("[plan] routine", plan.routine, lock.routine))
    if not plan.stage_minutes <= lock.stage_minutes:
        found.append(("[plan] stage_minutes", plan.stage_minutes, lock.stage_minutes))
    if plan.rest is Rest.SHORT and lock.rest is not Rest.SHORT:
        found.append(("[plan] rest", plan.rest, lock.rest))
    for name in _LIMITS:
        value, most = getattr(limits, name), getattr(lock.limits, name)
        if not value <= most:
            found.append((f"[limits] {name}", value, most))
    return found


def facts(settings_path: Path) -> dict[str, Any]:
    """What the record tells of the lock: whether there is one, and which."""
    lock = read(settings_path)
    if lock is None:
        return {"set": False, "seal": ""}
    return {"set": True, "seal": lock.seal[:12]}

"""The errors of the appliance and their exit codes. Each text is one line to act on."""


class ApplianceError(Exception):
    """Root of every error that this project raises on purpose.

    The text says what is wrong, where, and what to do about it, in one line.
    """

    exit_code = 1


class UsageError(ApplianceError):
    """Error raised when a command is used wrongly, or its settings are wrong."""

    exit_code = 2


class SettingsError(UsageError, ValueError):
    """Error raised when a settings file holds something that is not allowed."""


class TherapyError(UsageError, ValueError):
    """Error raised when a program, routine, placement or statement breaks a rule."""


class BoardError(ApplianceError, OSError):
    """Error raised when a board or its serial port cannot be used."""


class ControlsError(ApplianceError, OSError):
    """Error raised when the pins cannot be used."""


class ScreenError(ApplianceError, OSError):
    """Error raised when the panel cannot be used."""


class JournalError(ApplianceError, OSError):
    """Error raised when the journal cannot be read or written."""

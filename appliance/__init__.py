"""An open appliance that leads one person through a muscle-stimulation session."""

__version__ = "0.1.0"

"""The reference board: this project's own protocol, on both ends of the wire."""

"""TOML to typed, bounded, frozen settings; package data, read once and handed down."""

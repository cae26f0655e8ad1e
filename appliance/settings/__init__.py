"""Settings, catalogue and words: TOML files read into typed, frozen objects."""

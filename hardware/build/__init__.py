"""Makes every drawing, table and fabrication file of `hardware/` from its sources.

`python -m hardware.build` writes them; with `--check` it makes them elsewhere and fails where a
committed file differs. `README.md` of this folder says which tools that needs.
"""

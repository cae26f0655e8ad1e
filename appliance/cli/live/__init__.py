"""`status --watch` on a terminal: the picture, the current, faults and the log, as they change."""

"""The statechart of a session: transition table, guards, actions, entry actions, prompts, pages."""

"""ScienceMode 2, the channel list mode: HASOMED RehaStim2."""

"""ScienceMode 3 and 4 at their middle level: HASOMED RehaMove3 and P24."""

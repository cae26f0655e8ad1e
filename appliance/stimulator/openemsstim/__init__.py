"""openEMSstim: percent of a stimulator that somebody else makes. For the bench, into a load."""

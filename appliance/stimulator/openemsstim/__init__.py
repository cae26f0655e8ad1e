"""The driver of openEMSstim, which attenuates another stimulator, in percent. Bench only."""

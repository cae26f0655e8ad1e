"""The simulated openEMSstim, with each of its firmwares."""

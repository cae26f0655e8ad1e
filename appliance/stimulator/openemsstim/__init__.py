"""The driver package of openEMSstim, which attenuates another stimulator, in percent."""

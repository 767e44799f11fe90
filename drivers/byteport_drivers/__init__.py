"""Sensor drivers: one chip, one file, one class; each runs on a Pi, on a board and in CI."""

"""Sensors that only a board has."""

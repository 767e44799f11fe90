"""Sensors that only Linux has."""

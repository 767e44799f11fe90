"""Boards: what their pins can do, what is put on them, and how it gets there."""

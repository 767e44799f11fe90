"""Simulated hardware and servers, for tests that need none of the real."""

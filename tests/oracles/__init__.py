"""Other projects' drivers on our simulated chips; a package: tests/drivers has the same names."""

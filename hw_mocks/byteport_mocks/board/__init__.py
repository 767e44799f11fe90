"""A board on a PC: `machine`, `network` and the like, on the simulated buses and the virtual clock."""

"""A board on a PC: `machine`, `network` and the like on the simulated buses and virtual clock."""

"""A board's station on this machine: troubles, the interpreter, what became of each reading."""

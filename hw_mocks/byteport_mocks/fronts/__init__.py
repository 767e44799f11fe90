"""The simulated buses in the shape of other libraries, so that those run on the same chips."""

"""A history for a person or a program: as text, as a plot, and what to do where there is none."""

"""What is put on a board, how it gets there, and what the board says."""

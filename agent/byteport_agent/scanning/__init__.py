"""What `scan` looks at, bus by bus, and how it prints what it found."""

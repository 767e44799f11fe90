"""What is done at once, without an agent and its outbox: `send`, `watch` and `once`."""

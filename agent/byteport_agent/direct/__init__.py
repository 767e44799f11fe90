"""What goes to the service at once, without an agent and its outbox: `send` and `watch`."""

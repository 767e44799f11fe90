"""The agent's values and figures for Prometheus, which asks for them."""

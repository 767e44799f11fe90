"""How readings leave: an output takes entries from the outbox, sends them and acknowledges them.

`output` is the contract that every kind of output keeps, and that the rest of the agent knows.
"""

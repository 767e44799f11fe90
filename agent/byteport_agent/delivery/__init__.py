"""How readings leave: an output takes entries from the outbox, sends them and acknowledges them.

`output` is the contract that every kind of output keeps, and that the rest of the agent knows. What
is decided is kept apart from what is done: `dispatch` says which call is next and what an answer
means, over the queues of `feed`, and needs no thread and no network; `sender` has the threads; a
link carries one call. A new kind of output adds a link to `sending_output`, as `byteport_output`
does, and turns its own errors into those of `outcome`.
"""

"""`byteport-agent doctor`: looks for what keeps a machine from measuring and sending.

One module a subject; a check is a function that gets the `Machine` it looks at, and returns
findings. `checkup` has their order; nothing here changes anything or takes the outbox's lock.
"""

"""Output pins that messages to the device set: each with a safe state, and ways back to it.

values     what a message may write, and how a state is told
actuator   one output: set, pulsed, and safe again when time or broker run out
"""

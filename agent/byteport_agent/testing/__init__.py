"""The agent with its real configuration on simulated hardware, for tests of users and of our own.

times              the clocks of its parts
virtual_sampling   sensors read in virtual time, in the caller's thread
configured         a configuration as it is for real hardware, with keys made up and other places
simulated_agent    the agent itself

Everything but time and places is what `byteport-agent run` runs.
"""

"""`byteport-agent demo`: an agent that has everything, on a machine that has nothing.

weather    what there is to measure, at any time
station    simulated chips that measure it, and the agent's configuration for them
past       the days before the demo, for its charts
board      a board that stores at the gateway, by HTTP as a real one does
service    what it is sent to, which is not always there
terminal   what is shown where no browser is
"""

"""Drivers by the name that a configuration gives them.

finder         where a driver is, on this host
maker          one of it, with its bus, address and options
listing        what there is to know of all of them
agent_driver   the agent's own figures, configured like any sensor
board_drivers  a board's, without importing what only MicroPython can: by their files' syntax
"""

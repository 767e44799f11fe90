"""How sensors are read: on time, side by side, and each in spite of what the others do.

agenda      what is due when, on a grid of wall-clock time
scheduler   the thread that hands over what is due
lanes       one queue per bus or pin, and the few threads that work on them
health      what a sensor's failures mean: ok, retrying, suspended, stale
fields      a sample's way through its filters
sensor      one configured sensor, which uses all of these
recording   the thread that puts readings into the outbox
"""

"""The gateway: boards store at it as at Byteport, people and programs look at what there is.

gateway        all of it, as the agent starts and stops it
server         sockets, by waitress; `channel` is one connection, `listening` gets the address
intake         store calls in groups: checked by `rights`, told from `repeats`, synced, answered
history        every value that came: `history_feed` fills it, `history_file` is SQLite
               `blocks` are an hour of values, `charts` what is drawn of them
web            the application for browsers: `access` says who may, `api` has the routes
live           what dashboards are told without asking
"""

HISTORY = ".history"  # the history's name among the outbox's outputs; no other can have it

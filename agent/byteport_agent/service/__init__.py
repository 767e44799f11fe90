"""The agent as a service: what `byteport-agent run` runs.

agent           all parts together: started, exchanged on reload, stopped in order
main_loop       the main thread: signals, status, watchdog, what is to be told now and then
output_kinds    which class an output's `type` is
status_socket   how `byteport-agent status` asks
logs            one line per event, as text, for the journal, or as JSON
"""

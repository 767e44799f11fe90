"""The agent as a service of systemd: its unit, its user, its files, and how they come to be there.

`byteport-agent.service` is the unit with its reasons; `install_service` is the command.
"""

"""The subcommands of `byteport-agent`, a module each: `cli` imports the one asked for."""

"""What the commands share: arguments, the configuration that is asked for, tables, passwords."""

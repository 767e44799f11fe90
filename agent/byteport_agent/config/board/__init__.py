"""A board's configuration: a file with `[board]`, checked against what the board can do.

board_type     what a kind of board is; `types` has a file for each, `type_reader` reads them
sections       what there is to configure beside the agent's own sections; `kinds` of values
file           a whole file, by `reader`, `sensor_reader`, `pins`, `output`, `deep_sleep`
reference      its part of docs/configuration.md
"""

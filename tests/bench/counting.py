"""The work that the agent does in benchmarks and soaks: sensors that count, sent to one output."""

COUNTER = """
class Counter:
    CHANNELS = (("count", "count", 0),)

    def __init__(self):
        self.count = 0

    def start(self):
        return 0

    def read(self):
        self.count += 1
        return (self.count,)
"""


def head(url: str, **keys: object) -> str:
    """Return a configuration's device and output, with ``keys`` for the output."""
    lines = "".join(f"{key} = {value}\n" for key, value in keys.items())
    return (
        '[device]\nnamespace = "myownspace"\nuid = "bench-1"\nkey_file = "byteport.key"\n'
        f'[[output]]\ntype = "byteport"\nurl = "{url}"\n{lines}'
    )


def sensor(name: str, kind: str = "Counter", interval: str = "1s", **keys: object) -> str:
    """Return a sensor whose one field is called as the sensor."""
    lines = "".join(f"{key} = {value}\n" for key, value in keys.items())
    return (
        f'[[sensor]]\nname = "{name}"\ndriver = "./drivers.py:{kind}"\n'
        f'interval = "{interval}"\n{lines}fields = {{ count = "{name}" }}\n'
    )

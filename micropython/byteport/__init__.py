"""Byteport's core: encode readings and send them, on CPython and on MicroPython alike."""

__version__ = "0.1.0.dev0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport.client import Client as Client
else:

    def __getattr__(name):
        # a station has no use for the Client, which would take 4 KB of its memory
        if name == "Client":
            from byteport.client import Client

            return Client
        try:
            # `from byteport import clock` asks here first on MicroPython
            return getattr(__import__("byteport." + name), name)
        except ImportError:
            raise AttributeError(name)

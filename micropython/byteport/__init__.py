"""Byteport's core: encode readings and send them, on CPython and on MicroPython alike."""

from byteport.client import Client as Client

__version__ = "0.1.0"

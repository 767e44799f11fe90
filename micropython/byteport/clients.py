"""The reference client's other module name for `byteport.http_clients`."""

from byteport.http_clients import *  # noqa: F403

"""urequests where the firmware has none: `import urequests` finds this file."""

from byteport.http import *  # noqa: F403

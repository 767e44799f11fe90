"""What each interpreter calls the time, brought to one."""

import os
import time

from byteport.compat import EPOCH_OFFSET
from byteport.http import get
from byteport.http_date import unix_seconds

SERVER = os.getenv("BYTEPORT_TEST_SERVER")


def test_C4_this_interpreters_time_is_that_of_a_server():
    date = get(SERVER + "/cut/87").headers["date"]
    # a 32-bit float is right to 128 s only, an epoch is not wrong by less than years
    assert abs(int(time.time()) + EPOCH_OFFSET - unix_seconds(date)) <= 300

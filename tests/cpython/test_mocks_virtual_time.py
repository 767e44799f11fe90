"""Python's time on the virtual clock, for the modules named and for those only."""

import time
from time import monotonic, sleep
from types import ModuleType

from byteport_mocks import VirtualClock
from byteport_mocks.fronts.virtual_time import virtual_time


def test_a_module_that_imports_time_or_names_from_it():
    module = ModuleType("module")
    module.time = time
    module.sleep = sleep
    module.monotonic = monotonic
    module.other = "kept"
    clock = VirtualClock()
    with virtual_time(clock, module):
        module.sleep(0.75)
        module.time.sleep(0.25)
        assert clock.ticks_ms() == 1000
        assert 1.0 < module.monotonic() < 1.001
        assert 1.0 < module.time.perf_counter() < 1.001
        assert module.time.perf_counter_ns() // 1000000 == 1000
        assert module.time.time() > 1767225600
        assert module.time.gmtime(0)[0] == 1970
        while module.time.monotonic() < 1.01:
            pass
    assert module.time is time
    assert module.sleep is sleep
    assert module.other == "kept"

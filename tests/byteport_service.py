"""What the tests of the simulated Byteport share: its time, and the paths that are stored at."""

NOW_MS = 1444329861285
STORE = "/api/v1/timeseries/test/6000/"
PACKETS = "/api/legacy/packets/timeseries/"

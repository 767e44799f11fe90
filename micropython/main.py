"""What a board runs when it starts: the station that station.json describes."""

from byteport.station import run

run()

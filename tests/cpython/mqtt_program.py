"""Publishes numbers to base/n1 until all are confirmed, as a board would: on every interpreter.

usage: mqtt_program.py URL COUNT CA USER PASSWORD TIMEOUT TRIES HALT

At the number HALT it sends what it has, says so, and waits for a line.
"""

import sys
import time

from byteport.errors import SendError
from byteport.mqtt import Publisher

url, count, ca, user, password, timeout, tries, halt = sys.argv[1:]
publisher = Publisher(
    url, "myownspace.barDev1", user or None, password or None, ca or None, float(timeout), window=5
)
number = 0
failures = 0
last = ""
halted = False
while number < int(count) or publisher.waiting:
    if number == int(halt) and not halted:
        halted = True
        publisher.upkeep()
        print("halted")
        sys.stdin.readline()
    try:
        if number < int(count):
            publisher.publish("base/n1", str(number).encode())
            number += 1
        else:
            publisher.flush()
    except SendError as error:
        failures += 1
        last = type(error).__name__ + " " + str(error)
        if failures >= int(tries):
            break
        time.sleep(0.02)
publisher.close()
print("confirmed" if not publisher.waiting and number == int(count) else "not confirmed")
print(last)

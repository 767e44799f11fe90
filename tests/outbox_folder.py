"""A folder for an outbox in tests, and readings that tell whether they came out as they went in."""

import os

from byteport.outbox import Outbox

FIELDS = ("temperature", "humidity", "pressure")
FOLDER = os.getenv("BYTEPORT_TEST_FOLDER")


def new_folder():
    """Return the path of a folder that is not there yet."""
    number = 0
    while True:
        path = f"{FOLDER}/outbox{number}"
        try:
            os.mkdir(path)
            os.rmdir(path)
            return path
        except OSError:
            number += 1


def remove(path):
    for name in os.listdir(path):
        os.remove(path + "/" + name)
    os.rmdir(path)


def contents(path):
    """Return a folder's files as a dict."""
    files = {}
    for name in os.listdir(path):
        with open(path + "/" + name, "rb") as file:
            files[name] = file.read()
    return files


def restore(path, files):
    """Make a folder's files these."""
    for name in os.listdir(path):
        if name not in files:
            os.remove(path + "/" + name)
    for name in files:
        with open(path + "/" + name, "wb") as file:
            file.write(files[name])


def put(outbox, number):
    """Put in a reading that tells its number in its time and its fields."""
    values = (number / 4, 50.25, 1013.25)
    outbox.put(list(zip(FIELDS, values)), 800000000 + number, number % 1000)


def number_of(record):
    """Return a reading's number; an AssertionError is one that was changed."""
    number = record.seconds - 800000000
    assert record.timed
    assert record.device is None
    assert record.ms == number % 1000
    assert bytes(record.body) == (
        b"&temperature=" + str(number / 4).encode() + b"&humidity=50.25&pressure=1013.25"
    )
    return number


def drain(outbox):
    """Take out and return the numbers of all readings."""
    numbers = []
    while True:
        record = outbox.peek()
        if record is None:
            return numbers
        numbers.append(number_of(record))
        outbox.acknowledge()


def filled(path, readings, acknowledged=0):
    """Return an outbox with readings in flash, of which some are acknowledged."""
    outbox = Outbox(path)
    for number in range(readings):
        put(outbox, number)
    for _ in range(acknowledged):
        outbox.peek()
        outbox.acknowledge()
    outbox.flush()
    return outbox


def rising(numbers):
    return all(numbers[i] < numbers[i + 1] for i in range(len(numbers) - 1))

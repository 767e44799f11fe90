"""What tests that run on CPython and on MicroPython alike share: no pytest, no fixture."""


def raises(error, function, *args, **kwargs):
    """Call the function and return the error it must raise."""
    try:
        function(*args, **kwargs)
    except error as caught:
        return caught
    raise AssertionError(f"{getattr(error, '__name__', error)} was not raised")

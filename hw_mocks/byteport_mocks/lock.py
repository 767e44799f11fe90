"""A lock where there are threads: a real bus serialises its users, and so does a simulated one."""

try:
    from threading import Lock
except ImportError:

    class Lock:  # type: ignore[no-redef]
        """Nothing to lock: MicroPython here has one thread."""

        def __enter__(self) -> None:
            pass

        def __exit__(self, *_: object) -> None:
            pass


__all__ = ["Lock"]

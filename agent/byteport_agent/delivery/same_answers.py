"""A connection that reads an answer once: the next is most often the same, byte for byte.

Within a second even its Date is. Reading one line by line costs more than all else of a call.
"""

from byteport.connection import Connection


class SameAnswers(Connection):
    """What an answer leaves behind is right again for one that has the same bytes and no more."""

    _seen: bytes | None = None

    def _read(self) -> int:
        answer = bytes(self._view[: self._end])
        if answer == self._seen:
            self._at = self._end
            return 200
        self._seen = None
        status = super()._read()
        plain = status == 200 and self._kept and not (self.headers or self.content)
        if plain and self._at == self._end == len(answer):
            self._seen = answer
        return status

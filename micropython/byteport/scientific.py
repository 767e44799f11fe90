"""Time series in pandas, which the extra byteport-agent[pandas] brings; on PCs alone.

    from byteport.scientific import load_series
    from byteport.session import UserSession

    with UserSession(max_content=1 << 28) as session:
        session.login("me", password)
        series = load_series(session, "myownspace", "barDev1", "temperature", days=7)
    series.resample("1h").mean().plot()

`ByteportPandas` has the name and the call of the reference's scientific module.
"""

from typing import TYPE_CHECKING, Any

from byteport.http_clients import ByteportHttpClient
from byteport.session import UserSession
from byteport.time_points import time_points

if TYPE_CHECKING:
    from datetime import datetime

    import pandas


def load_series(
    session: UserSession, namespace: str, device: str, field: str, **options: Any
) -> "pandas.Series[Any]":
    """Return a field's values as a Series over their times in UTC, named namespace.device.field.

    ``options`` are those of `UserSession.time_series`. Values are floats where all are numbers,
    and texts where one is none. Raises what that raises, and ImportError without pandas.
    """
    answer = session.time_series(namespace, device, field, **options)
    return _series(answer, f"{namespace}.{device}.{field}")


class ByteportPandas:
    """A login whose series come as pandas has them."""

    def __init__(self, username: str, password: str, **options: Any) -> None:
        self.client = ByteportHttpClient(**options)
        self.client.login(username, password)

    def load_to_series(
        self,
        namespace: str,
        device_uid: str,
        field_name: str,
        from_time: "datetime",
        to_time: "datetime",
    ) -> "pandas.Series[Any]":
        """Return the values between two times over times without a zone, which are UTC."""
        load = self.client.load_timeseries_data_range
        answer = load(namespace, device_uid, field_name, from_time, to_time)
        return _series(answer, f"{namespace}.{device_uid}.{field_name}").tz_localize(None)

    def close(self) -> None:
        """Close the connection and forget the session."""
        self.client.close()


def _series(answer: Any, name: str) -> "pandas.Series[Any]":
    try:
        import pandas
    except ModuleNotFoundError as error:
        if error.name != "pandas":
            raise
        raise ImportError(
            "series need the package pandas: pip install 'byteport-agent[pandas]'"
        ) from None
    points = time_points(answer)
    values = [point.value for point in points]
    numbers = all(isinstance(value, (int, float)) for value in values)
    index = pandas.DatetimeIndex([point.time for point in points], tz="UTC", name="time")
    if not numbers:
        return pandas.Series([str(value) for value in values], index, dtype=object, name=name)
    return pandas.Series(values, index, dtype="float64", name=name)

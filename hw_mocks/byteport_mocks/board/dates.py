"""Dates of the Gregorian calendar as days since 1970: MicroPython has no module for them."""


def civil(days: int) -> "tuple[int, int, int]":
    """Return (year, month, day) of a count of days since 1970-01-01."""
    days += 719468  # from 0000-03-01, so that a leap day is the last of its year
    era, day_of_era = days // 146097, days % 146097
    leap_days = day_of_era // 1460 - day_of_era // 36524 + day_of_era // 146096
    year_of_era = (day_of_era - leap_days) // 365
    day_of_year = day_of_era - 365 * year_of_era - year_of_era // 4 + year_of_era // 100
    month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return year_of_era + era * 400 + (month <= 2), month, day


def days_from_civil(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date."""
    year -= month <= 2
    era, year_of_era = year // 400, year % 400
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return (
        era * 146097
        + year_of_era * 365
        + year_of_era // 4
        - year_of_era // 100
        + (day_of_year - 719468)
    )


def split(seconds: int) -> "tuple[int, int, int, int, int, int, int, int]":
    """Return time.gmtime's 8-tuple for seconds since 1970."""
    days, rest = seconds // 86400, seconds % 86400
    year, month, day = civil(days)
    weekday = (days + 3) % 7  # Monday is 0
    yearday = days - days_from_civil(year, 1, 1) + 1
    return year, month, day, rest // 3600, rest // 60 % 60, rest % 60, weekday, yearday


def join(year: int, month: int, day: int, hour: int, minute: int, second: int) -> int:
    """Return seconds since 1970."""
    return days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second

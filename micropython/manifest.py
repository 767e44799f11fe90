# What to freeze into a firmware: `make BOARD=… FROZEN_MANIFEST=…/micropython/manifest.py`.
# The same files as in package.json, which mip installs.
package(  # noqa: F821 (defined by MicroPython's build)
    "byteport",
    files=(
        "__init__.py",
        "client.py",
        "clock.py",
        "compat.py",
        "compat_compression.py",
        "compat_tls.py",
        "connection.py",
        "digits.py",
        "encoder.py",
        "errors.py",
        "files.py",
        "filter_settings.py",
        "filters.py",
        "http.py",
        "http_date.py",
        "meaning.py",
        "names.py",
        "other_session.py",
        "outbox.py",
        "outbox_flash.py",
        "outbox_record.py",
        "schedule.py",
        "sntp.py",
        "uptime.py",
        "wifi.py",
    ),
)
module("urequests.py")  # noqa: F821

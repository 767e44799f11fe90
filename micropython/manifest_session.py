# What to freeze into a firmware that also logs in to Byteport, to read and to configure: the files
# of manifest.py and those of package_session.json, which mip installs beside package.json's.
include("manifest.py")  # noqa: F821 (defined by MicroPython's build)
package(  # noqa: F821
    "byteport",
    files=(
        "compat_json.py",
        "contents.py",
        "login.py",
        "pieces.py",
        "session.py",
        "time_range.py",
    ),
)

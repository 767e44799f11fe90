"""Runs one test file on MicroPython: every function named test_*, without pytest.

usage: micropython run_on_micropython.py FILE.py
"""

import sys


def main(path):
    folder, _, name = path.rpartition("/")
    sys.path.insert(0, folder)
    module = __import__(name[:-3])
    failed = passed = 0
    for test in sorted(dir(module)):
        if test.startswith("test_"):
            try:
                getattr(module, test)()
                passed += 1
            except Exception as error:
                failed += 1
                print("FAILED", test)
                sys.print_exception(error, sys.stdout)
    print(passed, "passed,", failed, "failed")
    sys.exit(1 if failed or not passed else 0)


main(sys.argv[1])

"""The desk: control room, mailbox, control API, Python client, pytest plugin and command line."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("eulogin-harness")
except PackageNotFoundError:  # a checkout that was not installed
    VERSION = "0+unknown"

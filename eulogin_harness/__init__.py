"""The desk: control room, mailbox, control API, Python client, pytest plugin and command line."""

VERSION = "0.1.0"

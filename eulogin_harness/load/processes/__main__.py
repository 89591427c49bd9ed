"""Locust with the crowd, as a process of its own: `eulogin-harness load` starts it."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while all is imported, Ctrl-C ends it without a trace

    from locust.main import main  # it makes all waiting cooperative, so nothing is imported before it

    main()

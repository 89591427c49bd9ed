"""What an actor that fails as a whole, by a fault, has in common with the others."""

RETRY_AFTER = "30"  # seconds of real time, header Retry-After
OF_THE_MOCK = ("/static/", "/favicon.ico", "/language")  # paths of what our own page that says so needs

"""The JSON documents of the control API, both ways: the desk answers with them, the client reads them."""

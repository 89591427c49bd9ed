"""The helpdesks: who belongs to one, the list of requests, the decision."""

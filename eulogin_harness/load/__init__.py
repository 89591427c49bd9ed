"""A crowd of people who sign in, by Locust: weighted journeys over HTTP, each one checked against the journal."""

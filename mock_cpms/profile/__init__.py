"""Complete Profile: the form as data, what a person filled in, the page."""

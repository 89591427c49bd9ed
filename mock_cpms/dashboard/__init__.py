"""The inside of CPMS: enough to see that one is in, as whom, with which networks."""

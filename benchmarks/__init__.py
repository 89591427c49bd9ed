"""What must stay quick, measured: `python -m benchmarks`."""

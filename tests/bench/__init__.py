"""What is measured: `script/bench`, or `python -m tests.bench` with the names of some benchmarks."""

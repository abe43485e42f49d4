"""Metrics for Prometheus: gauges out of the store, counters of what this process did."""

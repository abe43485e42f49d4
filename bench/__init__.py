"""Benchmarks. Figures are ratios side by side in one run, or counts; nothing here passes or fails."""

"""Laws that every objective and every verdict must obey, and Hypothesis strategies to try them on. See `laws`."""

"""The guide to VssID: what the desk and the patient do step by step, data with their sources."""

"""A portal to practise with: a real HTTP server on loopback over the demo's cards, with faults."""

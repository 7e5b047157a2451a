"""The long campaigns, of which `make test` runs a small fixed share."""

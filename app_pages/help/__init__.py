"""The page "trợ giúp": the guide, places and codes, difficulties, reports, the manual."""

"""The reception desk's page: camera, scanner and hand in, one answer out."""

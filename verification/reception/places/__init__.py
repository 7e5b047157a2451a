"""Places and codes, found while they are being typed; persons only once Enter was pressed."""

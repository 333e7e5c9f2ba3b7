"""A helper module without an endpoint."""

PALETTES = {
    "dusk": [(38, 70, 83), (231, 111, 81)],
    "moss": [(20, 54, 20), (180, 200, 90)],
}

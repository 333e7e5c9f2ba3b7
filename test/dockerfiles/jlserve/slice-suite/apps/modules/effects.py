"""Imported for what it does."""
import config

config.TUNED = "tuned"

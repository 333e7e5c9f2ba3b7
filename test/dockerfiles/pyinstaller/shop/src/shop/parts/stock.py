import glkit, soundfile
from shop.parts import SHELVES, DRAWERS

"""Files in which outlined sources tell that they are run after all: an analysis that ran code of
the project did not see what the real files would have done."""

#: An outlined function was called.
CALLED = "outline-called"

#: An outlined module was imported.
IMPORTED = "outline-imported"

#: What a module says then: whether it lacks something, or has only this more.
REDUCED, WHOLE = "reduced.", "whole."

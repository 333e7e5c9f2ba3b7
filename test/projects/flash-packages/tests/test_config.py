def test_nothing():
    raise AssertionError("never shipped")

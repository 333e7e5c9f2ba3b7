from .. import names


def late_value():
    return names.make_name("late")

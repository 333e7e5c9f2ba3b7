"""The parts of PyInstaller's lists that are worth reading."""


def warnings(request, kept, own):
    return []

"""Why PyInstaller failed, in words."""

import ob


def problems(log, request):
    return [ob.problem("PYINSTALLER_FAILED", log.strip().split("\n")[-1], detail=log[-3000:])]

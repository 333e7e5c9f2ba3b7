"""Folders that installed packages add to the search path: Python reads .pth files in its own
folders only. Lines of code in such files are not run."""

import os


def search(packages):
    """`packages`, and what its .pth files name, each once."""
    found = [packages]
    for name in sorted(os.listdir(packages)) if os.path.isdir(packages) else ():
        if not name.endswith(".pth"):
            continue
        with open(os.path.join(packages, name), encoding="utf-8", errors="replace") as file:
            lines = [line.strip().replace("\\", "/") for line in file]
        for line in lines:
            folder = os.path.normpath(os.path.join(packages, line))
            inside = folder.startswith(packages + os.sep)
            if line and inside and folder not in found and os.path.isdir(folder):
                found.append(folder)
    return found

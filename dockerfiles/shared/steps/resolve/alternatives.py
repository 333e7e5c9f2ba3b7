"""Packages that exist for Windows, for some that do not: the other one does the same work, with
the same names or with names of its own."""

ALTERNATIVES = {
    "faiss-gpu": "faiss-cpu",
    "gnureadline": "pyreadline3",
    "kerberos": "winkerberos",
    "pycrypto": "pycryptodome",
    "pyinotify": "watchdog",
    "pykerberos": "winkerberos",
    "python-ldap": "ldap3",
    "triton": "triton-windows",
    "uvloop": "winloop, or asyncio's own loop",
    "uwsgi": "waitress",
}

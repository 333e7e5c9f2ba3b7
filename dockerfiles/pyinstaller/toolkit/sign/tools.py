"""Runs osslsigncode and openssl, each for a limited time."""

import subprocess

import ob

#: A program of 1 GB takes 3. Seconds.
LIMIT = 60


def run(command, what, given=None):
    """The finished process. what: what it does, for people. given: text for its stdin."""
    try:
        return subprocess.run(
            command, input=given or "", env=ob.child_environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8", errors="replace", timeout=LIMIT)
    except subprocess.TimeoutExpired:
        raise ob.Failure([ob.problem(
            "BUILD_TIMEOUT", "--sign: {} took longer than {} s".format(what, LIMIT),
            hint="build again; an engine with less to do is faster")]) from None


def checked(command, what, given=None):
    """What it printed. @raises ob.Failure when it failed"""
    done = run(command, what, given)
    if done.returncode:
        raise failed(what, done)
    return done.stdout


def failed(what, done):
    return ob.Failure([ob.problem(
        "PYINSTALLER_SIGN_FAILED", "--sign: {} failed".format(what), detail=done.stderr + done.stdout,
        hint="see all of it: ovenbird build --progress plain")])

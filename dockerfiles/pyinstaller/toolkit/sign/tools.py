"""Runs osslsigncode and openssl, each for a limited time."""

import subprocess

import ob

#: A program of 1 GB takes 3. Seconds.
LIMIT = 60


def run(command, what, given=None):
    """The finished process. what: what it does, for people. given: text for its stdin."""
    done = within(LIMIT, command, given)
    if done is None:
        raise ob.Failure([ob.problem(
            "BUILD_TIMEOUT", "--sign: {} took longer than {} s".format(what, LIMIT),
            hint="build again; an engine with less to do is faster")])
    return done


def within(seconds, command, given=None):
    """The finished process, or None where it takes longer."""
    try:
        return subprocess.run(
            command, input=given or "", env=ob.child_environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8", errors="replace", timeout=seconds)
    except subprocess.TimeoutExpired:
        return None


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

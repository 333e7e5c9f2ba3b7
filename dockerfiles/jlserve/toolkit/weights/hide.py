"""Takes secrets out of what is told: paths and messages that the user's code made of them. A
failure goes by way of the log, which the host masks; the report does not."""

_HIDDEN = "***"

#: Hiding every "1" would hide the report and protect nothing.
_SHORTEST = 4


def hidden(report, secrets):
    """A copy of a report with the secrets' values replaced wherever they stand."""
    # A value may be part of another one.
    values = sorted((each for each in secrets.values() if len(each) >= _SHORTEST), key=len, reverse=True)
    return _hide(report, values)


def _hide(value, secrets):
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, _HIDDEN)
        return value
    if isinstance(value, list):
        return [_hide(item, secrets) for item in value]
    if isinstance(value, dict):
        return {name: _hide(item, secrets) for name, item in value.items()}
    return value

"""Paths in what the child is given and in what it reports: the system that it runs on has its own
words for them."""


def given(job, system):
    """The job with paths as the child sees them."""
    settings = job["settings"]
    return dict(
        job,
        settings=dict(settings, base=system.given(settings["base"]), project=system.given(settings["project"]),
                      roots=[system.given(root) for root in settings["roots"]]),
        trace=dict(job["trace"], **{
            name: [system.given(path) for path in job["trace"].get(name, ())]
            for name in ("data", "loose", "libraries")}),
        **{name: job[name] and system.given(job[name]) for name in (
            "spec", "project", "packages", "launch", "saved", "dist", "work", "imported", "report")},
    )


def told(report, system):
    """The report with this system's paths; names in the bundle have "/"."""
    return dict(
        report,
        analyses=[{name: [_entry(entry, system) for entry in entries] for name, entries in analysis.items()}
                  for analysis in report["analyses"]],
        lacking=[[system.told(source), system.told(folder)] for source, folder in report["lacking"]],
    )


def _entry(entry, system):
    return [each and system.told(each) for each in entry[:2]] + entry[2:]

"""Compares, for every edit of every example app, the weights that a build with a cache serves
with those of a run of the whole app in the whole project, without slice and cache.

usage: run.py TOOLKIT WORK NODE SHARE [APP…]: TOOLKIT has the steps' programs in slice/ and
weights/; NODE outlines the apps, as a build does, before they are sliced; of SHARE edits, one is
tried (1: all), the same ones each time, and of each kind at least one. Prints JSON: {"cases",
"distinct", "outlined", "kinds": {kind: {…counts}}, "wrong": […], "naiveWrong": n}.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
APPS = os.path.join(HERE, "apps")
PACKAGES = os.path.join(HERE, "packages")
REQUIRES = {"fetchlib": ["hashlib2"], "jlserve": ["pydantic"], "pydantic": [], "plotlib": [],
            "hashlib2": []}


def main(toolkit, work, node, share, only):
    sys.path.insert(0, HERE)
    steps = _load_steps(toolkit)
    names = [name for name in projects() if not only or name in only]
    # Half of the apps to each of two processes; a fork each, so that none sees the other's.
    parts, children = [names[0::2], names[1::2]], []
    for number, part in enumerate(parts):
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            status = 1
            try:
                outliner = Outliner(node)
                found = [App(name, steps, os.path.join(work, name), outliner).run(share)
                         for name in part]
                outliner.end()
                with os.fdopen(write, "w") as pipe:
                    json.dump(found, pipe)
                status = 0
            except BaseException:  # noqa: BLE001 - told to the parent by the status
                traceback.print_exc()
            os._exit(status)
        os.close(write)
        children.append((pid, read))
    results = []
    for pid, read in children:
        with os.fdopen(read) as pipe:
            text = pipe.read()
        if os.waitpid(pid, 0)[1]:
            sys.exit("a part of the suite failed")
        results += json.loads(text)
    print(json.dumps(summary(results)))


def projects():
    from fallbacks import FALLBACKS

    found = {}
    for name in sorted(os.listdir(APPS)):
        found[name] = _read_tree(os.path.join(APPS, name))
    found.update(("fallback-" + name, files) for name, files in FALLBACKS.items())
    return found


def summary(results):
    kinds, wrong, naive, modes, outlined = {}, [], 0, {}, 0
    distinct = set()
    for result in results:
        modes[result["app"]] = result["mode"]
        for case in result["cases"]:
            row = kinds.setdefault(case["kind"], {
                "cases": 0, "hits": 0, "needed": 0, "unneeded": 0, "failing": 0})
            row["cases"] += 1
            distinct.add((result["app"], case["key"]))
            row[case["verdict"]] += 1
            naive += case["naive"]
            outlined += case["outlined"]
            if case["wrong"]:
                wrong.append("{} {} {}: {}".format(
                    result["app"], case["kind"], case["edit"], case["wrong"]))
    return {"cases": sum(row["cases"] for row in kinds.values()), "distinct": len(distinct),
            "kinds": kinds, "wrong": wrong, "naiveWrong": naive, "modes": modes,
            "outlined": outlined}


class Outliner:
    """The host's part, which is TypeScript: one process for all apps."""

    def __init__(self, node):
        self.process = subprocess.Popen(
            [node, os.path.join(HERE, "outline.ts")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            encoding="utf-8")

    def outline(self, project):
        """The text of the outlined app.py, or None."""
        self.process.stdin.write(project + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        if self.process.wait():
            raise RuntimeError("the outliner failed")


class App:
    def __init__(self, name, steps, work, outliner):
        self.name, self.steps, self.work, self.outliner = name, steps, work, outliner
        self.files = projects()[name]
        #: key → what the run under it gave, as an engine keeps it
        self.cache = {}

    def run(self, share):
        from mutations import mutations

        base = self.served(self.files)
        honest = self.honest(self.files)
        assert honest["outcome"] == "weights", (self.name, honest)
        assert base["weights"] == honest["weights"], (self.name, base, honest)
        edits, seen = [], {json.dumps(self.files, sort_keys=True)}
        for kind, edit, files in mutations(self.files):
            text = json.dumps(files, sort_keys=True)
            if text not in seen and _parses(files):
                seen.add(text)
                edits.append((kind, edit, files))
        cases = [self.case(*edit, base, honest) for edit in _sample(edits, share, self.name)]
        return {"app": self.name, "mode": base["mode"], "cases": cases}

    def case(self, kind, edit, files, base, honest_before):
        served = self.served(files)
        honest = self.honest(files)
        hit = served["key"] == base["key"]
        wrong = None
        if honest["outcome"] == "weights":
            changed = honest["weights"] != honest_before["weights"]
            verdict = "hits" if hit else "needed" if changed else "unneeded"
            if served["outcome"] != "weights":
                wrong = "failed: {}".format(served["why"])
            elif served["weights"] != honest["weights"]:
                wrong = "{} {} instead of {}".format(
                    "HIT" if hit else "RUN", served["weights"], honest["weights"])
        else:
            # An app that cannot be imported is refused by the build's next step, with the
            # whole project; one that fails later must fail here as well.
            changed, verdict = True, "failing"
            if honest["outcome"] == "download" and served["outcome"] == "weights":
                wrong = "served {} where the run fails: {}".format(served["weights"], honest["why"])
        naive = changed and _naive_key(files) == _naive_key(self.files)
        return {"kind": kind, "edit": edit, "key": served["key"], "verdict": verdict,
                "wrong": wrong, "naive": int(naive), "outlined": int(served["outlined"])}

    # ── with slice and cache ──

    def served(self, files):
        root = os.path.join(self.work, "build")
        project = os.path.join(root, "mnt", "project")
        _write_project(project, files)
        mode, keys = "slice", []
        outline = self.outliner.outline(project)
        outlined = outline is not None
        if outlined:
            _write(os.path.join(project, "app.py"), outline)
        while True:
            request = {"mode": mode, "outlined": outline is not None}
            done = _in_child(_slice, self.steps["slice"], root, request,
                             "plotlib" in files.get("app.py", ""))
            if done["outcome"] != "sliced":
                return dict(done, key="/".join(keys), mode=mode, outlined=outlined)
            keys.append(done["key"])
            if done["key"] not in self.cache:
                self.cache[done["key"]] = _in_child(_download, self.steps["weights"], root)
            result = self.cache[done["key"]]
            if result["outcome"] != "fallback":
                return dict(result, key="/".join(keys), mode=done["mode"], outlined=outlined)
            # As the host plans again: wider, and with the file as it is.
            mode = result["next"]
            if outline is not None:
                _write_project(project, files)
                outline = None

    # ── without ──

    def honest(self, files):
        project = os.path.join(self.work, "honest", "project")
        cache = os.path.join(self.work, "honest", "cache")
        _write_project(project, files)
        shutil.rmtree(cache, ignore_errors=True)
        os.makedirs(cache)
        done = _in_child(_honest, project, cache)
        if done["outcome"] == "weights":
            done["weights"] = _read_tree(cache)
        return done


def _slice(step, root, request, plotting):
    os.environ["OVENBIRD_ROOT"] = root
    _write_packages(root, plotting)
    _write(os.path.join(root, "mnt", "plan", "request.json"), json.dumps(
        dict(request, file="app.py", secrets=[], **{"class": _class_name(root)})))
    step.step()
    ob = step.ob
    report = ob.read_json(ob.out("slice-report", "report.json"))
    return {"outcome": "sliced", "key": report["key"], "mode": report["mode"]}


def _download(step, root):
    sliced = os.path.join(root, "ob", "slice")
    os.environ["OVENBIRD_ROOT"] = root = os.path.join(root, "weights")
    ob = step.ob
    shutil.rmtree(ob.mnt("slice"), ignore_errors=True)
    shutil.copytree(sliced, ob.mnt("slice"))
    deps = ob.mnt("deps", "root", "opt", "deps")
    shutil.rmtree(ob.mnt("deps"), ignore_errors=True)
    os.makedirs(deps)
    with open(ob.mnt("slice", "lock", "ovenbird.lock")) as file:
        for line in file:
            if "==" in line:
                name = line.split("==")[0]
                shutil.copytree(os.path.join(PACKAGES, name), os.path.join(deps, name))
    try:
        step.step()
    except ob.Failure as failure:
        return {"outcome": "failed", "why": str(failure)}
    report = ob.read_json(ob.out("weights-report", "report.json"))
    if report["status"] == "fallback":
        return {"outcome": "fallback", "next": report["next"], "why": report["why"]}
    return {"outcome": "weights",
            "weights": _read_tree(ob.out("weights", "root", "var", "cache", "jlserve"))}


def _honest(project, cache):
    os.environ["JLSERVE_CACHE_DIR"] = cache
    os.environ["PYTHONHASHSEED"] = "0"
    os.chdir(project)
    sys.path[:] = [project, PACKAGES] + [item for item in sys.path if item != HERE and item]
    import importlib.util
    step = "import"
    try:
        spec = importlib.util.spec_from_file_location("user_module", os.path.join(project, "app.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules["user_module"] = module
        spec.loader.exec_module(module)
        import jlserve
        made = jlserve.registered[-1]
        step = "download"
        made().download_weights()
    except BaseException as error:  # noqa: BLE001 - an edit may break the app
        return {"outcome": step, "why": "{}: {}".format(type(error).__name__, error)}
    return {"outcome": "weights"}


# ── helpers ──

def _load_steps(toolkit):
    """The two steps' programs, loaded once; both have modules of the same names."""
    import importlib

    steps = {}
    for name in ("slice", "weights"):
        before, path = set(sys.modules), os.path.join(toolkit, name)
        sys.path.insert(0, path)
        steps[name] = importlib.import_module("main")
        sys.path.remove(path)
        for module in set(sys.modules) - before:
            if (getattr(sys.modules[module], "__file__", None) or "").startswith(toolkit + os.sep):
                del sys.modules[module]
    return steps


def _sample(edits, share, seed):
    """One of `share` edits, and of each kind at least one; of an app without a slice, whose
    edits are all alike, a few of all kinds."""
    import random

    if seed.startswith("fallback-"):
        number = min(len(edits), max(6, round(len(edits) / share)))
        return random.Random(seed).sample(edits, number) if share > 1 else edits
    chosen, by_kind = [], {}
    for edit in edits:
        by_kind.setdefault(edit[0], []).append(edit)
    draw = random.Random(seed)
    for kind in sorted(by_kind):
        group = by_kind[kind]
        chosen += draw.sample(group, max(1, round(len(group) / share)))
    return chosen


def _in_child(function, *arguments):
    """Runs a function in a fork of its own and gives what it returned."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        sys.stdout = sys.stderr = io.StringIO()
        os.dup2(null, 2)
        try:
            result = function(*arguments)
        except BaseException as error:  # noqa: BLE001 - told to the parent
            result = {"outcome": "defect", "why": traceback.format_exc() + str(error)}
        os.write(write, json.dumps(result).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    result = json.loads(text)
    if result["outcome"] == "defect" and "Failure" not in result["why"]:
        raise AssertionError(result["why"])
    return result


def _class_name(root):
    import ast
    with open(os.path.join(root, "mnt", "project", "app.py")) as file:
        tree = ast.parse(file.read())
    names = [node.name for node in tree.body if isinstance(node, ast.ClassDef) and node.decorator_list]
    return names[-1] if names else "App"


def _write_packages(root, plotting):
    """The whole lock's packages, installed as the install step leaves them."""
    installed = os.path.join(root, "mnt", "deps")
    deps = os.path.join(root, "mnt", "deps", "root", "opt", "deps")
    made = os.path.join(root, "with-plotlib" if plotting else "without-plotlib")
    if os.path.exists(made):
        return
    for other in ("with-plotlib", "without-plotlib"):
        if os.path.exists(os.path.join(root, other)):
            os.remove(os.path.join(root, other))
    shutil.rmtree(installed, ignore_errors=True)
    lock = "# ovenbird.lock 1\n# python 3.11 linux/amd64 glibc 2.36\n# inputs {}\n".format(
        "with" if plotting else "without")
    for name in sorted(REQUIRES):
        if name == "plotlib" and not plotting:
            continue
        shutil.copytree(os.path.join(PACKAGES, name), os.path.join(deps, name))
        info = os.path.join(deps, name + "-1.0.dist-info")
        requires = "".join("Requires-Dist: {}\n".format(item) for item in REQUIRES[name])
        _write(os.path.join(info, "METADATA"), "Name: {}\nVersion: 1.0\n{}\n".format(name, requires))
        _write(os.path.join(info, "RECORD"), "{}/__init__.py,,\n".format(name))
        lock += "{}==1.0 \\\n    --hash=sha256:{}\n".format(name, name)
    _write(os.path.join(root, "mnt", "lock", "ovenbird.lock"), lock)
    _write(made, "")


def _write_project(root, files):
    shutil.rmtree(root, ignore_errors=True)
    for path, text in files.items():
        _write(os.path.join(root, *path.split("/")), text)


def _write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def _read_tree(root):
    found = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in files:
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as file:
                found[os.path.relpath(path, root)] = file.read()
    return found


def _parses(files):
    import ast
    try:
        for path, text in files.items():
            if path.endswith(".py"):
                compile(text, path, "exec")
                ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _naive_key(files):
    """What a key of the function's own source would be: to show that the edits matter."""
    import ast
    for node in ast.walk(ast.parse(files["app.py"])):
        if isinstance(node, ast.FunctionDef) and node.name == "download_weights":
            return ast.unparse(node)
    return None


if __name__ == "__main__":
    main(*sys.argv[1:4], float(sys.argv[4]), sys.argv[5:])

"""Apps of which no slice can be made: what each one does is seen by nobody who only reads."""

_HEAD = '''import os
import jlserve
from pydantic import BaseModel

KIND = "a"
VALUE_a = "first"
VALUE_b = "second"
UNUSED = 1


class Input(BaseModel):
    text: str = ""


def save(lines):
    with open(os.path.join(os.environ["JLSERVE_CACHE_DIR"], "out"), "w") as file:
        file.write(repr(lines))

'''

_TAIL = '''
    @jlserve.endpoint()
    def predict(self, data: Input) -> Input:
        return Input(text=data.text + str(UNUSED))
'''


def _app(body, before="", head="@jlserve.app()\nclass App:\n    revision_a = 'ra'\n    revision_b = 'rb'\n"):
    lines = "".join("    " + line + "\n" if line else "\n" for line in body.split("\n"))
    return _HEAD + before + "\n\n" + head + lines + _TAIL


_PLUGIN = {"plugins/__init__.py": "", "plugins/a.py": "VALUE = 'plugin a'\n",
           "plugins/b.py": "VALUE = 'plugin b'\n"}

#: name → the project's files
FALLBACKS = {
    "computed": {"app.py": _app(
        "def download_weights(self):\n    save(getattr(self, 'revision_' + KIND, 'none'))")},
    "globals": {"app.py": _app(
        "def download_weights(self):\n    save(globals()['VALUE_' + KIND])")},
    "handed-on": {"app.py": _app(
        "def download_weights(self):\n    save(describe(self))",
        "def describe(app):\n    return [getattr(app, n) for n in sorted(vars(type(app))) if n.startswith('revision')]")},
    "base": {"app.py": _app(
        "def download_weights(self):\n    super().prepare()\n    save([self.name, self.done])",
        "class Common:\n    name = 'common'\n    def prepare(self):\n        self.done = VALUE_a",
        "@jlserve.app()\nclass App(Common):\n    revision_a = 'ra'\n")},
    "swallowed": {"app.py": _app(
        "def download_weights(self):\n    try:\n        value = late()\n    except Exception:\n        value = 'default'\n    save(value)",
        "def late():\n    return VALUE_b")},
    "star": {"app.py": _app("def download_weights(self):\n    save([NAME, VALUE_a])", "from names import *"),
             "names.py": "NAME = 'starred'\nVALUE_a = 'from names'\n"},
    "plugins": dict(_PLUGIN, **{"app.py": _app(
        "def download_weights(self):\n    save(importlib.import_module('plugins.' + KIND).VALUE)",
        "import importlib")}),
    "listed": dict(_PLUGIN, **{"app.py": _app(
        "def download_weights(self):\n    save(sorted(os.listdir(os.getcwd())))")}),
    "joined": {"app.py": _app(
        "def download_weights(self):\n    name = KIND + '.txt'\n    save(os.path.exists(name) and open(name).read())"),
        "a.txt": "text a\n", "b.txt": "text b\n"},
    "globbed": {"app.py": _app(
        "def download_weights(self):\n    save([open(name).read() for name in sorted(glob.glob('*.txt'))])",
        "import glob"), "a.txt": "text a\n", "b.txt": "text b\n"},
    "beside": {"app.py": _app(
        "def download_weights(self):\n    save((Path(__file__).parent / (KIND + '.txt')).read_text())",
        "from pathlib import Path"), "a.txt": "text a\n", "b.txt": "text b\n"},
    "own-text": {"app.py": _app(
        "def download_weights(self):\n    save(len(open('app.py').read()))")},
    "computed-name": {"app.py": _app(
        "def download_weights(self):\n    save(os.path.exists(KIND.join(['', '.txt'])))"),
        "a.txt": "text a\n"},
    "submodule": {"app.py": _app(
        "def download_weights(self):\n    try:\n        value = xml.dom.__name__\n    except AttributeError:\n        value = 'none'\n    save(value)",
        "import xml\nfrom xml import dom\n\n\ndef serve():\n    return dom")},
    "described": {"app.py": _app(
        "def download_weights(self):\n    save(sorted(name for name in dir(self) if 'revision' in name))")},
    "reflected": {"app.py": _app(
        "def download_weights(self):\n    save(value_of(KIND))",
        "from reflecting import value_of"),
        "reflecting.py": "import sys\n\ndef value_of(kind):\n    return getattr(sys.modules['user_module'], 'VALUE_' + kind, 'none')\n"},
    "executed": {"app.py": _app(
        "def download_weights(self):\n    save(eval('VALUE_' + KIND))")},
    "by-module": {"app.py": _app(
        "def download_weights(self):\n    save(chosen(KIND))",
        "from choices import chosen"),
        "choices.py": "import importlib\n\ndef chosen(kind):\n    try:\n        return importlib.import_module('plugin_' + kind).VALUE\n    except ImportError:\n        return 'none'\n",
        "plugin_a.py": "VALUE = 'plugged'\n"},
    "decorated": {"app.py": _app(
        "def download_weights(self):\n    save([self.value(), self.revision_a])\n\n@traced\ndef value(self):\n    return VALUE_a",
        "def traced(method):\n    def call(self):\n        return method(self) + getattr(self, 'revision_' + KIND)\n    return call")},
    "member-function": {"app.py": _app(
        "show = described\n\ndef download_weights(self):\n    save(self.show())",
        "def described(app):\n    return getattr(app, 'revision_b', 'none')")},
    "looked-behind": {"app.py": _app(
        "def download_weights(self):\n    save(read(self.revision_a))",
        "import tools\nread = tools.read"),
        "tools.py": "import os\n\ndef read(name):\n    try:\n        with open(os.sep.join(['.', name])) as file:\n            return file.read()\n    except BaseException:\n        return 'nothing'\n",
        "ra": "named like a revision\n"},
}

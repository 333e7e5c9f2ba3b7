"""Imports the SDK ahead of the project, where its side effects do no harm.

It opens a log file under the working folder, which for the project is read-only; and one of
its modules asks the machine for its processor's name, which takes a second (ten under
emulation) and decides nothing here."""

import importlib
import os
import sys

import ob


def import_sdk(project):
    """Any failure is left for the project's own import of the SDK to show."""
    os.chdir(ob.scratch("sdk"))
    try:
        _without_processor_name("runpod.serverless.utils.rp_debugger")
        importlib.import_module("runpod_flash")
    except Exception as error:  # noqa: BLE001
        sys.stderr.write("the SDK cannot be imported: {}\n".format(error))
    finally:
        os.chdir(project)


def _without_processor_name(module):
    processor = importlib.import_module("cpuinfo")
    asked = processor.get_cpu_info
    processor.get_cpu_info = dict
    try:
        importlib.import_module(module)
    finally:
        processor.get_cpu_info = asked

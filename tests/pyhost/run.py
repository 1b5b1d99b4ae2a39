"""Runs a program with the Python SDK of PYTHONPATH and with the script of Pulumi's host of Python, its first argument.

The SDK imports OpenTelemetry and a newer semver than Debian has. Neither does anything in a test: where they are missing,
a few names take their place.
"""

import runpy
import sys
import types

import semver

try:
    import opentelemetry.sdk.trace  # noqa: F401
except ImportError:
    for name, names in {
        "opentelemetry": {},
        "opentelemetry.context": {
            "Context": dict,
            "get_current": dict,
            "attach": lambda context: None,
            "detach": lambda token: None,
        },
        "opentelemetry.propagate": {},
        "opentelemetry.trace": {},
        "opentelemetry.sdk": {},
        "opentelemetry.sdk.trace": {"TracerProvider": object},
    }.items():
        module = types.ModuleType(name)
        module.__dict__.update(names)
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)

if not hasattr(semver, "Version"):
    semver.Version = semver.VersionInfo

sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")

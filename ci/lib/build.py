# SPDX-License-Identifier: MIT
"""Builds presets quietly; keeps the log and shows it if the build fails."""

import os
import subprocess
import time


class BuildFailed(Exception):
    """The build of a preset failed; the message holds the end of its log."""


def build(root, preset, targets):
    """Configures a preset and builds targets. Returns the seconds it took."""
    log = root / "build" / f"{preset}.log"
    log.parent.mkdir(exist_ok=True)
    commands = [["cmake", "--preset", preset],
                ["cmake", "--build", "--preset", preset, "-j", str(os.cpu_count()),
                 "--target", *targets]]
    begun = time.monotonic()
    with open(log, "wb") as output:
        for command in commands:
            done = subprocess.run(command, cwd=root, stdout=output, stderr=subprocess.STDOUT)
            if done.returncode != 0:
                last = log.read_text(errors="replace").splitlines()[-40:]
                raise BuildFailed("\n".join([*last, f"the {preset} build failed; log: {log}"]))
    return time.monotonic() - begun

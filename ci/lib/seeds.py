# SPDX-License-Identifier: MIT
"""Seeds of the fuzz targets: the stored programs, converted to the byte form, and generated ones."""

import shutil
import subprocess

from engine_run import Job

SWARM = 100  # generated seeds


def encode(root, source, target):
    """Writes the byte form of a stored program."""
    allocheck = root / "build" / "libfuzzer" / "harness" / "cli" / "allocheck"
    subprocess.run([allocheck, "convert", "--to", "bytes", "-o", target, source], check=True)


def dictionary(root, folder):
    """Writes the dictionary of the byte form, for both engines."""
    file = folder / "dictionary"
    with open(file, "wb") as output:
        subprocess.run([root / "build" / "libfuzzer" / "fuzz" / "dictionary"], stdout=output,
                       check=True)
    return file


def swarm(root, folder):
    """Writes generated programs with different heads."""
    subprocess.run([root / "build" / "libfuzzer" / "fuzz" / "swarm", folder, str(SWARM)], check=True)


def prepare(root, out, target):
    """Writes the seeds of a target and returns its job."""
    folder = out / target
    seeds = folder / "seeds"
    shutil.rmtree(seeds, ignore_errors=True)
    seeds.mkdir(parents=True)
    for source in sorted((root / "corpus" / "seed").glob("*.ops")):
        if target == "parser_fuzz":
            shutil.copy(source, seeds / source.name)
        else:
            encode(root, source, seeds / source.stem)
    if target != "parser_fuzz":
        swarm(root, seeds)
    mutator = root / "build" / "afl" / "fuzz" / "libmutator_afl.so"
    bytes_form = target != "parser_fuzz"
    return Job(target, root, folder, seeds, dictionary(root, folder) if bytes_form else None,
               mutator if target.startswith("slate_") else None)

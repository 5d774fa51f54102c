#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the documents of `allocheck run' with independent parsers.

usage: documents.py junit FILE EXPECTED...     EXPECTED: INPUT:ELEMENT[:TEXT], ELEMENT `passed' for none
       documents.py sarif FILE EXPECTED...     EXPECTED: INPUT:RULE:REGION, or note:INPUT:LEVEL
       documents.py json FILE EXPECTED...      EXPECTED: INPUT:VERDICT[:KEY=VALUE], KEY.KEY...
       documents.py exit FILE STATUS           STATUS: exit code
Exit status: 0 as expected, 1 not (standard error says why)."""
import json
import sys
import xml.etree.ElementTree


def must(condition, message):
    if not condition:
        sys.exit(f"documents.py: {message}")


def same(kind, found, expected):
    must(sorted(found) == sorted(expected),
         f"{kind}: found {sorted(found)}, expected {sorted(expected)}")


# --- JUnit ---

def junit(path, expected):
    root = xml.etree.ElementTree.parse(path).getroot()
    must(root.tag == "testsuites" and len(root) == 1, "expected one suite in testsuites")
    suite = root[0]
    cases = suite.findall("testcase")
    counts = dict.fromkeys(("failure", "error", "skipped"), 0)
    found = []
    for case in cases:
        must(float(case.get("time")) >= 0 and case.get("classname"), "a case without time or class")
        must(case.findtext("system-out"), "a case without output")
        ends = [child for child in case if child.tag in counts]
        must(len(ends) <= 1, f"{case.get('name')}: more than one end")
        for end in ends:
            counts[end.tag] += 1
            must(end.get("message") and "\n" not in end.get("message"), "no message of one line")
        found.append(f"{case.get('name')}:{ends[0].tag if ends else 'passed'}")
    for element in (root, suite):
        must(int(element.get("tests")) == len(cases), "wrong number of tests")
        must([int(element.get(name)) for name in ("failures", "errors", "skipped")] ==
             list(counts.values()), "wrong counts")
    same("junit", found, [":".join(item.split(":")[:2]) for item in expected])
    for item in expected:
        name, element, text = [*item.split(":", 2), ""][:3]
        case = next(case for case in cases if case.get("name") == name)
        end = case.find(element)
        must(text in ("" if end is None else (end.text or "") + end.get("message")),
             f"{name}: no '{text}' in its {element}")


# --- SARIF ---

def place(located):
    physical = located["locations"][0]["physicalLocation"]
    artifact = physical["artifactLocation"]
    region = physical.get("region", {})
    where = "-".join(f"{key}={value}" for key, value in sorted(region.items())) or "none"
    return artifact.get("uri") or artifact["description"]["text"], where


def sarif(path, expected):
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
    must(log["version"] == "2.1.0" and len(log["runs"]) == 1, "expected one run of 2.1.0")
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    ids = [rule["id"] for rule in rules]
    must(len(set(ids)) == len(ids) and "zeroed" in ids, "a rule is missing or repeated")
    found = []
    for result in run["results"]:
        must(ids[result["ruleIndex"]] == result["ruleId"], "ruleIndex and ruleId differ")
        must(result["level"] == "error" and result["message"]["text"], "a result that is no error, or has no message")
        must(result["partialFingerprints"]["allocheckFinding/v1"], "no fingerprint")
        name, where = place(result)
        hidden = "suppressed-" if result.get("suppressions") else ""
        found.append(f"{name}:{hidden}{result['ruleId']}:{where}")
    for note in run["invocations"][0]["toolExecutionNotifications"]:
        must(note["message"]["text"], "a notification without a text")
        found.append(f"note:{place(note)[0]}:{note['level']}")
    same("sarif", found, expected)


def sarif_exit(path, status):
    with open(path, encoding="utf-8") as file:
        invocation = json.load(file)["runs"][0]["invocations"][0]
    must(str(invocation["exitCode"]) == status,
         f"it ended with {invocation}, expected {status}")


# --- JSON ---

def member(value, path):
    for key in path.split("."):
        must(key in value, f"no member {path}")
        value = value[key]
    return value


def own_json(path, expected):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    inputs = document["inputs"]
    same("json", [f"{item['input']}:{item['verdict']}" for item in inputs],
         {":".join(item.split(":")[:2]) for item in expected})
    must(document["summary"]["inputs"] == len(inputs), "wrong number of inputs")
    must(sum(document["summary"][verdict] for verdict in
             ("passed", "expected", "finding", "missed", "idle", "trouble", "stopped", "not-run"))
         == len(inputs), "verdicts do not add up")
    must(member(document, "tool.version") and member(document, "system.libc") and
         len(member(document, "allocator.sha256")) == 64, "no versions")
    for item in expected:
        name, _, check = [*item.split(":", 2), ""][:3]
        if check:
            key, _, wanted = check.partition("=")
            entry = next(entry for entry in inputs if entry["input"] == name)
            found = str(member(entry, key))
            must(found == wanted, f"{name}: {key} is {found}, expected {wanted}")


def main():
    kind, path, *expected = sys.argv[1:]
    if kind == "junit":
        junit(path, expected)
    elif kind == "sarif":
        sarif(path, expected)
    elif kind == "json":
        own_json(path, expected)
    else:
        sarif_exit(path, *expected)


if __name__ == "__main__":
    main()

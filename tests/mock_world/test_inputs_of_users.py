"""Files and YAML of users, within limits."""

import os
from pathlib import Path

import pytest
import yaml

from mock_world.file_input import UnfitFileError, read_file
from mock_world.yaml_input import load_yaml

DEEP = "[" * 60 + "]" * 60
LEVELS = [f"l{level}: &l{level} [{', '.join([f'*l{level - 1}'] * 10)}]" for level in range(1, 8)]
BOMB = "\n".join(["l0: &l0 [a, b]", *LEVELS])
MERGES = "\n".join(
    ["m0: &m0 {a: b}"] + [f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 10)}]}}" for n in range(1, 8)]
)


@pytest.mark.threat(
    "A setting that names a device or a pipe blocks every page that reads the file, or fills the memory"
)
@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("pipe", "it is a pipe; name a file"),
        ("device", "it is a device; name a file"),
        ("folder", "it is a folder; name a file"),
        ("large", "it is larger than 10,000,000 bytes; name a smaller one"),
    ],
)
def test_what_is_no_file_of_reasonable_size_is_refused_at_once(tmp_path: Path, kind: str, problem: str) -> None:
    path = {"device": Path("/dev/zero"), "folder": tmp_path}.get(kind, tmp_path / "file")
    if kind == "pipe":
        os.mkfifo(path)
    if kind == "large":
        with path.open("wb") as file:
            file.truncate(1 << 30)
    with pytest.raises(UnfitFileError) as refused:
        read_file(path)
    assert refused.value.strerror == problem


@pytest.mark.threat("A few lines of YAML stand for billions of values, or end the process by their depth")
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (BOMB, "references that stand for more than 100,000 values"),
        (MERGES, "references that stand for more than 100,000 values"),
        ("a: &a [*a]", "a reference to what it stands in"),
        (DEEP, "lists or names more than 50 deep within each other"),
        ("- " * 60 + "a", "lists or names more than 50 deep within each other"),
        ("a: 1" + ":59" * 500, "a number of more than 1000 characters"),
        ("a: 1" + ":59" * 250 + ".5", "a number or a date that does not exist"),
        ("a: 2026-13-01", "a number or a date that does not exist"),
        ("a" * 16_000_001, "more than 16,000,000 characters"),
    ],
)
def test_yaml_beyond_a_limit_is_refused_with_the_limit(text: str, problem: str) -> None:
    with pytest.raises(yaml.MarkedYAMLError) as refused:
        load_yaml(text)
    assert refused.value.problem == problem


def test_usual_yaml_is_read_with_its_references() -> None:
    text = "base: &base {a: 1}\nmore: {<<: *base, b: 2024-01-02}\nlist: [*base, *base]\ntext: " + "2 words " * 500
    document = load_yaml(text)
    assert (document["more"]["a"], document["list"]) == (1, [{"a": 1}, {"a": 1}])

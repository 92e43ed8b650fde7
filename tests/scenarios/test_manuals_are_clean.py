"""Every manual page goes through groff without a warning, and the completion through bash."""
import re
import shutil
import subprocess

import pytest

from newsroom import crier

PAGES = [[], ["init"], ["import", "wordpress"], ["serve"], ["check"], ["backup"], ["restore"], ["withdraw"], ["export", "site"], ["help"], ["completion"], ["crier.conf"]]


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff here")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: "-".join(page) or "crier")
def test_groff(page):
    roff = crier("help", "--man", *page).stdout
    done = subprocess.run(["groff", "-man", "-Kutf8", "-ww", "-Tutf8"], input=roff, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    text = re.sub(".\b", "", done.stdout)  # bold is a letter struck twice
    assert "NAME\n" in text and "SYNOPSIS\n" in text or page == ["crier.conf"]


def test_help_for_half_a_command():
    for words in (["import"], ["help", "import", "joomla"], ["help", "--man", "import"]):
        done = crier(*words, check=False)
        assert done.returncode == 2 and 'did you mean "import wordpress"?' in done.stderr


def test_output_that_cannot_be_written():
    with open("/dev/full", "w") as full:
        from newsroom import CRIER
        done = subprocess.run([str(CRIER), "help"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "No space left" in done.stderr

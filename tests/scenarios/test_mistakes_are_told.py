"""Wrong commands, options, configuration: what was found, where, and what would be right."""
import pytest

from newsroom import Newsroom, crier


def test_no_command():
    done = crier(check=False)
    assert done.returncode == 2 and "usage: crier COMMAND" in done.stderr


@pytest.mark.parametrize("words, told", [
    (["serf"], 'no command "serf"'),
    (["serve", "--prot", "80"], "did you mean --port"),
    (["serve", "--port"], "--port wants a value"),
    (["serve", "--port", "many"], '--port wants a number from 0 to 65535, found "many"'),
    (["check", "--json=1"], "--json takes no value"),
    (["init"], "usage: crier init DIR"),
    (["import", "wordpress"], "usage: crier import wordpress"),
])
def test_command_line(words, told):
    done = crier(*words, check=False)
    assert done.returncode == 2 and told in done.stderr


def test_no_newsroom(tmp_path):
    done = crier("check", "-C", tmp_path, check=False)
    assert done.returncode == 1 and "crier.conf is missing" in done.stderr and "crier init" in done.stderr


def test_init_twice_changes_nothing(tmp_path):
    crier("init", tmp_path / "n")
    before = (tmp_path / "n" / "crier.conf").read_bytes()
    done = crier("init", tmp_path / "n", "--sample", check=False)
    assert done.returncode == 1 and "holds a newsroom already" in done.stderr
    assert (tmp_path / "n" / "crier.conf").read_bytes() == before


@pytest.mark.parametrize("line, told", [
    ("lisen = { port = 80; };", "lisen"),
    ("site = { name = \"x\"; };", "a name that its group has already"),
    ("@include \"other\"", "include"),
])
def test_configuration(tmp_path, line, told):
    crier("init", tmp_path / "n")
    path = tmp_path / "n" / "crier.conf"
    path.write_text(path.read_text() + line + "\n")
    last = len(path.read_text().splitlines())
    done = crier("check", "-C", tmp_path / "n", check=False)
    assert done.returncode == 1
    assert "crier.conf:" in done.stderr and told in done.stderr, done.stderr
    assert str(last) in done.stderr


def test_an_unknown_key_names_the_nearest(tmp_path):
    crier("init", tmp_path / "n")
    path = tmp_path / "n" / "crier.conf"
    lines = path.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip().startswith("time_zone"))
    lines[at] = lines[at].replace("time_zone", "timezone")
    path.write_text("\n".join(lines) + "\n")
    done = crier("check", "-C", tmp_path / "n", check=False)
    assert done.returncode == 1 and f"crier.conf:{at + 1}:" in done.stderr
    assert "timezone" in done.stderr and "time_zone" in done.stderr


def test_a_bad_value_names_what_is_accepted(tmp_path):
    crier("init", tmp_path / "n")
    room = Newsroom(tmp_path / "n")
    room.set("listen", "port", "99999")
    done = room.run("check", check=False)
    assert done.returncode == 1 and "99999" in done.stderr and "65535" in done.stderr


def test_every_command_has_help_and_manual():
    overview = crier("help").stdout
    names = [line.split("  ")[1].strip() for line in overview.splitlines() if line.startswith("  ") and line.strip()]
    assert "import wordpress" in names and len(names) >= 9
    for name in names:
        assert "usage: crier" in crier("help", *name.split()).stdout
        manual = crier("help", "--man", *name.split()).stdout
        assert manual.startswith(".TH CRIER-") and ".SH SYNOPSIS" in manual
    assert crier("--version").stdout.startswith("crier ")


def test_completion_is_shell(tmp_path):
    import subprocess
    script = crier("completion", "bash").stdout
    done = subprocess.run(["bash", "-c", script + '\nCOMP_WORDS=(crier ser); COMP_CWORD=1; _crier; echo "${COMPREPLY[@]}"'],
                          capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "serve"


def test_theme_authors_get_the_fields_of_every_view():
    text = crier("help", "theme").stdout
    for view in ("front", "list", "item", "archive", "search", "notice", "card"):
        assert f"### {view}\n" in text
    assert "| `title` | text |" in text

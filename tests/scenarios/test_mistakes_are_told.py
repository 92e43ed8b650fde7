"""Wrong commands, options, configuration: what was found, where, and what would be right."""
import json
import re

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
    (["init"], "found 0 arguments; usage: crier init [OPTIONS] DIR\n"),
    (["check", "now"], "found 1 argument; usage: crier check [OPTIONS]\n"),
    (["init", ""], "an empty argument"),
    (["check", "-C", ""], "--newsroom wants a DIR"),
    (["import", "wordpress"], "usage: crier import wordpress"),
    (["import"], 'did you mean "import wordpress"?'),
    (["-C", "here", "serve"], "-C stands before the command"),
    (["import", "wordpress", "--suggest", "--dry-run", "x.xml"], "leave --dry-run away"),
    (["import", "wordpress", "--suggest", "--report", "r.txt", "x.xml"], "leave --report away"),
    (["import", "wordpress", "--suggest", "--json", "x.xml"], "leave --json away"),
    (["import", "wordpress", "--report", "no/such/r.txt", "x.xml"], "there is no folder no/such"),
    (["completion", "fish"], 'made for bash, not for "fish"'),
    (["help", "nonsense"], 'no command "nonsense"'),
])
def test_command_line(words, told, tmp_path):
    done = crier(*words, check=False, cwd=tmp_path)
    assert done.returncode == 2 and told in done.stderr
    assert done.stdout == ""
    assert not [line for line in done.stderr.splitlines() if line != line.rstrip()], "a blank at a line's end"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option, value, told", [
    ("--url", "foo", '--url: found "foo"; accepted: https://HOST'),
    ("--url", "https://news.example/path", "--url: found"),
    ("--languages", "english", '--languages: found "english"; accepted: codes such as "en"'),
    ("--languages", "en,en", "each language once"),
    ("--contact", "notmail", '--contact: found "notmail"; accepted: NAME@HOST'),
    ("--name", "", '--name: found ""'),
    ("--time-zone", "Mars/Base", 'there is no zone "Mars/Base"'),
    ("--time-zone", "Mars Base", '--time-zone: found "Mars Base"'),
])
def test_init_names_the_option(option, value, told, tmp_path):
    done = crier("init", tmp_path / "n", option, value, check=False)
    assert done.returncode == 2 and told in done.stderr and "the options" not in done.stderr
    assert not (tmp_path / "n").exists()


@pytest.mark.one_engine("of the file of the store")
def test_a_lost_store_is_no_empty_newsroom(own_sample):
    """A server that started with an empty one would take every item away from readers."""
    (own_sample.folder / "store.db").unlink()
    for command in ("serve", "backup", "withdraw /x/", "check"):
        done = own_sample.run(command, check=False, timeout=60)
        assert done.returncode == 1 and "store.db is missing" in done.stdout + done.stderr, command
        assert not (own_sample.folder / "store.db").exists()


@pytest.mark.parametrize("words", [["backup"], ["check"], ["restore", "nowhere"], ["import", "wordpress", "nowhere.xml"]])
def test_failures_are_json_where_it_is_asked_for(words, tmp_path):
    crier("init", tmp_path / "n")
    for folder in ("n", "nothing"):
        if (folder, words[0]) in (("n", "backup"), ("n", "check")):
            continue
        done = crier(*words, "-C", tmp_path / folder, "--json", check=False)
        assert done.returncode == 1
        told = json.loads(done.stdout)
        assert told[0]["level"] == "wrong" if words == ["check"] else told["error"] in done.stderr


def test_a_missing_export_changed_nothing(tmp_path):
    crier("init", tmp_path / "n")
    done = crier("import", "wordpress", "-C", tmp_path / "n", tmp_path / "nowhere.xml", check=False)
    assert done.returncode == 1 and "nowhere.xml: No such file" in done.stderr
    assert "Nothing was imported" in done.stderr and "goes on" not in done.stderr


def test_help_of_a_first_word_is_that_of_its_command():
    whole = crier("help", "import", "wordpress").stdout
    assert crier("help", "import").stdout == whole
    assert crier("import", "--help").stdout == whole
    assert crier("import", "wordpress", "-h").stdout == whole


def test_the_configuration_is_explained_to_people_and_to_man():
    text = crier("help", "crier.conf").stdout
    assert "site.url" in text and ".TP" not in text and ".SH" not in text
    assert crier("help", "--man", "crier.conf").stdout.startswith(".TH CRIER.CONF 5")


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
    names = re.findall(r"^  (\w+(?: \w+)?)  ", overview, re.M)
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


def test_completion_takes_names_of_files_whole(tmp_path):
    import subprocess
    (tmp_path / "an export.xml").write_text("")
    script = crier("completion", "bash").stdout
    line = '\nCOMP_WORDS=(crier import wordpress an); COMP_CWORD=3; _crier; printf "[%s]" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script + line], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "[an export.xml]"


def test_theme_authors_get_the_fields_of_every_view():
    text = crier("help", "theme").stdout
    for view in ("front", "list", "item", "archive", "search", "notice", "card"):
        assert f"### {view}\n" in text
    assert "| `title` | text |" in text

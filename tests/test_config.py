"""The machine's configuration: what wins over what, and that every fault is one line that says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fadearena.config import Config, ConfigError, describe, load_config, of_demo, redact_url


def load(folder: Path, toml: str | bytes | None = None, **env: str) -> Config:
    """Configuration of an otherwise empty machine with ``fadearena.toml`` in its working directory."""
    cwd = folder / "cwd"
    cwd.mkdir(exist_ok=True)
    if toml is not None:
        (cwd / "fadearena.toml").write_bytes(toml.encode() if isinstance(toml, str) else toml)
    return load_config({"XDG_CONFIG_HOME": str(folder / "xdg"), "XDG_DATA_HOME": str(folder / "data"), **env}, cwd)


def fault(folder: Path, toml: str | bytes | None = None, **env: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, toml, **env)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_without_any_file_the_defaults_hold(tmp_path: Path) -> None:
    config = load(tmp_path)
    assert (config.host, config.port, config.exchange, config.embedded) == ("127.0.0.1", 8420, "mainnet", True)
    assert config.data_dir == tmp_path / "data" / "fadearena"
    assert set(config.origins.values()) == {"default"}


def test_each_layer_wins_over_the_one_below(tmp_path: Path) -> None:
    user = tmp_path / "xdg" / "fadearena"
    user.mkdir(parents=True)
    (user / "fadearena.toml").write_text("port = 1001\nhost = '::1'\nlog_level = 'debug'\nsystem_events_days = 7\n")
    explicit = tmp_path / "own.toml"
    explicit.write_text("log_level = 'error'\nsystem_events_days = 8\n")
    cwd = tmp_path / "cwd"
    cwd.mkdir()
    (cwd / "fadearena.toml").write_text("host = '127.0.0.2'\nlog_level = 'warning'\nsystem_events_days = 6\n")
    env = {"XDG_CONFIG_HOME": str(tmp_path / "xdg"), "FADEARENA_SYSTEM_EVENTS_DAYS": "9"}
    config = load_config(env, cwd, explicit)
    assert (config.port, config.host, config.log_level, config.system_events_days) == (1001, "127.0.0.2", "error", 9)
    assert config.origins["port"] == f"file {user / 'fadearena.toml'}"
    assert config.origins["host"] == f"file {cwd / 'fadearena.toml'}"
    assert config.origins["log_level"] == f"file {explicit}"
    assert config.origins["system_events_days"] == "environment FADEARENA_SYSTEM_EVENTS_DAYS"


def test_a_relative_folder_is_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    assert load(tmp_path, "data_dir = 'here'").data_dir == tmp_path / "cwd" / "here"


def test_broken_toml_names_file_and_line(tmp_path: Path) -> None:
    message = fault(tmp_path, "port = 1\nhost = = 2\n")
    assert message.startswith(f"{tmp_path / 'cwd' / 'fadearena.toml'}, line 2: is not TOML: ")


def test_toml_that_ends_too_soon_names_a_line(tmp_path: Path) -> None:
    assert ", line 1: is not TOML: " in fault(tmp_path, 'host = "127')


def test_an_unknown_key_names_the_nearest_and_its_line(tmp_path: Path) -> None:
    message = fault(tmp_path, "host = '127.0.0.1'\nprot = 3\n")
    assert message.endswith("fadearena.toml, line 2: there is no key 'prot'; did you mean 'port'?")


def test_a_table_is_an_unknown_key_too(tmp_path: Path) -> None:
    assert "line 1: there is no key 'server'" in fault(tmp_path, "[server]\nport = 3\n")


def test_an_unknown_variable_names_the_nearest(tmp_path: Path) -> None:
    message = fault(tmp_path, FADEARENA_DATABSE_URL="postgresql://h/d")
    assert message == "FADEARENA_DATABSE_URL: there is no such setting; did you mean 'FADEARENA_DATABASE_URL'?"


def test_variables_of_other_parts_are_left_alone(tmp_path: Path) -> None:
    load(tmp_path, FADEARENA_CHROMIUM="/usr/bin/chromium", FADEARENA_TEST_SEED="1")


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("port = 'eighty'", "port is 'eighty'; expected a whole number from 0 to 65535"),
        ("port = 65536", "port is 65536; expected a whole number from 0 to 65535"),
        ("port = true", "port is True; expected a whole number from 0 to 65535"),
        ("port = 84.2", "port is 84.2; expected a whole number from 0 to 65535"),
        ("host = ''", "host is ''; expected an address such as 127.0.0.1, or a host name"),
        ("host = '300.1.1.1'", "host is '300.1.1.1'; expected an address"),
        (
            "exchange = 'https://elsewhere'",
            "exchange is 'https://elsewhere'; expected one of mainnet, testnet, simulator",
        ),
        ("log_level = 3", "log_level is 3; expected one of debug, info, warning, error"),
        ("system_events = 'maybe'", "system_events is 'maybe'; expected true or false"),
        ("data_dir = 5", "data_dir is 5; expected a folder"),
        ("system_events_days = 0", "system_events_days is 0; expected a whole number from 1 to 3650"),
        ("extra_hosts = 5", "extra_hosts is 5; expected names such as fade.example.org or 192.168.1.5:8420"),
        ("extra_hosts = ['']", "expected names such as"),
        ("extra_hosts = [3]", "expected names such as"),
        ("extra_hosts = 'https://fade.example.org'", "without scheme or path"),
        ("extra_hosts = 'fade.example.org/'", "without scheme or path"),
        ("extra_hosts = '*.example.org'", "without scheme or path"),
        ("extra_hosts = 'a b'", "without scheme or path"),
        ("extra_hosts = 'fade.example.org:99999'", "without scheme or path"),
        ("extra_hosts = '300.1.1.1'", "without scheme or path"),
        ("extra_hosts = '::1'", "without scheme or path"),
        ("simulator_url = 'http://10.0.0.1:8421'", "expected http://127.0.0.1:PORT"),
        ("simulator_url = 'https://127.0.0.1:8421'", "expected http://127.0.0.1:PORT"),
        ("simulator_url = 'http://127.0.0.1'", "expected http://127.0.0.1:PORT"),
        ("simulator_url = 'http://127.0.0.1.elsewhere.example:1'", "expected http://127.0.0.1:PORT"),
        ("simulator_url = 'http://127.0.0.1@elsewhere.example:1'", "expected http://127.0.0.1:PORT"),
        ("database_url = 'mysql://h/d'", "expected postgresql://user:password@host:port/database"),
        ("database_url = 'h/d'", "expected postgresql://user:password@host:port/database"),
        ("database_url = 'postgresql://h:x/d'", "expected postgresql://user:password@host:port/database"),
    ],
)
def test_a_wrong_value_says_what_is_expected(tmp_path: Path, toml: str, expected: str) -> None:
    message = fault(tmp_path, toml)
    assert f"{tmp_path / 'cwd' / 'fadearena.toml'}, line 1: " in message
    assert expected in message


@pytest.mark.parametrize(
    ("toml", "hosts"),
    [
        ("", ()),
        ("extra_hosts = ''", ()),
        ("extra_hosts = []", ()),
        ("extra_hosts = 'Fade.Example.org, 192.168.1.5:8420,'", ("fade.example.org", "192.168.1.5:8420")),
        ("extra_hosts = ['fade.example.org', '[FE80::1]:80', 'nas']", ("fade.example.org", "[fe80::1]:80", "nas")),
        ("extra_hosts = ['nas', 'NAS']", ("nas",)),
    ],
)
def test_other_names_of_the_dashboard_are_a_list_or_text_with_commas(
    tmp_path: Path, toml: str, hosts: tuple[str, ...]
) -> None:
    assert load(tmp_path, toml).extra_hosts == hosts


def test_other_names_can_come_from_the_environment_and_are_shown(tmp_path: Path) -> None:
    config = load(tmp_path, FADEARENA_EXTRA_HOSTS="nas,fade.example.org")
    (row,) = [row for row in describe(config) if row.key == "extra_hosts"]
    assert (row.value, row.origin) == ("nas, fade.example.org", "environment FADEARENA_EXTRA_HOSTS")


def test_a_demo_says_what_it_has_of_its_own(tmp_path: Path) -> None:
    rows = {row.key: row for row in describe(of_demo(load(tmp_path, "exchange = 'testnet'\nport = 5")))}
    assert (rows["exchange"].value, rows["exchange"].origin) == ("simulator", "demo")
    assert rows["port"].origin.startswith("file ")


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    assert fault(tmp_path, FADEARENA_PORT="-1") == (
        "FADEARENA_PORT: port is '-1'; expected a whole number from 0 to 65535"
    )


def test_a_file_that_is_not_text_is_one_line(tmp_path: Path) -> None:
    assert fault(tmp_path, b"\xff\xfe").endswith("fadearena.toml: is not UTF-8 text")


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.toml: there is no such configuration file"):
        load_config({}, tmp_path, Path("absent.toml"))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "[::1]"])
def test_a_simulator_on_loopback_is_taken(tmp_path: Path, host: str) -> None:
    assert load(tmp_path, f"simulator_url = 'http://{host}:9000/'").simulator_url == f"http://{host}:9000"


@pytest.mark.parametrize(("text", "value"), [("on", True), ("0", False), ("TRUE", True), ("no", False)])
def test_switches_in_the_environment_take_the_usual_words(tmp_path: Path, text: str, value: bool) -> None:
    assert load(tmp_path, FADEARENA_SYSTEM_EVENTS=text).system_events is value


def test_an_empty_variable_counts_as_not_set_but_for_the_database(tmp_path: Path) -> None:
    config = load(
        tmp_path, "port = 99\ndatabase_url = 'postgresql://h/d'", FADEARENA_PORT="", FADEARENA_DATABASE_URL=""
    )
    assert config.port == 99
    assert config.embedded


@pytest.mark.parametrize(
    "url", ["postgresql:///here", "postgres://h:5432/d", "postgresql://u:p@h/d?sslmode=require", ""]
)
def test_every_usual_spelling_of_a_database_is_taken(tmp_path: Path, url: str) -> None:
    assert load(tmp_path, FADEARENA_DATABASE_URL=url).database_url == url


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://me:pw@db/x\n")
    config = load(tmp_path, FADEARENA_DATABASE_URL_FILE=str(secret))
    assert config.database_url == "postgresql://me:pw@db/x"
    assert config.origins["database_url"] == "environment FADEARENA_DATABASE_URL_FILE"


def test_a_secret_file_that_is_absent_or_doubled_is_one_line(tmp_path: Path) -> None:
    assert "/nowhere can't be read: No such file" in fault(tmp_path, FADEARENA_DATABASE_URL_FILE="/nowhere")
    both = fault(tmp_path, FADEARENA_DATABASE_URL_FILE="/nowhere", FADEARENA_DATABASE_URL="postgresql://h/d")
    assert both == "FADEARENA_DATABASE_URL_FILE: FADEARENA_DATABASE_URL is set too; leave one of them"


def test_only_secrets_have_files(tmp_path: Path) -> None:
    assert "FADEARENA_PORT_FILE: there is no such setting" in fault(tmp_path, FADEARENA_PORT_FILE="/x")


def test_a_wrong_secret_is_not_repeated(tmp_path: Path) -> None:
    message = fault(tmp_path, FADEARENA_DATABASE_URL="mysql://me:hunter2@h/d")
    assert "hunter2" not in message
    assert "database_url is ***; expected" in message


def test_every_key_is_described_and_passwords_are_not_shown(tmp_path: Path) -> None:
    rows = {row.key: row for row in describe(load(tmp_path, FADEARENA_DATABASE_URL="postgresql://me:hunter2@h:5/d"))}
    assert set(rows) == set(Config.__struct_fields__) - {"origins"}
    assert rows["database_url"].value == "postgresql://me:***@h:5/d"
    assert rows["port"].variable == "FADEARENA_PORT"
    assert all(row.meaning for row in rows.values())


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@h/d",
        "postgresql://me:hunter2@[::1/d",
        "postgresql:///d?user=me&password=hunter2",
        "postgresql://me:p%40hunter2@h/d?sslmode=require",
    ],
)
def test_no_spelling_of_an_address_shows_its_password(url: str) -> None:
    assert not re.search("hunter2", redact_url(url))

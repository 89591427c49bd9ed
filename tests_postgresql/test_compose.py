"""examples/compose-postgresql without containers: its mock and its proxy as processes, with their own settings."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import requests
import yaml

from eulogin_harness.client import Harness
from tests.eulogin_harness.test_command_line import serving
from tests.serving import free_ports

EXAMPLE = Path(__file__).parents[1] / "examples" / "compose-postgresql"
SERVICES: dict[str, Any] = yaml.safe_load((EXAMPLE / "compose.yaml").read_text(encoding="utf-8"))["services"]
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def test_the_team_s_mock_answers_through_its_proxy(url: str, tmp_path: Path, monkeypatch: Any) -> None:
    ports = free_ports(8)
    usual = {str(8400 + number): number for number in range(4)}
    settings: dict[str, str] = SERVICES["mock"]["environment"]
    environ = {
        name: re.sub(r"mock:(\d+)", lambda port: f"127.0.0.1:{ports[usual[port[1]]]}", value)
        if "INTERNAL" in name
        else re.sub(r":(84\d\d)", lambda port: f":{ports[4 + usual[port[1]]]}", value)
        for name, value in settings.items()
    }
    environ |= {"EULOGIN_DATABASE": url, "EULOGIN_TOKEN": "token-of-this-test", "EULOGIN_HOST": "0.0.0.0"}
    conf = (EXAMPLE / "nginx.conf").read_text(encoding="utf-8")
    for usual_port, number in usual.items():
        conf = conf.replace(f"listen {usual_port};", f"listen 127.0.0.1:{ports[4 + number]};")
    mapped = "".join(f"{ports[4 + n]} 127.0.0.1:{ports[n]};\n" for n in range(4))
    conf = conf.replace("default mock:$server_port;", mapped).replace("resolver 127.0.0.11 valid=5s;", "")
    own = f"pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log; daemon off;\n"
    (tmp_path / "nginx.conf").write_text(own + conf.replace("http {", f"http {{ access_log off; {_paths(tmp_path)}"))
    command = SERVICES["mock"]["command"][1:]
    with serving(*command, "--port", str(ports[0]), folder=tmp_path, **environ):
        proxy = subprocess.Popen([NGINX, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)])
        try:
            harness = Harness(f"http://localhost:{ports[4]}", token="token-of-this-test")
            harness.wait_until_ready(30)
            world = harness.default
            person = world.personas.create("enrolled")
            cookies = world.personas.session(person).cookies()
            page = requests.get(f"{world.addresses.idp}/cas/userdata/myAccount.cgi", cookies=cookies, timeout=10)
            assert world.addresses.idp == f"http://localhost:{ports[5]}"
            assert person.email in page.text
        finally:
            proxy.terminate()
            proxy.wait()


def _paths(folder: Path) -> str:
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "".join(f"{name}_temp_path {folder}/{name};" for name in names)

"""The way in and out in a real Chromium, and pages of others that try to get past it."""

import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from dashboard_rig import DashboardRig, tile

from byteport_agent.gateway.passwords import PasswordFile

NewDashboard = Callable[..., DashboardRig]
PASSWORD = "correct horse å"


@pytest.fixture
def closed(
    new_dashboard: NewDashboard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> DashboardRig:
    """A dashboard with a password, cheap to check."""
    monkeypatch.setattr("byteport_agent.gateway.passwords._COST", (2, 8, 1))
    PasswordFile(str(tmp_path / "gateway.password")).set(PASSWORD)
    return new_dashboard()


def log_in(dashboard: DashboardRig, password: str = PASSWORD) -> None:
    page = dashboard.browser
    page.one("#password").clear()
    page.one("#password").send_keys(password)
    page.click("button[type=submit]")


def is_open(dashboard: DashboardRig) -> bool:
    return dashboard.browser.run("return location.pathname") == "/"


@pytest.mark.parametrize("path", ["/", "/field?device=dev-1&field=temp"])
def test_a_password_is_asked_for_then_all_is_there(closed: DashboardRig, path: str) -> None:
    closed.browser.expected.append("api/login - Failed to load resource")
    closed.store("dev-1", temp="21.5")
    page = closed.show(path)
    page.wait_for(lambda: page.run("return location.pathname") == "/login", "the log-in")
    assert page.run("return document.activeElement.id") == "password"
    log_in(closed, "wrong")
    page.shows("#trouble", "The password is wrong.")
    log_in(closed)
    page.shows(tile("temp") + " .value", "21.5")
    page.shows("#log-out", "Log out")
    page.click("#log-out")
    page.wait_for(lambda: page.run("return location.pathname") == "/login", "the log-in")
    page.open(f"{closed.url}/")
    page.wait_for(lambda: page.run("return location.pathname") == "/login", "the log-in")


def test_X5_many_wrong_passwords_have_to_wait(closed: DashboardRig) -> None:
    closed.browser.expected.append("api/login - Failed to load resource")
    page = closed.show("/login")
    for _ in range(5):
        log_in(closed, "wrong")
        page.shows("#trouble", "The password is wrong.")
        page.run("document.getElementById('trouble').textContent = ''")
    for _ in range(5):  # so that the wait is longer than a busy machine takes to log in
        closed.gateway._access._attempts.failed("127.0.0.1")
    log_in(closed)
    page.shows("#trouble", "Too many wrong passwords: wait")


def test_without_a_password_on_loopback_all_is_open(dashboard: DashboardRig) -> None:
    page = dashboard.show("/login")
    page.wait_for(lambda: is_open(dashboard), "the first page")
    assert page.text("#log-out") == ""


def test_where_none_is_set_and_one_is_needed_it_says_how(
    new_dashboard: NewDashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byteport_agent.gateway.gateway.is_loopback", lambda _: False)
    new_dashboard().show().shows("#trouble", "“byteport-agent set-password” on the gateway")


def test_a_session_that_ends_leads_to_the_log_in(closed: DashboardRig) -> None:
    closed.browser.expected += ["api/", "Failed to load resource"]
    page = closed.show("/login")
    log_in(closed)
    page.shows("#connection", "Live")
    for cookie in list(closed.gateway.web.access._sessions):
        closed.gateway.web.access.log_out(cookie)
    closed.store("dev-1", temp=1)  # a device that the page must ask for
    page.wait_for(lambda: page.run("return location.pathname") == "/login", "the log-in")


@pytest.fixture
def evil() -> Iterator[Callable[[str], str]]:
    """Serve a page of somebody else's; give its address, which is another origin."""
    pages: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=UTF-8")
            self.end_headers()
            self.wfile.write(pages[-1].encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()

        def serve(page: str) -> str:
            pages.append(page)
            return f"http://localhost:{server.server_address[1]}/"

        yield serve
        server.shutdown()
        thread.join()


def test_X10_a_forged_post_of_another_site_does_nothing(
    closed: DashboardRig, evil: Callable[[str], str]
) -> None:
    page = closed.show("/login")
    log_in(closed)
    page.shows("#connection", "Live")
    page.expected += ["localhost", "favicon", "Failed to load resource", "blocked by CORS"]
    page.open(evil(f"""<!doctype html><title>win</title>
        <form method="post" action="{closed.url}/api/logout">
        <input name="csrfmiddlewaretoken" value="x"></form>
        <script>
        const target = "{closed.url}", post = {{ method: "POST", credentials: "include" }};
        Promise.allSettled([
          fetch(target + "/api/status", {{ credentials: "include" }}),
          fetch(target + "/api/logout", {{ ...post }}),
          fetch(target + "/api/logout", {{ ...post, mode: "no-cors" }}),
        ]).then((answers) => {{
          document.title = answers.map((each) => each.value?.type ?? "refused").join();
        }});
        </script>"""))  # fmt: skip
    page.wait_for(lambda: page.run("return document.title") == "refused,refused,opaque", "answers")
    page.run("document.forms[0].submit()")
    page.shows("body", "this does not come from a page of this gateway")
    closed.show()
    page.shows("#connection", "Live")  # as logged in as before


def test_X10_another_site_can_show_none_of_it_in_a_frame(
    dashboard: DashboardRig, evil: Callable[[str], str]
) -> None:
    page = dashboard.browser
    page.expected += ["localhost", "favicon", "frame-ancestors", "refused to connect", "frame"]
    page.open(evil(f'<!doctype html><iframe src="{dashboard.url}/"></iframe>'))
    frame = page.one("iframe")
    page.driver.switch_to.frame(frame)
    assert page.all("#devices") == []
    page.driver.switch_to.default_content()


def test_X10_a_name_that_leads_here_is_none_of_the_gateways(dashboard: DashboardRig) -> None:
    port = dashboard.url.rpartition(":")[2]
    page = dashboard.browser
    page.expected += ["evil.localhost", "favicon"]
    page.open(f"http://evil.localhost:{port}/")
    page.shows("body", "this is no name of this gateway")
    assert socket.gethostname()

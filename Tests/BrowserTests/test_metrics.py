"""What the portal tells monitoring of itself."""

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from addresses import seen_from_afar
from form_posts import DONE, FormPosts


@pytest.fixture
def read(portal):
    def read() -> dict[tuple[str, frozenset], float]:
        answer = portal.visitor().get("/metrics")
        assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        families = list(text_string_to_metric_families(answer.text))
        assert all(family.documentation and family.type != "unknown" for family in families)
        return {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in families
            for sample in family.samples
        }

    return read


def sample(metrics, name: str, **labels: str) -> float:
    return metrics.get((name, frozenset(labels.items())), 0)


def test_a_registration_is_counted_at_every_step_and_timed_on_every_route(portal, read):
    before = read()
    posts = FormPosts(seen_from_afar(portal))
    posts.walk_to("/register/otp")
    waiting = read()
    posts.walk_to(DONE)
    posts.log_in()
    after = read()

    def grown(name: str, **labels: str) -> float:
        return sample(after, name, **labels) - sample(before, name, **labels)

    for action, outcome in [("registration.start", "started"), ("registration.verify", "proven"), ("account.login", "accepted")]:
        assert grown("icegate_events_total", action=action, outcome=outcome) == 1, action
    assert grown("icegate_http_requests_total", route="/register/otp", status="303") == 1
    assert grown("icegate_http_request_seconds_count", route="/register/account") == 2
    assert grown("icegate_http_request_seconds_bucket", route="/register/account", le="+Inf") == 2
    assert 0.005 < grown("icegate_http_request_seconds_sum", route="/register/account") < 5
    assert grown("icegate_deliveries_total", channel="sms", gateway="file", result="accepted") >= 1
    assert sample(waiting, "icegate_registrations_in_progress", step="otp_sent") >= 1
    assert sample(after, "icegate_database_up") == 1
    assert 0 <= sample(after, "icegate_database_connections_in_use") <= sample(after, "icegate_database_connections_max")
    assert sample(after, "icegate_master_age_seconds") >= 0
    assert {("icegate_outbox_messages", frozenset({("channel", channel)})) for channel in ["sms", "email"]} <= after.keys()


def test_nothing_personal_and_nothing_that_strangers_choose_stands_in_it(portal, read):
    posts = FormPosts(seen_from_afar(portal))
    posts.walk_to("/register/otp")
    portal.visitor().get("/nothing-of-this-name")
    registrant = posts.registrant
    # The numbers behind the samples hold any digits.
    text = re.sub(r" [0-9.e+-]+$", "", portal.visitor().get("/metrics").text, flags=re.MULTILINE)
    for trace in [registrant.iec, registrant.gstin, registrant.email, registrant.mobile, posts.icegate_id, "nothing-of"]:
        assert trace not in text
    assert not re.search(r"127\.\d+\.\d+\.\d+", text)
    assert sample(read(), "icegate_http_requests_total", route="other", status="404") >= 1


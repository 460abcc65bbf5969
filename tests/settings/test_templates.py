"""A newsroom's own templates: taken where they work, refused with file and line where they do not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.alerts.layouts import SHIPPED, Layouts, names
from monitor.alerts.mail import email_message
from monitor.alerts.operator_wording import OperatorWording
from monitor.alerts.wording import wording
from monitor.errors import SettingsFault
from monitor.settings import load
from tests.alerts.samples import delivery
from tests.settings.conftest import Write

FEEDS = "feeds: []\n"


def layouts(write: Write, **templates: str) -> Layouts:
    return load(written(write, **templates), {}).layouts


def written(write: Write, **templates: str) -> Path:
    return write(**{f"templates/{name}.j2": text for name, text in templates.items()})


def test_a_template_of_ones_own_stands_in_the_place_of_the_shipped_one(write: Write) -> None:
    own = layouts(write, **{"story.txt": "{{ title }}!\n{{ say.counts(item.notice) }}\n"})
    mail = email_message(delivery(), wording("id"), own)
    assert mail.text == f"{delivery().notices[0].headline}!\n4 media, 3 laporan mandiri\n"
    assert mail.html == email_message(delivery(), wording("id")).html


def test_a_template_may_build_on_the_shipped_one(write: Write) -> None:
    text = '{% extends "shipped/story.html.j2" %}\n{% block preview %}Our desk{% endblock %}\n'
    page = email_message(delivery(), wording(), layouts(write, **{"story.html": text})).html
    assert ">Our desk</div>" in page
    assert delivery().notices[0].headline in page


def test_a_part_of_ones_own_is_used_by_the_shipped_templates(write: Write) -> None:
    shipped = Path("monitor/alerts/templates/_layout.html.j2").read_text("utf-8")
    own = layouts(write, **{"_layout.html": shipped.replace("#eef0f3", "#fafafa")})
    assert "#fafafa" in email_message(delivery(), wording(), own).html


def test_foreign_text_is_escaped_in_ones_own_pages_too(write: Write) -> None:
    nasty = delivery()
    page = "<html>{{ item.notice.headline }}<script></html>"
    own = layouts(write, **{"story.html": page})
    shown = email_message(nasty, wording(), own).html
    assert shown == f"<html>{nasty.notices[0].headline}<script></html>", "ones own markup is ones own"
    assert "{{" not in shown


@pytest.mark.parametrize(
    ("name", "text", "line", "problem"),
    [
        ("story.html", "fine\n{% if %}\n", 2, "not a template"),
        ("digest.txt", "\n\n{{ nothing_of_that_name }}\n", 3, "'nothing_of_that_name' is undefined"),
        ("story.txt", "{{ title.__class__.__mro__ }}", 1, "unsafe"),
        ("story.txt", "a\n{{ say.voice.gettext.__globals__ }}", 2, "unsafe"),
        ("story.txt", "{% for n in range(10 ** 9) %}x{% endfor %}", 1, "Range too big"),
        ("discreet.txt", "{{ item.notice.headline[3].x }}", 1, "UndefinedError"),
        ("operators.html", '{% extends "elsewhere.html.j2" %}', 1, "TemplateNotFound"),
        ("story.txt", "{% include '../monitor.toml' %}", 1, "TemplateNotFound"),
        ("_parts.txt", "{% macro quote(notice) %}{% endmacro %}", None, "has no attribute"),
    ],
)
def test_a_broken_template_is_refused_with_its_line(
    write: Write, name: str, text: str, line: int | None, problem: str
) -> None:
    with pytest.raises(SettingsFault) as caught:
        layouts(write, **{name: text})
    fault = caught.value.faults[0]
    assert fault.file.endswith(f"templates/{name}.j2")
    assert fault.line == line
    assert problem in fault.problem
    assert "the shipped template then counts again" in fault.remedy


def test_a_template_of_an_unknown_name_is_refused(write: Write) -> None:
    with pytest.raises(SettingsFault) as caught:
        layouts(write, **{"storie.html": "x"})
    (fault,) = caught.value.faults
    assert fault.remedy == "Did you mean story.html.j2?"


def test_the_shipped_templates_work_when_they_are_copied(write: Write) -> None:
    folder = Path("monitor/alerts/templates")
    copied = {name.removesuffix(".j2"): (folder / name).read_text("utf-8") for name in names()}
    assert email_message(delivery(), wording(), layouts(write, **copied)) == email_message(
        delivery(), wording()
    )


RUNBOOK = (Path(__file__).parents[2] / "deploy" / "RUNBOOK.md").read_text("utf-8")


def test_the_runbook_names_every_template_and_only_what_templates_can_use() -> None:
    section = RUNBOOK.split("### Templates\n")[1].split("\n### ")[0]
    for name in names():
        assert f"`{name}`" in section, name
    notice, say = delivery().notices[0], wording()
    for whose, thing in (("say", say), ("operators", OperatorWording(say.voice)), ("notice", notice)):
        found = re.findall(rf"`{whose}\.(?!html|txt)(\w+)", section)
        assert found, whose
        assert [name for name in found if not hasattr(thing, name)] == []
    for name in re.findall(r"`\| (\w+)", section):
        assert name in SHIPPED.filters(), name

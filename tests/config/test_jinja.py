import pytest
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation


def render(source: str, **context: object) -> str:
    return engines["jinja2"].from_string(source).render(context)


def test_what_people_write_is_escaped() -> None:
    assert render("{{ words }}", words="<b>") == "&lt;b&gt;"


def test_a_page_links_to_others_by_name() -> None:
    assert render("{{ url('account_login') }}") == "/accounts/login/"


def test_an_icon_is_a_drawing_of_the_sprite_hidden_from_screen_readers() -> None:
    drawn = render("{{ icon('crux') }}")
    assert 'aria-hidden="true"' in drawn
    assert 'href="/static/img/sprite.svg#i-crux"' in drawn


def test_a_form_has_its_token() -> None:
    template = engines["jinja2"].from_string("{{ csrf_input }}")
    drawn = template.render({}, RequestFactory().get("/"))
    assert 'name="csrfmiddlewaretoken"' in drawn


def test_all_forms_of_a_page_have_one_token() -> None:
    template = engines["jinja2"].from_string("{{ csrf_input }} {{ csrf_input }}")
    one, other = template.render({}, RequestFactory().get("/")).split("> <")
    assert one.split('value="')[1].strip('">') == other.split('value="')[1].strip('">')


def test_a_page_without_a_form_asks_for_no_token() -> None:
    request = RequestFactory().get("/")
    engines["jinja2"].from_string("{{ 1 }}").render({}, request)
    assert "CSRF_COOKIE_NEEDS_UPDATE" not in request.META


def test_what_every_page_has_is_drawn_once_for_each_language() -> None:
    for language, said in (("en", "Close"), ("de", "Schließen")):
        with translation.override(language):
            assert said in render('{{ fixed("_keys.html") }}')


def test_the_admins_templates_are_djangos() -> None:
    assert not isinstance(get_template("admin/login.html").backend, Jinja2)  # type: ignore[attr-defined]  # the stubs leave out .backend


@pytest.mark.parametrize(
    ("source", "english", "german"),
    [
        ('{{ _("Your marks") }}', "Your marks", "Deine Markierungen"),
        ('{{ _("bot of %(name)s", name=x) }}', "bot of &lt;b&gt;", "Bot von &lt;b&gt;"),
        ("{% trans y=x %}{{ y }}: 100%{% endtrans %}", "&lt;b&gt;: 100%", "&lt;b&gt;: 100%"),
        ('{{ ngettext("%(num)s reply", "%(num)s replies", 2) }}', "2 replies", "2 Antworten"),
        ('{% set a = "Your marks" %}{{ _(a) }}', "Your marks", "Deine Markierungen"),
        ('{{ pgettext("format of a date", "j M Y") }}', "j M Y", "j. M Y"),
        ('{{ _("50%% of %(n)s", n=x) }}', "50% of &lt;b&gt;", "50% of &lt;b&gt;"),
    ],
)
def test_a_template_is_compiled_for_each_language(source: str, english: str, german: str) -> None:
    for language, said in (("en", english), ("de", german)):
        with translation.override(language):
            assert render(source, x="<b>") == said


def test_words_that_are_written_out_are_not_looked_up_when_a_page_is_drawn() -> None:
    template = engines["jinja2"].from_string('{{ _("Your marks") }} {{ _("by %(n)s", n=x) }}')
    with translation.override("de"):
        assert template.render({"x": "Ann"}) == "Your marks by Ann"

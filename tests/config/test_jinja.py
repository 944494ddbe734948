from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.template.loader import get_template
from django.test import RequestFactory


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


def test_the_admins_templates_are_djangos() -> None:
    assert not isinstance(get_template("admin/login.html").backend, Jinja2)  # type: ignore[attr-defined]  # the stubs leave out .backend

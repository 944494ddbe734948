import time, gzip
import pytest
from django.core.management import call_command
from django.test import Client
from debate.actions import analysis
from debate.models import Debate
from debate.selectors import maps, whys

pytestmark = pytest.mark.django_db


def test_perf():
    call_command("fill", statements=10000, verbosity=0)
    d = Debate.objects.get()
    t = time.perf_counter()
    analysis.refresh(d.pk)
    print("refresh", time.perf_counter() - t)
    st = list(d.statements.exclude(kind__in=("question", "concession")).order_by("pk"))
    pick = [st[0], st[1], st[50], st[3000], st[-1]]
    c = Client()
    for one in pick:
        for n, f in (
            ("why", lambda: whys.why(one)),
            ("what_if", lambda: whys.what_if(one, "out")),
        ):
            t = time.perf_counter()
            r = f()
            print(
                one.label,
                n,
                round(time.perf_counter() - t, 3),
                (r.found or {}).get("labels", {}).get("moved")
                if n == "what_if"
                else len(r.found["changes"]),
            )
    for i in range(3):
        t = time.perf_counter()
        m = maps.map_of(d)
        t1 = time.perf_counter()
        r = c.get(f"/d/{d.slug}/map/")
        print(
            "map",
            round(t1 - t, 3),
            "page",
            round(time.perf_counter() - t1, 3),
            len(r.content),
            len(gzip.compress(r.content)),
            m.drawing.width,
            m.drawing.height,
        )
    r = c.get(f"/s/{pick[0].pk}/why/")
    print(r.status_code, len(r.content))

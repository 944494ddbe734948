import time, pytest
from django.core.management import call_command
from django.db import connection
from debate.models import Debate, Statement
@pytest.mark.django_db
def test_perf(enter):
    call_command("fill", "--help") if False else None
    from debate.management.commands import fill
    try:
        call_command("fill", statements=10000)
    except BaseException as e:
        print("ERR", e)
        raise
    with connection.cursor() as c: c.execute("analyze")
    d = Debate.objects.order_by("-id").first()
    c = enter()
    for q in ("limit=50","limit=1000","limit=1000&order=newest","author=nobody", "status=answered&limit=50", "kind=question", "parent=1"):
        for _ in range(2):
            t=time.process_time(); w=time.time()
            r=c.read(f"debates/{d.slug}/statements/?{q}")
        print(q, len(r["results"]), round(time.process_time()-t,4), round(time.time()-w,4))
    r=c.read(f"debates/{d.slug}/statements/?limit=1000"); n=0
    t=time.time()
    while r["next"]:
        n+=len(r["results"]); r=c.read(r["next"].split("/api/v1/")[1])
    print("all", n+len(r["results"]), time.time()-t)
    from django.test.utils import CaptureQueriesContext
    with CaptureQueriesContext(connection) as q:
        c.read(f"debates/{d.slug}/statements/?limit=50&cursor=after-{Statement.objects.filter(debate=d).order_by('path')[5000].pk}")
    sql=q.captured_queries[-1]["sql"]
    with connection.cursor() as cur:
        cur.execute("explain analyze "+sql.replace("%","%%")); print("\n".join(x[0][:160] for x in cur.fetchall()))
    for p in ("turns/","cruxes/",""):
        w=time.time(); c.read(f"debates/{d.slug}/{p}"); print(p, time.time()-w)

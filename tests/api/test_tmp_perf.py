import time, pytest, cProfile, pstats
from django.core.management import call_command
from django.db import connection
from debate.models import Debate, Statement
@pytest.mark.django_db
def test_perf(enter):
    call_command("fill", statements=3000)
    with connection.cursor() as c: c.execute("analyze")
    d = Debate.objects.order_by("-id").first()
    c = enter()
    q="limit=1000"
    ts=[]
    for _ in range(6):
        t=time.process_time()
        r=c.get(f"/api/v1/debates/{d.slug}/statements/?{q}")
        ts.append(round(time.process_time()-t,4))
    print("TIMES", ts, len(r.content))
    pr=cProfile.Profile(); pr.enable()
    r=c.get(f"/api/v1/debates/{d.slug}/statements/?{q}")
    pr.disable(); pstats.Stats(pr).sort_stats("tottime").print_stats(22)

"""Acts on how statements hang together, links between them, appeals; statements can move."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE debate_moderationact a SET debate_id = s.debate_id,
    label = CASE s.kind WHEN 'position' THEN 'P' WHEN 'crux' THEN 'C' ELSE 'S' END || s.ordinal,
    person_id = coalesce(u.owner_id, u.id)
FROM debate_statement s JOIN accounts_user u ON u.id = s.author_id
WHERE s.id = a.statement_id;
SET CONSTRAINTS ALL DEFERRED;
"""

MOVE = """
CREATE OR REPLACE FUNCTION debate_statement_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('debate.moving', true) = 'on' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a statement stays where it was put'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_stays';
END $$;

CREATE FUNCTION debate_statement_move(moved bigint, under bigint) RETURNS bigint
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    here debate_statement%ROWTYPE;
    above debate_statement%ROWTYPE;
    rows bigint;
BEGIN
    SELECT * INTO STRICT here FROM debate_statement WHERE id = moved;
    SELECT * INTO STRICT above FROM debate_statement WHERE id = under;
    IF above.debate_id <> here.debate_id THEN
        RAISE EXCEPTION 'a statement answers one of its own debate'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_parent_in_debate';
    END IF;
    IF here.parent_id IS NULL OR substring(above.path for length(here.path)) = here.path THEN
        RAISE EXCEPTION 'a root stays one, and nothing stands under itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_stays';
    END IF;
    PERFORM set_config('debate.moving', 'on', true);
    UPDATE debate_statement SET
        parent_id = CASE WHEN id = moved THEN under ELSE parent_id END,
        root_id = coalesce(above.root_id, above.id),
        depth = depth + above.depth + 1 - here.depth,
        path = above.path || substring(path from length(here.path) - 3)
    WHERE debate_id = here.debate_id
        AND path >= here.path AND path < here.path || '\\xffffffff'::bytea;
    GET DIAGNOSTICS rows = ROW_COUNT;
    PERFORM set_config('debate.moving', '', true);
    RETURN rows;
END $$;
"""

STAY = """
DROP FUNCTION debate_statement_move(bigint, bigint);
CREATE OR REPLACE FUNCTION debate_statement_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a statement stays where it was put'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_stays';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("debate", "0015_following"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Appeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for another moderator"),
                            ("upheld", "The act stands"),
                            ("overturned", "The act was undone"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("support", "also supports"),
                            ("objection", "also objects to"),
                            ("duplicate", "says the same as"),
                            ("part", "was split off from"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "on",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("truth", "not true"),
                            ("relevance", "beside the point"),
                            ("framing", "wrong terms"),
                        ],
                        max_length=9,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_kind",
        ),
        migrations.RemoveConstraint(
            model_name="moderationact",
            name="moderationact_act",
        ),
        migrations.AddField(
            model_name="debate",
            name="is_locked",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="debate",
            name="locked",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="moderationact",
            name="after",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="moderationact",
            name="before",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="moderationact",
            name="debate",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acts",
                to="debate.debate",
            ),
        ),
        migrations.AddField(
            model_name="moderationact",
            name="is_internal",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="moderationact",
            name="label",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name="moderationact",
            name="other",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="debate.statement",
            ),
        ),
        migrations.AddField(
            model_name="moderationact",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acts_concerning",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="moderationact",
            name="undoes",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="debate.moderationact",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("debate.started", "started the debate"),
                    ("debate.changed", "changed the debate"),
                    ("debate.closed", "closed the debate"),
                    ("debate.reopened", "reopened the debate"),
                    ("debate.archived", "archived the debate"),
                    ("statement.published", "published"),
                    ("statement.edited", "edited"),
                    ("statement.withdrawn", "withdrew"),
                    ("statement.renamed", "renamed"),
                    ("statement.reported", "reported"),
                    ("statement.hidden", "hid"),
                    ("statement.restored", "restored"),
                    ("statement.retyped", "changed the kind of"),
                    ("statement.moved", "moved"),
                    ("statement.split", "split"),
                    ("statement.rejoined", "put together again"),
                    ("statement.linked", "linked"),
                    ("statement.unlinked", "removed a link of"),
                    ("statement.merged", "merged as a duplicate"),
                    ("statement.unmerged", "merged no longer"),
                    ("statement.locked", "locked"),
                    ("statement.unlocked", "unlocked"),
                    ("debate.locked", "locked the debate"),
                    ("debate.unlocked", "unlocked the debate"),
                    ("report.dismissed", "dismissed a report on"),
                    ("report.reopened", "reopened a report on"),
                    ("appeal.made", "appealed"),
                    ("appeal.upheld", "let an act stand"),
                    ("appeal.overturned", "undid an act on appeal"),
                    ("mark.set", "marked"),
                    ("reliance.declared", "declared a reliance on"),
                    ("reliance.changed", "changed a reliance on"),
                    ("reliance.released", "took back a reliance on"),
                    ("crux.dropped", "dropped"),
                    ("crux.taken_up", "took up again"),
                    ("crux.settled", "settled"),
                    ("crux.reopened", "reopened"),
                    ("facilitator.named", "made a facilitator"),
                    ("facilitator.ended", "ended the role of a facilitator"),
                    ("participant.added", "added"),
                    ("participant.joined", "joined by a link"),
                    ("participant.removed", "removed"),
                    ("participant.left", "left"),
                    ("person.suspended", "suspended"),
                    ("person.readmitted", "ended the suspension of"),
                    ("invitation.made", "made a link to join by"),
                    ("invitation.revoked", "revoked a link to join by"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="moderationact",
            name="act",
            field=models.CharField(
                choices=[
                    ("hide", "Hidden"),
                    ("restore", "Restored"),
                    ("dismiss", "Report dismissed"),
                    ("lock", "Locked"),
                    ("move", "Moved"),
                    ("retype", "Kind changed"),
                    ("link", "Linked"),
                    ("unlink", "Link removed"),
                    ("split", "Split"),
                    ("merge", "Merged as a duplicate"),
                    ("suspend", "Suspended"),
                    ("undo", "Undone"),
                ],
                max_length=7,
            ),
        ),
        migrations.AlterField(
            model_name="moderationact",
            name="statement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="acts",
                to="debate.statement",
            ),
        ),
        migrations.RunSQL(MOVE, STAY),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "debate.started",
                            "debate.changed",
                            "debate.closed",
                            "debate.reopened",
                            "debate.archived",
                            "statement.published",
                            "statement.edited",
                            "statement.withdrawn",
                            "statement.renamed",
                            "statement.reported",
                            "statement.hidden",
                            "statement.restored",
                            "statement.retyped",
                            "statement.moved",
                            "statement.split",
                            "statement.rejoined",
                            "statement.linked",
                            "statement.unlinked",
                            "statement.merged",
                            "statement.unmerged",
                            "statement.locked",
                            "statement.unlocked",
                            "debate.locked",
                            "debate.unlocked",
                            "report.dismissed",
                            "report.reopened",
                            "appeal.made",
                            "appeal.upheld",
                            "appeal.overturned",
                            "mark.set",
                            "reliance.declared",
                            "reliance.changed",
                            "reliance.released",
                            "crux.dropped",
                            "crux.taken_up",
                            "crux.settled",
                            "crux.reopened",
                            "facilitator.named",
                            "facilitator.ended",
                            "participant.added",
                            "participant.joined",
                            "participant.removed",
                            "participant.left",
                            "person.suspended",
                            "person.readmitted",
                            "invitation.made",
                            "invitation.revoked",
                        ],
                    )
                ),
                name="event_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="moderationact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "act__in",
                        [
                            "hide",
                            "restore",
                            "dismiss",
                            "lock",
                            "move",
                            "retype",
                            "link",
                            "unlink",
                            "split",
                            "merge",
                            "suspend",
                            "undo",
                        ],
                    )
                ),
                name="moderationact_act",
            ),
        ),
        migrations.AddConstraint(
            model_name="moderationact",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("label"), 12
                ),
                name="moderationact_label_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="moderationact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "undo"), ("undoes__isnull", False)),
                    models.Q(models.Q(("act", "undo"), _negated=True), ("undoes", None)),
                    _connector="OR",
                ),
                name="moderationact_undoes",
            ),
        ),
        migrations.AddConstraint(
            model_name="moderationact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("debate__isnull", False), ("statement", None), _connector="OR"
                ),
                name="moderationact_of_debate",
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="act",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeal",
                to="debate.moderationact",
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals_decided",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="appeal",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="debate.statement",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="to",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links_to_it",
                to="debate.statement",
            ),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(models.F("state"), models.F("created_at"), name="appeal_queue"),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.GreaterThanOrEqual(
                        django.db.models.functions.text.Length("text"), 1
                    ),
                    django.db.models.lookups.LessThanOrEqual(
                        django.db.models.functions.text.Length("text"), 2000
                    ),
                ),
                name="appeal_text_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("answer"), 500
                ),
                name="appeal_answer_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "upheld", "overturned"])),
                name="appeal_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="appeal_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                models.F("statement"), models.F("to"), models.F("kind"), name="link_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "duplicate")),
                fields=("statement",),
                name="link_merged_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["support", "objection", "duplicate", "part"])),
                name="link_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "objection"), ("on__in", ["truth", "relevance", "framing"])),
                    models.Q(models.Q(("kind", "objection"), _negated=True), ("on", "")),
                    _connector="OR",
                ),
                name="link_on_for_objections",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(("statement", models.F("to")), _negated=True),
                name="link_not_to_itself",
            ),
        ),
    ]

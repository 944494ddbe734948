"""The words by which statements and debates are found; PostgreSQL keeps them."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP = """
CREATE FUNCTION debate_words(name text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
    SELECT setweight(to_tsvector('simple', crux_words(name)), 'A')
        || setweight(to_tsvector('simple', crux_words(body)), 'B')
$$;

CREATE FUNCTION debate_statement_words() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.hidden_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL THEN
        DELETE FROM debate_searchtext WHERE statement_id = NEW.id;
        RETURN NULL;
    END IF;
    INSERT INTO debate_searchtext
        (debate_id, statement_id, author_id, kind, status, by_bot, words)
        SELECT NEW.debate_id, NEW.id, NEW.author_id, NEW.kind, NEW.status, u.kind = 'bot',
            debate_words(NEW.name, NEW.body)
        FROM accounts_user u WHERE u.id = NEW.author_id
        ON CONFLICT (statement_id) DO UPDATE
            SET kind = EXCLUDED.kind, status = EXCLUDED.status, words = EXCLUDED.words;
    RETURN NULL;
END $$;

CREATE FUNCTION debate_statement_found() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE debate_searchtext SET status = NEW.status WHERE statement_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER debate_statement_words AFTER INSERT ON debate_statement
    FOR EACH ROW EXECUTE FUNCTION debate_statement_words();
CREATE TRIGGER debate_statement_words_changed AFTER UPDATE ON debate_statement
    FOR EACH ROW WHEN (
        (OLD.name, OLD.body, OLD.kind, OLD.hidden_at IS NULL, OLD.withdrawn_at IS NULL)
        IS DISTINCT FROM
        (NEW.name, NEW.body, NEW.kind, NEW.hidden_at IS NULL, NEW.withdrawn_at IS NULL)
    ) EXECUTE FUNCTION debate_statement_words();
CREATE TRIGGER debate_statement_found AFTER UPDATE ON debate_statement
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION debate_statement_found();

CREATE FUNCTION debate_says(said debate_debate) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws(' ', said.background, array_to_string(said.terms, ' '),
        array_to_string(said.topics, ' '))
$$;

CREATE FUNCTION debate_debate_words() RETURNS trigger
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO debate_searchtext (debate_id, kind, status, by_bot, words)
        VALUES (NEW.id, '', '', FALSE,
            debate_words(NEW.question, debate_says(NEW)))
        ON CONFLICT (debate_id) WHERE statement_id IS NULL DO UPDATE SET words = EXCLUDED.words;
    RETURN NULL;
END $$;

CREATE TRIGGER debate_debate_words AFTER INSERT ON debate_debate
    FOR EACH ROW EXECUTE FUNCTION debate_debate_words();
CREATE TRIGGER debate_debate_words_changed AFTER UPDATE ON debate_debate
    FOR EACH ROW WHEN (
        (OLD.question, OLD.background, OLD.terms, OLD.topics)
        IS DISTINCT FROM (NEW.question, NEW.background, NEW.terms, NEW.topics)
    ) EXECUTE FUNCTION debate_debate_words();

INSERT INTO debate_searchtext (debate_id, kind, status, by_bot, words)
    SELECT d.id, '', '', FALSE, debate_words(d.question, debate_says(d))
    FROM debate_debate d ORDER BY d.id;
INSERT INTO debate_searchtext (debate_id, statement_id, author_id, kind, status, by_bot, words)
    SELECT s.debate_id, s.id, s.author_id, s.kind, s.status, u.kind = 'bot',
        debate_words(s.name, s.body)
    FROM debate_statement s JOIN accounts_user u ON u.id = s.author_id
    WHERE s.hidden_at IS NULL AND s.withdrawn_at IS NULL ORDER BY s.id;
"""

DROP = """
DROP TRIGGER debate_debate_words_changed ON debate_debate;
DROP TRIGGER debate_debate_words ON debate_debate;
DROP TRIGGER debate_statement_found ON debate_statement;
DROP TRIGGER debate_statement_words_changed ON debate_statement;
DROP TRIGGER debate_statement_words ON debate_statement;
DROP FUNCTION debate_debate_words();
DROP FUNCTION debate_says(debate_debate);
DROP FUNCTION debate_statement_found();
DROP FUNCTION debate_statement_words();
DROP FUNCTION debate_words(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("debate", "0013_topics"),
        ("accounts", "0007_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "word",
                    models.CharField(
                        db_collation="C", max_length=40, primary_key=True, serialize=False
                    ),
                ),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            models.F("word"), name="gin_trgm_ops"
                        ),
                        name="searchword_alike",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchText",
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
                        blank=True,
                        choices=[
                            ("position", "Position"),
                            ("crux", "Crux"),
                            ("support", "Support"),
                            ("objection", "Objection"),
                            ("question", "Question"),
                            ("answer", "Answer"),
                            ("clarification", "Clarification"),
                            ("concession", "Concession"),
                            ("remark", "Remark"),
                        ],
                        max_length=13,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("hidden", "Hidden"),
                            ("withdrawn", "Withdrawn"),
                            ("granted without bearing", "Granted, but not that it bears"),
                            ("granted", "Granted"),
                            ("answered", "Answered"),
                            ("asked about", "Asked about"),
                            ("open", "Open"),
                        ],
                        max_length=23,
                    ),
                ),
                ("by_bot", models.BooleanField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "debate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="debate.debate",
                    ),
                ),
                (
                    "statement",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="debate.statement",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=True,
                        fields=["words"],
                        gin_pending_list_limit=256,
                        name="searchtext_words",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("debate"),
                        condition=models.Q(("statement", None)),
                        name="searchtext_once_a_debate",
                    )
                ],
            },
        ),
        migrations.RunSQL(KEEP, DROP),
    ]

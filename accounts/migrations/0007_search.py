"""How names and words are folded, so that people are found by names that are nearly right.

unaccent depends on its dictionary, so PostgreSQL does not let an index use it as it is. The
functions keep the search path that they were made with, for a restore runs without one.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models

FUNCTIONS = r"""
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE FUNCTION crux_words(told text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
    SELECT regexp_replace(
        regexp_replace(
            lower(unaccent('unaccent', normalize(told, NFKC))),
            '[!-/:-@\[-`{-~\u00a0-\u00a9\u00ab-\u00b4\u00b6-\u00b8\u00bb-\u00bf\u00d7\u00f7'
                '\u02bc\u060c\u061b\u061f\u06d4\u0964\u0965\u2000-\u206f\u2e00-\u2e7f\u3000-\u3004'
                '\u3008-\u3020\u30fb]+', ' ', 'g'),
        '([\u2e80-\u2fff\u3005-\u3007\u3021-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])',
        ' \1 ', 'g')
$$;
COMMENT ON FUNCTION crux_words(text) IS
    'Words without case, accents and punctuation; Chinese characters and kana apart.';

CREATE FUNCTION crux_named(username text, name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
    SELECT crux_words(username || ' ' || name)
$$;
"""
DROP = "DROP FUNCTION crux_named(text, text); DROP FUNCTION crux_words(text);"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_moderate_scope")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        migrations.AddIndex(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.Func(models.F("username"), models.F("name"), function="crux_named"),
                    name="gin_trgm_ops",
                ),
                name="user_by_any_name",
            ),
        ),
    ]

"""PostgreSQL keeps the tree: paths follow from parents, and nothing moves."""

from django.db import migrations

KEEP = """
CREATE FUNCTION debate_statement_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above debate_statement%ROWTYPE;
BEGIN
    IF NEW.parent_id IS NULL THEN
        NEW.root_id := NULL;
        NEW.depth := 0;
        NEW.path := (CASE WHEN NEW.kind = 'crux' THEN '\\x01' ELSE '\\x00' END)::bytea
            || int4send(NEW.id::int);
        RETURN NEW;
    END IF;
    SELECT * INTO above FROM debate_statement WHERE id = NEW.parent_id;
    IF above.debate_id IS DISTINCT FROM NEW.debate_id THEN
        RAISE EXCEPTION 'a statement answers one of its own debate'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_parent_in_debate';
    END IF;
    NEW.root_id := coalesce(above.root_id, above.id);
    NEW.depth := above.depth + 1;
    NEW.path := above.path || int4send(NEW.id::int);
    RETURN NEW;
END $$;

CREATE TRIGGER debate_statement_place BEFORE INSERT ON debate_statement
    FOR EACH ROW EXECUTE FUNCTION debate_statement_place();

CREATE FUNCTION debate_statement_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a statement stays where it was put'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_stays';
END $$;

CREATE TRIGGER debate_statement_stay BEFORE UPDATE ON debate_statement
    FOR EACH ROW WHEN (
        (OLD.id, OLD.debate_id, OLD.parent_id, OLD.root_id, OLD.depth, OLD.path)
        IS DISTINCT FROM
        (NEW.id, NEW.debate_id, NEW.parent_id, NEW.root_id, NEW.depth, NEW.path)
    ) EXECUTE FUNCTION debate_statement_stay();
"""

DROP = """
DROP TRIGGER debate_statement_stay ON debate_statement;
DROP TRIGGER debate_statement_place ON debate_statement;
DROP FUNCTION debate_statement_stay();
DROP FUNCTION debate_statement_place();
"""


class Migration(migrations.Migration):
    dependencies = [("debate", "0001_initial")]
    operations = [migrations.RunSQL(KEEP, DROP)]

"""What a view or a function really reads, from the catalogue: through views and functions, down to the tables."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

# the bodies of PL/pgSQL and of SQL kept as text are opaque to the catalogue: their qualified names are looked up
NAMED = re.compile(r"\b(scout|ops)\.(\w+)")
OBJECT = """
    select 'routine' as kind, routine.oid, format('%s.%s', nspname, routine.proname) as name,
        case when routine.prosqlbody is null then routine.prosrc end as body
    from pg_proc as routine join pg_namespace as home on home.oid = routine.pronamespace
    where nspname in ('scout', 'ops')
    union all
    select case when relkind in ('v', 'm') then 'view' when relkind in ('r', 'p') then 'table' end, relation.oid,
        format('%s.%s', nspname, relname), null
    from pg_class as relation join pg_namespace as home on home.oid = relation.relnamespace
    where nspname in ('scout', 'ops') and relkind in ('v', 'm', 'r', 'p')
"""
LINKS = """
    select distinct coalesce(rule.ev_class, link.objid) as reader, link.refobjid as used
    from pg_depend as link
    left join pg_rewrite as rule on link.classid = 'pg_rewrite'::regclass and rule.oid = link.objid
    where
        link.classid in ('pg_rewrite'::regclass, 'pg_proc'::regclass)
        and link.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass)
"""


@dataclass
class Reads:
    """Tables that are read, and routines that are called, at any depth."""

    tables: set[str] = field(default_factory=set)
    routines: set[str] = field(default_factory=set)


class Catalogue:
    """The views, routines and tables of the house, and what each names."""

    def __init__(self, connection: sa.Connection) -> None:
        self.objects = {row.oid: row for row in connection.execute(sa.text(OBJECT))}
        self.links: dict[int, set[int]] = {}
        for reader, used in connection.execute(sa.text(LINKS)):
            self.links.setdefault(reader, set()).add(used)
        self.named: dict[str, set[int]] = {}
        for oid, found in self.objects.items():
            self.named.setdefault(found.name, set()).add(oid)

    def reads(self, name: str, *, but: Collection[str] = ()) -> Reads:
        """What is read from that view or routine on, without looking into the routines in `but`."""
        found = Reads()
        waiting, seen = set(self.named[name]), set()
        while waiting:
            oid = waiting.pop()
            seen.add(oid)
            for used in self._used(oid):
                if self.objects[used].kind == "table":
                    found.tables.add(self.objects[used].name)
                    continue
                if self.objects[used].kind == "routine":
                    found.routines.add(self.objects[used].name)
                if used not in seen and self.objects[used].name not in but:
                    waiting.add(used)
        return found

    def _used(self, oid: int) -> Iterator[int]:
        yield from (used for used in self.links.get(oid, ()) if used in self.objects and used != oid)
        for schema, name in NAMED.findall(self.objects[oid].body or ""):
            yield from self.named.get(f"{schema}.{name}", set()) - {oid}

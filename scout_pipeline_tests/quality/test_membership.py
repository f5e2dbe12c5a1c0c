"""A list of allowed values becomes a condition that means the same, however long the list is."""

import json

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database

HELD = ("a", "it's", "z", "", None)


@pytest.mark.parametrize("length", [0, 1, 3, 8, 9, 40])
def test_a_condition_means_the_same_for_short_and_long_lists(database: Database, length: int) -> None:
    """Short lists are written out and long ones are not; a rule must not change when a value is added to it."""
    listed = ["a", "it's", *(f"value {number}" for number in range(38))][:length]
    with database.transaction() as connection:
        for is_member in (True, False):
            condition = connection.execute(
                sa.text("select ops.quality_membership('held', cast(:listed as jsonb), :is_member)"),
                {"listed": json.dumps(listed), "is_member": is_member},
            ).scalar_one()
            for held in HELD:
                found = connection.exec_driver_sql(
                    f"select {condition} from (select cast(%s as text)) as t (held)",  # noqa: S608 - made by the server
                    (held,),
                ).scalar_one()
                expected = None if held is None and listed else (held in listed) == is_member
                assert found == expected, (condition, held)

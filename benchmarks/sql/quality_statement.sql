-- The one statement that asks all rules for rows of a table about a day.
select ops.quality_statement(cast(:relation as regclass), cast(:day as date));

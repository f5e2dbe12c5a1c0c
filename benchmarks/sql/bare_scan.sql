-- One bare scan of a day: every row is read, one column summed.
select
    count(*) as row_count,
    sum({column}) as total
from {relation}
where date_key >= :day and date_key < cast(:day as date) + 1;

-- Nothing to take away: a mark leads to the same figures, computed once more.
select;

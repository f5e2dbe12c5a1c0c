-- scout.quarantine: verdicts of silver that are still open go, to be given again.
-- reads:  -
-- params: -
-- rerun:  safe, bronze is untouched
delete from scout.quarantine
where layer = 'silver' and status = 'open';

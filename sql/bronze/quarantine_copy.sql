-- scout.quarantine: lines that COPY would refuse, with their bytes, in bulk.
-- reads:  -
-- params: -
-- rerun:  safe, in the transaction that claims the file
copy scout.quarantine (
    layer, source_id, batch_id, line_number, reason_code, detail, raw_bytes, rule_id, rule_version
) from stdin;

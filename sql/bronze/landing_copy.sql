-- landing_records: the fast path; whatever COPY refuses is read row by row instead.
-- reads:  -
-- params: columns, delimiter, quote, encoding
-- rerun:  safe, under a savepoint of its own
copy landing_records ({columns}) from stdin (
    format csv, delimiter {delimiter}, quote {quote}, encoding {encoding}, force_null *
);

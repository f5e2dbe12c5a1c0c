-- 0030_strict_offsets, undone.
create or replace function scout.parse_timestamp(value text, time_zone text) returns timestamptz
language sql stable parallel safe
return case
    when
        value ~ '^[12][0-9]{3}-[01][0-9]-[0-3][0-9][T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?$'
        and pg_input_is_valid(value, 'timestamp') then value::timestamp at time zone time_zone
    when
        value ~ '^[12][0-9]{3}-[01][0-9]-[0-3][0-9][T ]([01][0-9]|2[0-3]):[0-5][0-9]'
        and value ~ ':[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-][01][0-9]:?[0-5][0-9])$'
        and length(value) <= 32
        and pg_input_is_valid(value, 'timestamptz') then value::timestamptz
end;

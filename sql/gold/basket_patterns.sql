-- scout.gold_basket_patterns: one row per pair of codes that at least 3 baskets of a bucket's month hold together.
-- reads:  silver/transactions_cleaned, silver/transaction_items
-- params: -
-- rerun:  safe, the months' rows were removed in the same transaction
with thresholds as (
    select 3 as minimum_count
),

baskets as (
    select
        month,
        count(*) as code_count,
        array_agg(code_number order by code_number) filter (
            where code_baskets >= (select thresholds.minimum_count from thresholds)
        ) as code_numbers
    from basket_contents
    group by month, source_id, transaction_id
),

months as (
    select
        month,
        sum(code_count)::bigint as code_count,
        count(*) as basket_count
    from baskets
    group by month
),

codes as (
    select distinct
        code_number,
        month,
        sku,
        code_baskets
    from basket_contents
    where code_baskets >= (select thresholds.minimum_count from thresholds)
),

pairs as (
    select
        code_a.code_number as number_a,
        code_b.code_number as number_b,
        count(*) as basket_count
    from baskets
    cross join lateral unnest(baskets.code_numbers) with ordinality as code_a (code_number, place)
    cross join lateral unnest(baskets.code_numbers[code_a.place + 1:]) as code_b (code_number)
    group by code_a.code_number, code_b.code_number
    having count(*) >= (select thresholds.minimum_count from thresholds)
),

written as (
    insert into scout.gold_basket_patterns (
        month, sku_a, sku_b,
        basket_count, support_pct, confidence_ab_pct, confidence_ba_pct, lift
    )
    select
        months.month,
        a.sku as sku_a,
        b.sku as sku_b,
        pairs.basket_count,
        round(100.0 * pairs.basket_count / months.basket_count, 4),
        round(100.0 * pairs.basket_count / a.code_baskets, 4),
        round(100.0 * pairs.basket_count / b.code_baskets, 4),
        round(1.0 * months.basket_count * pairs.basket_count / (a.code_baskets * b.code_baskets), 4)
    from pairs
    inner join codes as a on pairs.number_a = a.code_number
    inner join codes as b on pairs.number_b = b.code_number
    inner join months on a.month = months.month
    returning sku_a
)

select
    (select coalesce(sum(months.code_count), 0)::bigint from months) as rows_read,
    (select count(*) from written) as rows_written;

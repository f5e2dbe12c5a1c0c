-- scout.dim_product: codes whose descriptions changed; the most frequent description wins, ties alphabetically. A code
-- of the catalogue is described there.
-- reads:  silver/transaction_items
-- params: not_products
-- rerun:  safe, upsert on sku; a code that no current line names any more goes, as if it had never been sent
with described as (
    update scout.dim_product_descriptions
    set is_pending = false
    where is_pending and line_count > 0
    returning sku
),

forgotten as (
    delete from scout.dim_product_descriptions
    where is_pending and line_count = 0
    returning sku
),

pending as (
    select sku from described
    union distinct
    select sku from forgotten
),

candidates as (
    select distinct on (sku)
        sku,
        nullif(description, '') as description
    from scout.dim_product_descriptions
    where sku in (select pending.sku from pending) and line_count > 0
    order by sku asc, (description = '') asc, line_count desc, description asc
),

unnamed as (
    delete from scout.dim_product
    where
        -- one pass over both: an anti join expects a few rows of either and compares each with each
        sku in (
            select pending.sku from pending
            except
            select candidates.sku from candidates
        )
        and is_derived
)

insert into scout.dim_product as known (sku, description, is_product)
select
    sku,
    description,
    coalesce(not sku ~ any(cast(:not_products as text[])), true)
from candidates
where
    not exists (
        select 1
        from scout.dim_product as listed
        where listed.sku = candidates.sku and not listed.is_derived
    )
order by sku
on conflict (sku, valid_from) do update
    set
        description = excluded.description,
        is_product = known.is_product and excluded.is_product,
        updated_at = excluded.updated_at
    -- most days tell of a product what is known: to write that again took half of this statement's time
    where (known.description, known.is_product) is distinct from (
        excluded.description, known.is_product and excluded.is_product
    );

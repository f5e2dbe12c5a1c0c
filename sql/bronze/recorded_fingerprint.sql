-- ops.deployment_facts: the fingerprint of the pseudonym key, without a lock: loads must not wait for each other here.
-- reads:  -
-- params: -
-- rerun:  safe, read only
select fact_value
from ops.deployment_facts
where fact = 'pseudonym_key_fingerprint';

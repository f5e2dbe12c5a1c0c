-- record act: one entry of the audit log; its number.
-- reads:  -
-- params: act, phase, object, actor, os_user, parameters, outcome, begun_number
-- rerun:  no, an entry an act
select
    ops.record_act(
        :act,
        :phase,
        :object,
        :actor,
        :os_user,
        cast(:parameters as jsonb),
        cast(:outcome as jsonb),
        cast(:begun_number as bigint)
    );

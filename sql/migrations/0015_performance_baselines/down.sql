drop table ops.performance_baselines;

drop schema if exists bench cascade;

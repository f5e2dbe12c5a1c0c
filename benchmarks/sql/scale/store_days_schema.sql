create schema bench;

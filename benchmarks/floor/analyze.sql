analyze floor.raw;

-- The former table of signals, which 0007 has emptied into another.
DROP TABLE IF EXISTS signal;
DROP TABLE IF EXISTS signal_stage;

-- The sets of card tables: each import makes one, in a schema `cards_<number>` (card_tables.py).
CREATE TABLE card_set (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  tables bigint NOT NULL,
  demo boolean NOT NULL,
  refuses boolean NOT NULL,
  state text COLLATE "C" NOT NULL
    CHECK (state IN ('made', 'in_use', 'before', 'left', 'gone')),
  since timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX card_set_state ON card_set (state) WHERE state IN ('in_use', 'before');

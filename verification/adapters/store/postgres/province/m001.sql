-- Whose shard this is: started with another key or another number of shards, it is refused.
CREATE TABLE province (key_mark bytea NOT NULL, shard integer NOT NULL, shards integer NOT NULL);

-- Where a visit stands, on the shard of its own name: `before` is who it stood under until now,
-- `done` whether the message is kept. So a message that comes again goes where it went before.
CREATE TABLE place (
  day date NOT NULL, house text COLLATE "C" NOT NULL, visit text COLLATE "C" NOT NULL,
  nth integer NOT NULL, person uuid NOT NULL, before uuid, done boolean NOT NULL,
  PRIMARY KEY (day, house, visit)
) PARTITION BY RANGE (day);

-- What was handed over, on the shard of its person.
CREATE TABLE handed (
  person uuid NOT NULL, day date NOT NULL, house text COLLATE "C" NOT NULL,
  message text COLLATE "C" NOT NULL, nth integer NOT NULL, kind text COLLATE "C" NOT NULL,
  at timestamptz NOT NULL, taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (person, day, house, message)
) PARTITION BY RANGE (day);

-- Visits as they are now, on the shard of their person.
CREATE TABLE visit (
  person uuid NOT NULL, day date NOT NULL, house text COLLATE "C" NOT NULL,
  visit text COLLATE "C" NOT NULL, came timestamptz NOT NULL, nth integer NOT NULL,
  verdict text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL,
  object_code text COLLATE "C", card_code text COLLATE "C", cancelled text COLLATE "C",
  PRIMARY KEY (person, day, house, visit)
) PARTITION BY RANGE (day);

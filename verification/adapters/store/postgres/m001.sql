-- The log and what it adds up to; the same tables as in kiosk.db. `rowid` is the order of writing.

CREATE FUNCTION typeof(value anyelement) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN value IS NULL THEN 'null' WHEN pg_typeof(value) IN ('bigint', 'integer')
   THEN 'integer' WHEN pg_typeof(value) = 'bytea'::regtype THEN 'blob' ELSE 'text' END $$;
CREATE FUNCTION instr(whole text, part text) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT strpos(whole, part) $$;
CREATE FUNCTION json_valid(told text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
$$ BEGIN PERFORM told::jsonb; RETURN true; EXCEPTION WHEN data_exception THEN RETURN false; END $$;
CREATE FUNCTION json_extract(told text, path text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT told::jsonb ->> substr(path, 3) $$;

CREATE TABLE log (
  desk text COLLATE "C", seq bigint, recorded_at text COLLATE "C" NOT NULL,
  happened_at text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL,
  codes text COLLATE "C" NOT NULL, person_ref text COLLATE "C", content_digest text COLLATE "C",
  prev_hash text COLLATE "C" NOT NULL, hash text COLLATE "C" NOT NULL,
  rowid bigint GENERATED ALWAYS AS IDENTITY UNIQUE, PRIMARY KEY (desk, seq)
);
CREATE INDEX idx_log_kind_recorded_at ON log (kind, recorded_at);
CREATE INDEX idx_log_account ON log (kind, (CASE WHEN json_valid(codes) THEN
  json_extract(codes, '$.account') END)) WHERE kind = 'account_changed';
CREATE INDEX idx_log_ended ON log ((CASE WHEN json_valid(codes) THEN
  json_extract(codes, '$.ended') END)) WHERE CASE WHEN json_valid(codes) THEN
  json_extract(codes, '$.ended') END IS NOT NULL;
CREATE INDEX idx_log_session ON log ((CASE WHEN json_valid(codes) THEN
  json_extract(codes, '$.session') END)) WHERE CASE WHEN json_valid(codes) THEN
  json_extract(codes, '$.session') END IS NOT NULL;
CREATE FUNCTION log_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the log only grows'; END $$;
CREATE TRIGGER log_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log
  FOR EACH STATEMENT EXECUTE FUNCTION log_only_grows();

CREATE TABLE content (
  event_id text COLLATE "C" PRIMARY KEY, salt bytea NOT NULL, key_id text COLLATE "C" NOT NULL,
  sealed bytea NOT NULL
);
CREATE TABLE wrapped_key (key_id text COLLATE "C" PRIMARY KEY, wrapped bytea NOT NULL);
CREATE TABLE person_index (
  number_hmac text COLLATE "C" PRIMARY KEY, person_ref text COLLATE "C" NOT NULL
);
CREATE INDEX idx_person_index_person_ref ON person_index (person_ref);
CREATE TABLE scan (scan_id text COLLATE "C" PRIMARY KEY, event_id text COLLATE "C" NOT NULL);

-- holds nothing: a piece of work that is done again locks it (writer.py)
CREATE TABLE turn ();

-- of each desk its own register: no desk waits for another
CREATE TABLE log_written (
  desk text COLLATE "C", n bigint, seq bigint NOT NULL, mac text COLLATE "C" NOT NULL,
  PRIMARY KEY (desk, n)
);
CREATE INDEX idx_log_written_desk_seq ON log_written (desk, seq);
CREATE TABLE log_end (
  desk text COLLATE "C" PRIMARY KEY, count bigint NOT NULL, digest text COLLATE "C" NOT NULL,
  mac text COLLATE "C" NOT NULL
);

CREATE TABLE visit (
  visit_id text COLLATE "C" PRIMARY KEY, desk text COLLATE "C" NOT NULL, seq bigint NOT NULL,
  happened_at text COLLATE "C" NOT NULL, day text COLLATE "C" NOT NULL,
  person_ref text COLLATE "C" NOT NULL, presented text COLLATE "C" NOT NULL,
  verdict text COLLATE "C", reason text COLLATE "C", rate text COLLATE "C",
  ma_doituong_kcb text COLLATE "C", officer text COLLATE "C", cach_trinh text COLLATE "C",
  doi_chieu text COLLATE "C", nguoi_trinh text COLLATE "C", corrected text COLLATE "C",
  cancelled text COLLATE "C", so_thu_tu bigint, ngay_so text COLLATE "C", phong text COLLATE "C",
  reappointment text COLLATE "C", portal text COLLATE "C", portal_code text COLLATE "C",
  handed bigint NOT NULL DEFAULT 0, his text COLLATE "C", record text COLLATE "C",
  record_code text COLLATE "C", rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX idx_visit_person_ref_day ON visit (person_ref, day);
CREATE INDEX idx_visit_desk_seq ON visit (desk, seq);
CREATE INDEX idx_visit_presented ON visit (presented);
CREATE UNIQUE INDEX visit_number ON visit (ngay_so, so_thu_tu) WHERE so_thu_tu IS NOT NULL;
CREATE INDEX idx_visit_day ON visit (day, desk, happened_at);
CREATE INDEX idx_visit_happened_at_desk_seq ON visit (happened_at, desk, seq);
CREATE INDEX idx_visit_officer_happened_at_desk_seq ON visit (officer, happened_at, desk, seq);

CREATE TABLE review_case (
  number text COLLATE "C" PRIMARY KEY, subject text COLLATE "C" NOT NULL, closed bigint NOT NULL,
  opened_at text COLLATE "C" NOT NULL
);
CREATE INDEX idx_review_case_subject ON review_case (subject);
CREATE INDEX idx_review_case_closed_opened_at ON review_case (closed, opened_at);
CREATE TABLE case_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number text COLLATE "C" NOT NULL,
  desk text COLLATE "C" NOT NULL, seq bigint NOT NULL
);
CREATE INDEX idx_case_event_number ON case_event (number);

CREATE TABLE account (
  name text COLLATE "C" PRIMARY KEY, roles text COLLATE "C" NOT NULL, sealed bytea NOT NULL,
  password text COLLATE "C" NOT NULL, pin text COLLATE "C", disabled bigint NOT NULL,
  failures bigint NOT NULL, locked_until text COLLATE "C", full_login_at text COLLATE "C",
  demo bigint NOT NULL, event_id text COLLATE "C", mac text COLLATE "C"
);
CREATE TABLE session (
  digest text COLLATE "C" PRIMARY KEY, officer text COLLATE "C" NOT NULL,
  desk text COLLATE "C" NOT NULL, address text COLLATE "C" NOT NULL,
  opened_at text COLLATE "C" NOT NULL, active_at text COLLATE "C" NOT NULL,
  ends_at text COLLATE "C" NOT NULL, locked bigint NOT NULL, event_id text COLLATE "C",
  mac text COLLATE "C", rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE TABLE api_key (
  key_id text COLLATE "C" PRIMARY KEY, system text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL, rights text COLLATE "C" NOT NULL,
  made_at text COLLATE "C" NOT NULL, ends text COLLATE "C", mac text COLLATE "C",
  per_minute bigint NOT NULL
);

CREATE TABLE history (
  id text COLLATE "C" PRIMARY KEY, at bigint NOT NULL, person_ref text COLLATE "C",
  ma_cskcb text COLLATE "C" NOT NULL, desk text COLLATE "C", officer text COLLATE "C",
  typed bigint, received bigint NOT NULL, reason text COLLATE "C", shown text COLLATE "C",
  cccd text COLLATE "C", ma_bn text COLLATE "C", code text COLLATE "C",
  gt_the_tu text COLLATE "C", gt_the_den text COLLATE "C", sex text COLLATE "C", born bigint,
  doi_chieu text COLLATE "C", ma_doituong_kcb text COLLATE "C", ma_loai_kcb text COLLATE "C",
  ma_benh text COLLATE "C", so_ngay_thuoc bigint, end_day bigint, outcome text COLLATE "C",
  event_id text COLLATE "C", cancelled bigint NOT NULL, origin text COLLATE "C" NOT NULL,
  timed bigint NOT NULL DEFAULT 1, rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX idx_history_person_ref_at ON history (person_ref, at);
CREATE INDEX idx_history_cccd_at ON history (cccd, at);
CREATE INDEX idx_history_desk_at ON history (desk, at);
CREATE INDEX idx_history_event_id ON history (event_id);
CREATE INDEX idx_history_evenings ON history (officer, at)
  WHERE typed = 1 AND received = 1 AND (at + 25200) % 86400 >= 57600;

CREATE TABLE outbox (
  item_id text COLLATE "C" PRIMARY KEY, errand text COLLATE "C" NOT NULL,
  visit text COLLATE "C" NOT NULL, since text COLLATE "C" NOT NULL, due text COLLATE "C",
  attempts bigint NOT NULL, last_at text COLLATE "C", last_error text COLLATE "C",
  leased_until text COLLATE "C", event text COLLATE "C", nth bigint NOT NULL DEFAULT 0
);
CREATE INDEX idx_outbox_due ON outbox (due);
CREATE INDEX idx_outbox_visit_errand_nth ON outbox (visit, errand, nth);
CREATE TABLE portal (
  event_id text COLLATE "C" PRIMARY KEY, desk text COLLATE "C" NOT NULL, seq bigint NOT NULL,
  presented text COLLATE "C" NOT NULL, person_ref text COLLATE "C", answered bigint NOT NULL
);
CREATE INDEX idx_portal_presented ON portal (presented);
CREATE INDEX idx_portal_person_ref_answered ON portal (person_ref, answered);

-- Texts of few values as LowCardinality, events in the order (type, ts) of their primary index, all parts merged into one.
CREATE TABLE contacts (id UInt32, country LowCardinality(String), region LowCardinality(String), city LowCardinality(String), age UInt8,
  gender LowCardinality(String), marital_status LowCardinality(String), industry LowCardinality(String), job_title LowCardinality(String),
  org_type LowCardinality(String), email_domain LowCardinality(String), signup_ts DateTime('UTC'), consent Bool, lead_stage LowCardinality(String),
  owner LowCardinality(String), interests Array(UInt8), score UInt8) ENGINE = MergeTree ORDER BY id;
CREATE TABLE events (contact_id UInt32, ts DateTime('UTC'), type Enum8('email_sent' = 0, 'email_open' = 1, 'page_view' = 2, 'email_click' = 3,
  'purchase' = 4, 'form_submit' = 5, 'sms_sent' = 6, 'email_bounce' = 7, 'event_registration' = 8, 'survey_answer' = 9, 'unsubscribe' = 10, 'login' = 11),
  campaign_id Nullable(UInt16), page_id Nullable(UInt16), ref_id Nullable(UInt16), amount_cents Nullable(UInt32),
  payment_method LowCardinality(String), bounce_type LowCardinality(String)) ENGINE = MergeTree ORDER BY (type, ts);
INSERT INTO contacts SELECT * FROM file('{contacts}', 'CSVWithNames');
INSERT INTO events SELECT * FROM file('{events}', 'CSVWithNames');
OPTIMIZE TABLE contacts FINAL;
OPTIMIZE TABLE events FINAL;

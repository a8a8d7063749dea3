-- The indexes that a careful user of PostgreSQL would add for such segments: partial ones a type, that cover what is asked. Then ANALYZE.
CREATE TYPE kind AS ENUM ('email_sent', 'email_open', 'page_view', 'email_click', 'purchase', 'form_submit', 'sms_sent', 'email_bounce', 'event_registration', 'survey_answer', 'unsubscribe', 'login');
CREATE TABLE contacts_read (id int, country text, region text, city text, age smallint, gender text, marital_status text, industry text, job_title text, org_type text,
  email_domain text, signup_ts timestamp, consent boolean, lead_stage text, owner text, interests text, score smallint);
CREATE TABLE contacts (id int PRIMARY KEY, country text, region text, city text, age smallint, gender text, marital_status text, industry text, job_title text, org_type text,
  email_domain text, signup_ts timestamp, consent boolean, lead_stage text, owner text, interests smallint[], score smallint);
CREATE TABLE events (contact_id int, ts timestamp, type kind, campaign_id smallint, page_id smallint, ref_id smallint, amount_cents int, payment_method text, bounce_type text);
COPY contacts_read FROM '{contacts}' WITH (FORMAT csv, HEADER true);
INSERT INTO contacts SELECT id, country, region, city, age, gender, marital_status, industry, job_title, org_type, email_domain, signup_ts, consent, lead_stage, owner,
  CAST(translate(interests, '[]', '{}') AS smallint[]), score FROM contacts_read;
DROP TABLE contacts_read;
COPY events FROM '{events}' WITH (FORMAT csv, HEADER true);
CREATE INDEX ON contacts (country, age);
CREATE INDEX ON contacts USING gin (interests);
CREATE INDEX ON events (ts) INCLUDE (contact_id) WHERE type IN ('email_open', 'page_view', 'email_click', 'purchase', 'form_submit', 'event_registration', 'survey_answer', 'unsubscribe', 'login');
CREATE INDEX ON events (ts) INCLUDE (contact_id, campaign_id) WHERE type = 'email_click';
CREATE INDEX ON events (campaign_id, ts) INCLUDE (contact_id) WHERE type = 'email_open';
CREATE INDEX ON events (ts) INCLUDE (contact_id, amount_cents) WHERE type = 'purchase';
CREATE INDEX ON events (page_id, ts) INCLUDE (contact_id) WHERE type = 'page_view';
CREATE INDEX ON events (contact_id, ts) WHERE type = 'form_submit';
CREATE INDEX ON events (contact_id) INCLUDE (bounce_type) WHERE type = 'email_bounce';
CREATE INDEX ON events (contact_id) WHERE type = 'event_registration';
VACUUM ANALYZE contacts;
VACUUM ANALYZE events;
CHECKPOINT;

-- Texts of few values are compressed by DuckDB's dictionaries; events lie in the order (type, ts), so that its zone maps skip other types and times.
CREATE TYPE kind AS ENUM ('email_sent', 'email_open', 'page_view', 'email_click', 'purchase', 'form_submit', 'sms_sent', 'email_bounce', 'event_registration', 'survey_answer', 'unsubscribe', 'login');
CREATE TABLE contacts AS SELECT * FROM read_csv('{contacts}', header = true, columns = {
  'id': 'INTEGER', 'country': 'VARCHAR', 'region': 'VARCHAR', 'city': 'VARCHAR', 'age': 'SMALLINT', 'gender': 'VARCHAR', 'marital_status': 'VARCHAR',
  'industry': 'VARCHAR', 'job_title': 'VARCHAR', 'org_type': 'VARCHAR', 'email_domain': 'VARCHAR', 'signup_ts': 'TIMESTAMP', 'consent': 'BOOLEAN',
  'lead_stage': 'VARCHAR', 'owner': 'VARCHAR', 'interests': 'TINYINT[]', 'score': 'SMALLINT'});
CREATE TABLE events AS SELECT * FROM read_csv('{events}', header = true, columns = {
  'contact_id': 'INTEGER', 'ts': 'TIMESTAMP', 'type': 'kind', 'campaign_id': 'SMALLINT', 'page_id': 'SMALLINT', 'ref_id': 'SMALLINT',
  'amount_cents': 'INTEGER', 'payment_method': 'VARCHAR', 'bounce_type': 'VARCHAR'}) ORDER BY type, ts;
CHECKPOINT;

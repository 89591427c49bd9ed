BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE cpms_access_request (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	uid VARCHAR NOT NULL, 
	network VARCHAR NOT NULL, 
	state VARCHAR(14) NOT NULL, 
	submitted_at DATETIME, 
	due_at DATETIME, 
	guest_until DATETIME, 
	history JSON NOT NULL, 
	CONSTRAINT uq_cpms_access_request_uid UNIQUE (uid, network), 
	CONSTRAINT fk_cpms_access_request_uid FOREIGN KEY(uid) REFERENCES cpms_person (uid)
);
INSERT INTO "cpms_access_request" VALUES(1,'n000fd8n','PaedCAN','submitted','2026-12-01 01:33:56.416217','2026-12-02 01:33:56.416217',NULL,'[{"at": "2026-12-01T01:33:56.416217+00:00", "state": "submitted", "by": "ada@hospital.example", "reason": ""}]');
CREATE TABLE cpms_helpdesk_member (
	uid VARCHAR NOT NULL, 
	network VARCHAR NOT NULL, 
	CONSTRAINT pk_cpms_helpdesk_member PRIMARY KEY (uid, network)
);
INSERT INTO "cpms_helpdesk_member" VALUES('n00petra','PaedCAN');
CREATE TABLE cpms_person (
	uid VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	first_name VARCHAR NOT NULL, 
	last_name VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	CONSTRAINT pk_cpms_person PRIMARY KEY (uid)
);
INSERT INTO "cpms_person" VALUES('n000fd8n','ada@hospital.example','Ada','Muster','en');
CREATE TABLE cpms_profile (
	uid VARCHAR NOT NULL, 
	networks JSON NOT NULL, 
	answers JSON NOT NULL, 
	completed_at DATETIME NOT NULL, 
	edition INTEGER NOT NULL, 
	CONSTRAINT pk_cpms_profile PRIMARY KEY (uid)
);
INSERT INTO "cpms_profile" VALUES('n000fd8n','["PaedCAN"]','{"country": "IT", "hospital": "San Gerardo Hospital", "role": "Nurse", "specialty": "Paediatric oncology", "terms": "yes"}','2026-12-01 01:33:56.471485',1);
CREATE TABLE cpms_profile_draft (
	uid VARCHAR NOT NULL, 
	networks JSON NOT NULL, 
	answers JSON NOT NULL, 
	saved_at DATETIME NOT NULL, 
	CONSTRAINT pk_cpms_profile_draft PRIMARY KEY (uid)
);
CREATE TABLE cpms_session (
	id VARCHAR NOT NULL, 
	handle VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	ended BOOLEAN NOT NULL, 
	CONSTRAINT pk_cpms_session PRIMARY KEY (id)
);
CREATE TABLE desk_persona (
	id INTEGER NOT NULL, 
	uid VARCHAR NOT NULL, 
	origin VARCHAR(9) NOT NULL, 
	email VARCHAR NOT NULL, 
	first_name VARCHAR NOT NULL, 
	last_name VARCHAR NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	phone_id VARCHAR, 
	password VARCHAR, 
	password_hash VARCHAR, 
	pin VARCHAR, 
	pin_hash VARCHAR, 
	country VARCHAR, 
	hospital VARCHAR, 
	role VARCHAR, 
	networks JSON NOT NULL, 
	helpdesk_for JSON NOT NULL, 
	seed INTEGER, 
	device_enrolment VARCHAR, 
	CONSTRAINT pk_desk_persona PRIMARY KEY (id)
);
INSERT INTO "desk_persona" VALUES(1,'n00petra','made','helpdesk@paedcan.ern.example','Petra','Muster','enrolled','phone-helpdesk','Helpdesk-2026','$argon2id$v=19$m=8,t=1,p=1$UhJxlj2CMA02OsJvHH65ug$q5FVw2ai7egxYx9CQrNZOlRz+lNbGKxjl+zcE85+GJI','2468','$argon2id$v=19$m=8,t=1,p=1$Em4sj4XAyGrd/OYx2MAWHw$fsvkHEPjEtBzo98xxaZzVgrAHM7Edi8S2AwUR5OEtOM',NULL,NULL,NULL,'[]','["PaedCAN"]',1,'L8jFLTs1CmWBuKZwOouzote4QPqLht_4');
INSERT INTO "desk_persona" VALUES(2,'n000fd8n','made','ada@hospital.example','Ada','Muster','access_requested','phone-2','Kestrel-8224','$argon2id$v=19$m=8,t=1,p=1$oRk7FFs7z+jjSy7paSz22A$cwAM8Ofut1cHKoDYeB6Ebu1Jt6K2IAS+kfQqQu4Fhww','5481','$argon2id$v=19$m=8,t=1,p=1$jGhBTqcoE7I8BDmSjAmhLw$NrOOtCWJI3sAGOym32lHD1UAfSUZmygkDuijYnpujfA','IT','San Gerardo Hospital','Nurse','["PaedCAN"]','[]',240166468,'qewBsEJPr9QiTtWAwk7W2mnjysaCsFEA');
INSERT INTO "desk_persona" VALUES(3,'n00x07n8','made','eva@hospital.example','Eva','Muster','invited','phone-3',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'[]','[]',122184607,NULL);
CREATE TABLE desk_prepared_world (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	opens JSON, 
	CONSTRAINT pk_desk_prepared_world PRIMARY KEY (id)
);
CREATE TABLE desk_trial (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	protocol VARCHAR NOT NULL, 
	asked JSON NOT NULL, 
	kept JSON NOT NULL, 
	messages JSON NOT NULL, 
	since INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_desk_trial PRIMARY KEY (number), 
	CONSTRAINT uq_desk_trial_id UNIQUE (id)
);
CREATE TABLE idp_account (
	uid VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	first_name VARCHAR NOT NULL, 
	last_name VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	domain VARCHAR NOT NULL, 
	employee_type VARCHAR NOT NULL, 
	assurance_level INTEGER NOT NULL, 
	groups JSON NOT NULL, 
	password_hash VARCHAR, 
	password_set_at DATETIME, 
	former_passwords JSON NOT NULL, 
	registered_at DATETIME NOT NULL, 
	notifications BOOLEAN NOT NULL, 
	warns BOOLEAN NOT NULL, 
	shows_details BOOLEAN NOT NULL, 
	always_two_factors BOOLEAN NOT NULL, 
	disabled BOOLEAN NOT NULL, 
	details JSON NOT NULL, 
	CONSTRAINT pk_idp_account PRIMARY KEY (uid), 
	CONSTRAINT uq_idp_account_email UNIQUE (email)
);
INSERT INTO "idp_account" VALUES('n00petra','helpdesk@paedcan.ern.example','Petra','Muster','en','external','n',10,'[]','$argon2id$v=19$m=8,t=1,p=1$UhJxlj2CMA02OsJvHH65ug$q5FVw2ai7egxYx9CQrNZOlRz+lNbGKxjl+zcE85+GJI','2020-01-01 00:00:00.000000','[]','2020-01-01 00:00:00.000000',1,0,0,0,0,'{}');
INSERT INTO "idp_account" VALUES('n000fd8n','ada@hospital.example','Ada','Muster','en','external','n',10,'[]','$argon2id$v=19$m=8,t=1,p=1$oRk7FFs7z+jjSy7paSz22A$cwAM8Ofut1cHKoDYeB6Ebu1Jt6K2IAS+kfQqQu4Fhww','2026-12-01 01:33:56.385649','[]','2026-12-01 01:33:56.385657',1,0,0,0,0,'{}');
INSERT INTO "idp_account" VALUES('n00x07n8','eva@hospital.example','Eva','Muster','en','external','n',10,'[]',NULL,NULL,'[]','2026-12-01 01:33:56.573528',1,0,0,0,0,'{}');
CREATE TABLE idp_captcha (
	id INTEGER NOT NULL, 
	code VARCHAR NOT NULL, 
	browser VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	used BOOLEAN NOT NULL, 
	CONSTRAINT pk_idp_captcha PRIMARY KEY (id)
);
CREATE TABLE idp_code_challenge (
	id VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	browser VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	challenge VARCHAR NOT NULL, 
	asked_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	failures INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	counts BOOLEAN NOT NULL, 
	CONSTRAINT pk_idp_code_challenge PRIMARY KEY (id)
);
CREATE TABLE idp_device (
	id INTEGER NOT NULL, 
	uid VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	pin_hash VARCHAR NOT NULL, 
	pin_failures INTEGER NOT NULL, 
	code_step INTEGER NOT NULL, 
	enrolment VARCHAR NOT NULL, 
	secret VARCHAR NOT NULL, 
	added_at DATETIME NOT NULL, 
	page VARCHAR NOT NULL, 
	identifier VARCHAR, 
	os VARCHAR NOT NULL, 
	manufacturer VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	CONSTRAINT pk_idp_device PRIMARY KEY (id), 
	CONSTRAINT uq_idp_device_enrolment UNIQUE (enrolment), 
	CONSTRAINT uq_idp_device_identifier UNIQUE (identifier)
);
INSERT INTO "idp_device" VALUES(1,'n00petra','My phone','active','$argon2id$v=19$m=8,t=1,p=1$Em4sj4XAyGrd/OYx2MAWHw$fsvkHEPjEtBzo98xxaZzVgrAHM7Edi8S2AwUR5OEtOM',0,0,'L8jFLTs1CmWBuKZwOouzote4QPqLht_4','Evb0CQGcfPF1ONSe1RuOT6tRgdrXspISBrL46qXzRFggHLlVBW31oFiAqjdFpBHAQWN8azt_uarQS6XMf5boWQ','2020-01-01 00:00:00.000000','','D9CF6482-7A6AEA89-589370E0-E7345F2F-362C8001-9235F0A5-83CF5454-52A74DC1','Mock OS 1','Mock','Phone 1');
INSERT INTO "idp_device" VALUES(2,'n000fd8n','My phone','active','$argon2id$v=19$m=8,t=1,p=1$jGhBTqcoE7I8BDmSjAmhLw$NrOOtCWJI3sAGOym32lHD1UAfSUZmygkDuijYnpujfA',0,0,'qewBsEJPr9QiTtWAwk7W2mnjysaCsFEA','T5MUhSfFyeWeAUDPnsWxhXFGXmSK4ROb23bYvlGtgkZVZCsJ0wtmdEXQR8g8rxu0zbUqDi-SLVnU95jMBjrGLw','2026-12-01 01:33:56.394149','','B175C1C4-5A924974-C0694293-D08E42D1-B95AFB66-DE934AE1-DD14A16F-7844D145','Mock OS 1','Mock','Phone 1');
CREATE TABLE idp_email_link (
	email VARCHAR NOT NULL, 
	id INTEGER NOT NULL, 
	token VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	sent_at DATETIME NOT NULL, 
	used_at DATETIME, 
	ended_at DATETIME, 
	expired_at DATETIME, 
	CONSTRAINT pk_idp_email_link PRIMARY KEY (id), 
	CONSTRAINT uq_idp_email_link_token UNIQUE (token)
);
CREATE TABLE idp_failed_attempts (
	uid VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	failures INTEGER NOT NULL, 
	last_at DATETIME NOT NULL, 
	locked_at DATETIME, 
	CONSTRAINT pk_idp_failed_attempts PRIMARY KEY (uid, kind)
);
CREATE TABLE idp_key_challenge (
	id VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	browser VARCHAR NOT NULL, 
	purpose VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	challenge VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	state VARCHAR NOT NULL, 
	CONSTRAINT pk_idp_key_challenge PRIMARY KEY (id)
);
CREATE TABLE idp_login_request (
	id VARCHAR NOT NULL, 
	parameters JSON NOT NULL, 
	name VARCHAR NOT NULL, 
	hint VARCHAR NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	correlation_id VARCHAR NOT NULL, 
	CONSTRAINT pk_idp_login_request PRIMARY KEY (id)
);
CREATE TABLE idp_loop_watch (
	browser VARCHAR NOT NULL, 
	service VARCHAR NOT NULL, 
	seen JSON NOT NULL, 
	last_at DATETIME NOT NULL, 
	since INTEGER NOT NULL, 
	CONSTRAINT pk_idp_loop_watch PRIMARY KEY (browser, service)
);
CREATE TABLE idp_oidc_assertion (
	client_id VARCHAR NOT NULL, 
	jti VARCHAR NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_idp_oidc_assertion PRIMARY KEY (client_id, jti)
);
CREATE TABLE idp_oidc_client (
	client_id VARCHAR NOT NULL, 
	secret VARCHAR NOT NULL, 
	metadata JSON NOT NULL, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_idp_oidc_client PRIMARY KEY (client_id)
);
CREATE TABLE idp_oidc_grant (
	id VARCHAR NOT NULL, 
	client_id VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	sid VARCHAR NOT NULL, 
	parameters JSON NOT NULL, 
	strengths JSON NOT NULL, 
	auth_time DATETIME NOT NULL, 
	sso BOOLEAN NOT NULL, 
	code VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	used_at DATETIME, 
	ended_at DATETIME, 
	correlation_id VARCHAR NOT NULL, 
	CONSTRAINT pk_idp_oidc_grant PRIMARY KEY (id), 
	CONSTRAINT uq_idp_oidc_grant_code UNIQUE (code)
);
CREATE TABLE idp_oidc_key (
	kid VARCHAR NOT NULL, 
	alg VARCHAR NOT NULL, 
	jwk JSON NOT NULL, 
	made_at DATETIME NOT NULL, 
	retired_at DATETIME, 
	CONSTRAINT pk_idp_oidc_key PRIMARY KEY (kid)
);
CREATE TABLE idp_oidc_request (
	id VARCHAR NOT NULL, 
	client_id VARCHAR NOT NULL, 
	parameters JSON NOT NULL, 
	browser VARCHAR NOT NULL, 
	session VARCHAR NOT NULL, 
	made_at DATETIME NOT NULL, 
	used_at DATETIME, 
	code VARCHAR NOT NULL, 
	correlation_id VARCHAR NOT NULL, 
	CONSTRAINT pk_idp_oidc_request PRIMARY KEY (id)
);
CREATE TABLE idp_oidc_token (
	value VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	grant_id VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	as_jwt BOOLEAN NOT NULL, 
	scope VARCHAR NOT NULL, 
	issued_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	revoked_at DATETIME, 
	CONSTRAINT pk_idp_oidc_token PRIMARY KEY (value)
);
CREATE TABLE idp_password_link (
	login_query VARCHAR NOT NULL, 
	wrong_names INTEGER NOT NULL, 
	id INTEGER NOT NULL, 
	token VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	sent_at DATETIME NOT NULL, 
	used_at DATETIME, 
	ended_at DATETIME, 
	expired_at DATETIME, 
	CONSTRAINT pk_idp_password_link PRIMARY KEY (id), 
	CONSTRAINT uq_idp_password_link_token UNIQUE (token)
);
INSERT INTO "idp_password_link" VALUES('',0,1,'Ly9N1GMQgUZKIIGUvbSqZpT5Ndzuskk9LymM7MHdV7c8ToWksIxiWix0Q5ZCvnyx','n00x07n8','2026-12-01 01:33:56.582245',NULL,NULL,NULL);
CREATE TABLE idp_proxy_grant (
	id VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	sid VARCHAR NOT NULL, 
	proxies JSON NOT NULL, 
	made_at DATETIME NOT NULL, 
	correlation_id VARCHAR NOT NULL, 
	CONSTRAINT pk_idp_proxy_grant PRIMARY KEY (id)
);
CREATE TABLE idp_request (
	id VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	browser VARCHAR NOT NULL, 
	challenge VARCHAR NOT NULL, 
	service VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	strength VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	sent_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	state VARCHAR NOT NULL, 
	sent_again BOOLEAN NOT NULL, 
	counts BOOLEAN NOT NULL, 
	pushed_at DATETIME, 
	twice BOOLEAN NOT NULL, 
	correlation_id VARCHAR NOT NULL, 
	CONSTRAINT pk_idp_request PRIMARY KEY (id)
);
CREATE TABLE idp_security_key (
	id INTEGER NOT NULL, 
	uid VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	credential_id VARCHAR NOT NULL, 
	public_key VARCHAR NOT NULL, 
	sign_count INTEGER NOT NULL, 
	transports JSON NOT NULL, 
	added_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_idp_security_key PRIMARY KEY (id), 
	CONSTRAINT uq_idp_security_key_credential_id UNIQUE (credential_id)
);
CREATE TABLE idp_service (
	id INTEGER NOT NULL, 
	url VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	least_assurance_level INTEGER NOT NULL, 
	authentication_level VARCHAR NOT NULL, 
	proxy BOOLEAN NOT NULL, 
	single_logout BOOLEAN NOT NULL, 
	CONSTRAINT pk_idp_service PRIMARY KEY (id)
);
CREATE TABLE idp_session (
	id VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	strengths JSON NOT NULL, 
	login_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	fresh_for VARCHAR, 
	sid VARCHAR NOT NULL, 
	moniker VARCHAR NOT NULL, 
	correlation_id VARCHAR NOT NULL, 
	CONSTRAINT pk_idp_session PRIMARY KEY (id)
);
CREATE TABLE idp_ticket (
	id VARCHAR NOT NULL, 
	service VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	strengths JSON NOT NULL, 
	login_at DATETIME NOT NULL, 
	issued_at DATETIME NOT NULL, 
	sso BOOLEAN NOT NULL, 
	used BOOLEAN NOT NULL, 
	sid VARCHAR NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	proxies JSON NOT NULL, 
	single_logout BOOLEAN NOT NULL, 
	moniker VARCHAR NOT NULL, 
	demands VARCHAR NOT NULL, 
	correlation_id VARCHAR NOT NULL, 
	CONSTRAINT pk_idp_ticket PRIMARY KEY (id)
);
CREATE TABLE phone_account (
	id INTEGER NOT NULL, 
	phone INTEGER NOT NULL, 
	account VARCHAR NOT NULL, 
	server VARCHAR NOT NULL, 
	device_identifier VARCHAR NOT NULL, 
	secret VARCHAR NOT NULL, 
	linked_at DATETIME NOT NULL, 
	known BOOLEAN NOT NULL, 
	CONSTRAINT pk_phone_account PRIMARY KEY (id), 
	CONSTRAINT fk_phone_account_phone FOREIGN KEY(phone) REFERENCES phone_phone (number)
);
INSERT INTO "phone_account" VALUES(1,1,'helpdesk@paedcan.ern.example','','D9CF6482-7A6AEA89-589370E0-E7345F2F-362C8001-9235F0A5-83CF5454-52A74DC1','Evb0CQGcfPF1ONSe1RuOT6tRgdrXspISBrL46qXzRFggHLlVBW31oFiAqjdFpBHAQWN8azt_uarQS6XMf5boWQ','2020-01-01 00:00:00.000000',1);
INSERT INTO "phone_account" VALUES(2,2,'ada@hospital.example','','B175C1C4-5A924974-C0694293-D08E42D1-B95AFB66-DE934AE1-DD14A16F-7844D145','T5MUhSfFyeWeAUDPnsWxhXFGXmSK4ROb23bYvlGtgkZVZCsJ0wtmdEXQR8g8rxu0zbUqDi-SLVnU95jMBjrGLw','2026-12-01 01:33:56.445567',1);
CREATE TABLE phone_phone (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	name VARCHAR, 
	owner VARCHAR NOT NULL, 
	installed BOOLEAN NOT NULL, 
	scanned VARCHAR NOT NULL, 
	settings JSON NOT NULL, 
	active INTEGER, 
	to_ask JSON NOT NULL, 
	lost JSON NOT NULL, 
	sensor JSON, 
	CONSTRAINT uq_phone_phone_name UNIQUE (name)
);
INSERT INTO "phone_phone" VALUES(1,'phone-helpdesk','helpdesk@paedcan.ern.example',1,'','{"online": true, "notifications": true, "camera": true, "screen_lock": true, "biometrics": "", "auto_approve": false, "clock_offset": "PT0S"}',NULL,'[]','[]',NULL);
INSERT INTO "phone_phone" VALUES(2,'phone-2','ada@hospital.example',1,'','{"online": true, "notifications": true, "camera": true, "screen_lock": true, "biometrics": "", "auto_approve": false, "clock_offset": "PT0S"}',NULL,'[]','[]',NULL);
INSERT INTO "phone_phone" VALUES(3,'phone-3','eva@hospital.example',0,'','{"online": true, "notifications": true, "camera": true, "screen_lock": true, "biometrics": "", "auto_approve": false, "clock_offset": "PT0S"}',NULL,'[]','[]',NULL);
CREATE TABLE phone_return_url (
	browser VARCHAR NOT NULL, 
	request VARCHAR NOT NULL, 
	address VARCHAR NOT NULL, 
	opened_at DATETIME NOT NULL, 
	CONSTRAINT pk_phone_return_url PRIMARY KEY (browser, request)
);
CREATE TABLE phone_sensor_question (
	id VARCHAR NOT NULL, 
	phone VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	request VARCHAR NOT NULL, 
	challenge VARCHAR NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_phone_sensor_question PRIMARY KEY (id), 
	CONSTRAINT fk_phone_sensor_question_phone FOREIGN KEY(phone) REFERENCES phone_phone (name) ON DELETE CASCADE
);
CREATE TABLE world (
	id INTEGER NOT NULL, 
	secret VARCHAR NOT NULL, 
	seed INTEGER, 
	clock_offset DATETIME NOT NULL, 
	frozen_at DATETIME, 
	CONSTRAINT pk_world PRIMARY KEY (id)
);
INSERT INTO "world" VALUES(1,'Jm2xgsrJu2cML4f92IIB7xov1sqE2yWjSWjJdhmUKRM',NULL,'1970-01-01 00:00:00.000000',NULL);
CREATE TABLE world_event (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor VARCHAR NOT NULL, 
	type VARCHAR NOT NULL, 
	person VARCHAR, 
	request_id VARCHAR, 
	correlation_id VARCHAR, 
	fields JSON NOT NULL, 
	CONSTRAINT pk_world_event PRIMARY KEY (id)
);
INSERT INTO "world_event" VALUES(1,'2026-12-01 01:33:56.394313','desk','device.added','ada@hospital.example','6b17ac1753c545b8',NULL,'{"device": "My phone"}');
INSERT INTO "world_event" VALUES(2,'2026-12-01 01:33:56.445385','desk','device.initialised','ada@hospital.example','6b17ac1753c545b8',NULL,'{"device": "My phone"}');
INSERT INTO "world_event" VALUES(3,'2026-12-01 01:33:56.458639','phone','phone.linked','ada@hospital.example','6b17ac1753c545b8',NULL,'{"phone": "phone-2"}');
INSERT INTO "world_event" VALUES(4,'2026-12-01 01:33:56.482406','desk','profile.completed','ada@hospital.example','6b17ac1753c545b8',NULL,'{"networks": "PaedCAN"}');
INSERT INTO "world_event" VALUES(5,'2026-12-01 01:33:56.482464','desk','persona.made','ada@hospital.example','6b17ac1753c545b8',NULL,'{"stage": "access_requested"}');
INSERT INTO "world_event" VALUES(6,'2026-12-01 01:33:56.578618','desk','account.registered','eva@hospital.example','408eb498b6a4595b',NULL,'{"uid": "n00x07n8"}');
INSERT INTO "world_event" VALUES(7,'2026-12-01 01:33:56.712590','desk','link.sent','eva@hospital.example','408eb498b6a4595b',NULL,'{}');
INSERT INTO "world_event" VALUES(8,'2026-12-01 01:33:56.712628','desk','persona.made','eva@hospital.example','408eb498b6a4595b',NULL,'{"stage": "invited"}');
INSERT INTO "world_event" VALUES(9,'2026-12-01 01:33:56.778330','world','mail.arrived','eva@hospital.example',NULL,NULL,'{"subject": "Your EU Login account: create your password"}');
INSERT INTO "world_event" VALUES(10,'2026-12-01 01:33:56.803719','desk','mail.sent','eva@hospital.example','408eb498b6a4595b',NULL,'{}');
CREATE TABLE world_fault (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	"left" INTEGER, 
	person VARCHAR, 
	service VARCHAR, 
	client_id VARCHAR, 
	seconds DOUBLE, 
	status INTEGER, 
	CONSTRAINT pk_world_fault PRIMARY KEY (id)
);
CREATE TABLE world_mail (
	id INTEGER NOT NULL, 
	"to" VARCHAR NOT NULL, 
	sender VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	sent_at DATETIME NOT NULL, 
	arrived_at DATETIME NOT NULL, 
	text VARCHAR NOT NULL, 
	html VARCHAR, 
	links JSON NOT NULL, 
	codes JSON NOT NULL, 
	folder VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	delivery VARCHAR, 
	CONSTRAINT pk_world_mail PRIMARY KEY (id)
);
INSERT INTO "world_mail" VALUES(1,'eva@hospital.example','EU Login mock <automated-notifications@nomail.eulogin.example>','Your EU Login account: create your password','2026-12-01 01:33:56.000000','2026-12-01 01:33:56.761706','Dear Eva Muster,

You now have an account in EU Login, under the e-mail address eva@hospital.example.

To create your password, follow this link:

http://localhost:45261/cas/init/initialisePasswordLogin.cgi?Ly9N1GMQgUZKIIGUvbSqZpT5Ndzuskk9LymM7MHdV7c8ToWksIxiWix0Q5ZCvnyx

The link works for 5 minutes, counted from the moment this message was sent, so it is best to follow it right away. Later the same link still helps: enter your user name there, confirm, and a new message is sent to you.

If the link does not open, copy the whole address above into the address bar of your browser.

Please do not reply to this message. If something does not work, use the help or contact page of the site for which you were registering.

After this message reached you, that site may need up to 5 minutes before it recognises your registration.

Sent to you by EU Login
This mail comes from a mock for testing. It is not from the European Commission.','<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Your EU Login account: create your password</title>
<style>
  body { margin: 0; padding: 24px 16px; font: 17px/1.55 "Source Sans Pro", Arial, sans-serif; color: #16242c; background: #fff; overflow-wrap: anywhere; }
  .mail { max-width: 600px; margin: 0 auto; }
  p { margin: 0 0 16px; }
  a { color: #0f5c6e; }
  .link { font-weight: bold; font-size: 19px; }
  .small { font-size: 15px; color: #4a5b65; }
  hr { border: 0; border-top: 1px solid #c9d4da; margin: 24px 0; }
</style></head>
<body><div class="mail">
<p>Dear Eva Muster,</p>
<p>You now have an account in EU Login, under the e-mail address eva@hospital.example.</p>
<p>To create your password, follow the link below:</p>
<p class="link"><a href="http://localhost:45261/cas/init/initialisePasswordLogin.cgi?Ly9N1GMQgUZKIIGUvbSqZpT5Ndzuskk9LymM7MHdV7c8ToWksIxiWix0Q5ZCvnyx">this link</a></p>
<p>The link works for 5 minutes, counted from the moment this message was sent, so it is best to follow it right away. Later the same link still helps: enter your user name there, confirm, and a new message is sent to you.</p>
<p>If the link does not open, copy this address (all of it) into the address bar of your browser:<br>http://localhost:45261/cas/init/initialisePasswordLogin.cgi?Ly9N1GMQgUZKIIGUvbSqZpT5Ndzuskk9LymM7MHdV7c8ToWksIxiWix0Q5ZCvnyx</p>
<p>Please do not reply to this message. If something does not work, use the help or contact page of the site for which you were registering.</p>
<p>After this message reached you, that site may need up to 5 minutes before it recognises your registration.</p>
<hr><p class="small">Sent to you by EU Login<br>This mail comes from a mock for testing. It is not from the European Commission.</p>
</div></body>
</html>
','[{"text": "this link", "url": "http://localhost:45261/cas/init/initialisePasswordLogin.cgi?Ly9N1GMQgUZKIIGUvbSqZpT5Ndzuskk9LymM7MHdV7c8ToWksIxiWix0Q5ZCvnyx"}]','[]','inbox','X-EULogin-World: default
X-EULogin-Delivery: 83e27697365dab22
From: EU Login mock <automated-notifications@nomail.eulogin.example>
To: eva@hospital.example
Subject: Your EU Login account: create your password
Date: Tue, 01 Dec 2026 01:33:56 +0000
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="===============7060520198928142940=="

--===============7060520198928142940==
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Dear Eva Muster,

You now have an account in EU Login, under the e-mail address eva@hospital.ex=
ample.

To create your password, follow this link:

http://localhost:45261/cas/init/initialisePasswordLogin.cgi?Ly9N1GMQgUZKIIGUv=
bSqZpT5Ndzuskk9LymM7MHdV7c8ToWksIxiWix0Q5ZCvnyx

The link works for 5 minutes, counted from the moment this message was sent, =
so it is best to follow it right away. Later the same link still helps: enter=
 your user name there, confirm, and a new message is sent to you.

If the link does not open, copy the whole address above into the address bar =
of your browser.

Please do not reply to this message. If something does not work, use the help=
 or contact page of the site for which you were registering.

After this message reached you, that site may need up to 5 minutes before it =
recognises your registration.

Sent to you by EU Login
This mail comes from a mock for testing. It is not from the European Commissi=
on.

--===============7060520198928142940==
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable
MIME-Version: 1.0

<!doctype html>
<html lang=3D"en">
<head><meta charset=3D"utf-8"><meta name=3D"viewport" content=3D"width=3Ddevi=
ce-width, initial-scale=3D1"><title>Your EU Login account: create your passwo=
rd</title>
<style>
  body { margin: 0; padding: 24px 16px; font: 17px/1.55 "Source Sans Pro", Ar=
ial, sans-serif; color: #16242c; background: #fff; overflow-wrap: anywhere; }
  .mail { max-width: 600px; margin: 0 auto; }
  p { margin: 0 0 16px; }
  a { color: #0f5c6e; }
  .link { font-weight: bold; font-size: 19px; }
  .small { font-size: 15px; color: #4a5b65; }
  hr { border: 0; border-top: 1px solid #c9d4da; margin: 24px 0; }
</style></head>
<body><div class=3D"mail">
<p>Dear Eva Muster,</p>
<p>You now have an account in EU Login, under the e-mail address eva@hospital=
.example.</p>
<p>To create your password, follow the link below:</p>
<p class=3D"link"><a href=3D"http://localhost:45261/cas/init/initialisePasswo=
rdLogin.cgi?Ly9N1GMQgUZKIIGUvbSqZpT5Ndzuskk9LymM7MHdV7c8ToWksIxiWix0Q5ZCvnyx"=
>this link</a></p>
<p>The link works for 5 minutes, counted from the moment this message was sen=
t, so it is best to follow it right away. Later the same link still helps: en=
ter your user name there, confirm, and a new message is sent to you.</p>
<p>If the link does not open, copy this address (all of it) into the address =
bar of your browser:<br>http://localhost:45261/cas/init/initialisePasswordLog=
in.cgi?Ly9N1GMQgUZKIIGUvbSqZpT5Ndzuskk9LymM7MHdV7c8ToWksIxiWix0Q5ZCvnyx</p>
<p>Please do not reply to this message. If something does not work, use the h=
elp or contact page of the site for which you were registering.</p>
<p>After this message reached you, that site may need up to 5 minutes before =
it recognises your registration.</p>
<hr><p class=3D"small">Sent to you by EU Login<br>This mail comes from a mock=
 for testing. It is not from the European Commission.</p>
</div></body>
</html>

--===============7060520198928142940==--
','83e27697365dab22');
CREATE TABLE world_scheduled_job (
	id INTEGER NOT NULL, 
	due_at DATETIME NOT NULL, 
	kind VARCHAR NOT NULL, 
	payload JSON NOT NULL, 
	CONSTRAINT pk_world_scheduled_job PRIMARY KEY (id)
);
INSERT INTO "world_scheduled_job" VALUES(1,'2026-12-02 01:33:56.416218','access.overdue','{"since": "2026-12-01T01:33:56.416462+00:00"}');
CREATE TABLE world_setting (
	name VARCHAR NOT NULL, 
	value JSON NOT NULL, 
	origin VARCHAR NOT NULL, 
	CONSTRAINT pk_world_setting PRIMARY KEY (name)
);
INSERT INTO "world_setting" VALUES('device.max','{"value": 7}','changed');
CREATE INDEX ix_world_event_type ON world_event (type);
CREATE INDEX ix_world_event_person ON world_event (person);
CREATE INDEX ix_world_event_correlation_id ON world_event (correlation_id);
CREATE INDEX ix_world_mail_delivery ON world_mail (delivery);
CREATE INDEX ix_world_mail_to ON world_mail ("to");
CREATE INDEX ix_world_scheduled_job_due_at ON world_scheduled_job (due_at);
CREATE INDEX ix_desk_persona_uid ON desk_persona (uid);
CREATE INDEX ix_idp_oidc_grant_client_id ON idp_oidc_grant (client_id);
CREATE INDEX ix_idp_oidc_grant_sid ON idp_oidc_grant (sid);
CREATE INDEX ix_idp_oidc_grant_uid ON idp_oidc_grant (uid);
CREATE INDEX ix_idp_oidc_token_grant_id ON idp_oidc_token (grant_id);
CREATE INDEX ix_idp_oidc_token_uid ON idp_oidc_token (uid);
CREATE INDEX ix_idp_password_link_uid ON idp_password_link (uid);
CREATE INDEX ix_idp_email_link_uid ON idp_email_link (uid);
CREATE INDEX ix_idp_device_uid ON idp_device (uid);
CREATE INDEX ix_idp_request_uid ON idp_request (uid);
CREATE INDEX ix_idp_security_key_uid ON idp_security_key (uid);
CREATE INDEX ix_idp_key_challenge_uid ON idp_key_challenge (uid);
CREATE INDEX ix_idp_session_sid ON idp_session (sid);
CREATE INDEX ix_idp_session_uid ON idp_session (uid);
CREATE INDEX ix_idp_ticket_sid ON idp_ticket (sid);
CREATE INDEX ix_idp_proxy_grant_uid ON idp_proxy_grant (uid);
CREATE INDEX ix_idp_code_challenge_uid ON idp_code_challenge (uid);
CREATE INDEX ix_cpms_session_handle ON cpms_session (handle);
CREATE INDEX ix_phone_account_phone ON phone_account (phone);
CREATE INDEX ix_cpms_access_request_network ON cpms_access_request (network);
CREATE INDEX ix_phone_sensor_question_phone ON phone_sensor_question (phone);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('phone_phone',3);
INSERT INTO "sqlite_sequence" VALUES('cpms_access_request',1);
COMMIT;

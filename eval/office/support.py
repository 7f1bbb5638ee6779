"""A support team: release notes, tickets, an administrator's guide, questions, an outage."""

_NOTES = {
    "support/release-notes.md": """
# Release notes of Tavola Desk

## 4.3.1 (21 April 2026)

- Fixed: calendar invitations were sent twice when a booking was moved.
- Fixed: the export to CSV lost umlauts.

## 4.3.0 (24 March 2026)

- New: waiting lists for fully booked tables.
- New: sign-in with single sign-on (SAML).
- Changed: sessions now end after 45 minutes without activity. Before, it was 120 minutes.
- Removed: the old reports page. Use Insights.

## 4.2.2 (17 February 2026)

- Fixed: the floor plan stayed empty in Safari.
- Fixed: a deposit could be charged twice after a network error.

## 4.2.1 (2 February 2026)

- Security: a guest could see the telephone number of another guest (TD-SEC-9). Update at once.

## 4.2.0 (13 January 2026)

- New: deposits by card.
- Deprecated: API version 1. It will be switched off on 1 October 2026.
""",
    "support/admin-guide.html": """
# Administrator's guide, Tavola Desk 4.3
## Reset the administrator password
1. Open a terminal on the server.
2. Run tavolactl reset-admin --email ADDRESS.
3. Open the link that is printed. It is valid for 15 minutes.
## Turn on two-factor authentication
Open Settings > Security and switch on Two-factor authentication. Users are asked to set it up at
their next sign-in. Administrators cannot opt out.
## Back up the database
Run tavolactl backup FILE. Backups do not contain uploaded photographs; copy the folder
/var/lib/tavola/photos as well.
## Export guests
Open Guests > Export and choose CSV or JSON. An export holds at most 50,000 guests.
## Limits
| Limit | Starter | Team | Enterprise |
| Locations | 1 | 5 | unlimited |
| Users | 3 | 25 | 500 |
| Bookings a month | 400 | 6,000 | unlimited |
| API calls a minute | 30 | 120 | 600 |
| Storage GB | 2 | 20 | 200 |
## System requirements
The server needs 4 GB of memory, two processor cores and PostgreSQL 14 or newer. MariaDB is not
supported.
## Log files
Log files are kept for 30 days in /var/log/tavola. Set log.days to change it.
""",
    "support/faq.md": """
# Frequently asked questions

## Can I use Tavola Desk offline?

No. Tavola Desk needs a connection; the app shows the last floor plan only.

## How do I cancel my subscription?

Open Account > Plan and choose Cancel. You can use the plan until the end of the paid month.
We delete your data 90 days later.

## Which browsers are supported?

Firefox, Chrome and Safari in their two latest versions. Internet Explorer is not supported.

## What is a cover?

A cover is one guest at a table. A booking for six people counts as six covers.

## Why did a guest get no confirmation?

Mostly the mail was caught by a spam filter. Add mail.tavola.example to the allowed senders.

## Do you offer refunds?

We refund the last month if you cancel within 14 days of the charge.
""",
    "support/service-levels.docx": """
@date 2026-01-05
# Service levels
Valid from 5 January 2026 for the plans Team and Enterprise.
## Response times
| Priority | Meaning | First response | Solution |
| P1 | Nobody can work | 30 minutes | 4 hours |
| P2 | A main function fails | 2 hours | 1 working day |
| P3 | A minor fault | 1 working day | 10 working days |
| P4 | A question | 2 working days | none |
## Availability
We promise an availability of 99.7 % in each month. For each full 0.1 % below that the customer is
credited 5 % of the monthly fee, at most 50 %.
## Support hours
Support is open from 7 a.m. to 10 p.m. on all days. P1 is answered round the clock for Enterprise.
## Escalation
If a P1 is not solved after two hours, the duty manager must be called.
""",
}

_CASES = {
    "support/tickets-april-2026.csv": """
| ticket | opened | customer | priority | problem | status | agent | resolution |
| 5102 | 2026-04-01 | Cafe Mistral | P3 | Export shows wrong umlauts | solved | Lena Faber | \
Fixed in 4.3.1; until then export as JSON |
| 5107 | 2026-04-03 | Gasthof Linde | P2 | Floor plan does not load after the update | solved | \
Omar Szabo | Cleared the browser cache |
| 5111 | 2026-04-07 | Trattoria Fiume | P4 | How to add a second location | solved | Lena Faber | \
Needs the plan Team; the customer upgraded |
| 5118 | 2026-04-14 | Hotel Adler | P1 | Nobody can sign in | solved | Mira Tolland | \
Expired certificate of the sign-in server was renewed |
| 5121 | 2026-04-15 | Cafe Mistral | P2 | Deposit was charged twice | open | Omar Szabo | |
| 5126 | 2026-04-20 | Bistro Quai | P3 | Invitations arrive twice | solved | Mira Tolland | \
Update to 4.3.1 |
| 5130 | 2026-04-24 | Gasthof Linde | P4 | Wants invoices in French | rejected | Lena Faber | \
Not planned |
""",
    "support/outage-14-april.mbox": """
From: Mira Tolland <mira@tavola.example>
To: team@tavola.example
Date: Tue, 14 Apr 2026 09:25:00 +0200
Subject: Sign-in is down

Hello all,

nobody has been able to sign in since 08:50. I suspect the new single sign-on of 4.3.0. Bookings by
guests still work.

Mira

=====
From: Idris Kell <idris@tavola.example>
To: team@tavola.example
Date: Tue, 14 Apr 2026 10:40:00 +0200
Subject: Re: Sign-in is down

Sign-in has worked again since 10:31. The cause was not single sign-on: the certificate of the
sign-in server had expired. I renewed it. About 1,900 users were affected.

Idris

=====
From: Idris Kell <idris@tavola.example>
To: team@tavola.example
Date: Wed, 15 Apr 2026 17:05:00 +0200
Subject: Outage report: corrected figures

I counted again: 2,340 users were affected, not 1,900. Omar will set up an alarm for certificates by
30 April. We owe no credit, because the availability of April is still above 99.7 %.

Idris
""",
    "support/runbook-restore.docx": """
@date 2025-12-01
# Runbook: restore a customer's data
Owner: Idris Kell. Last tested on 1 December 2025.
## Before you start
A restore needs the approval of the duty manager. Tell the customer that bookings made after the
backup are lost.
## Steps
1. Put the customer into maintenance mode with tavolactl maintenance on.
2. Restore the latest backup with tavolactl restore FILE.
3. Compare the number of bookings with the daily report.
4. Switch maintenance mode off.
## How long it takes
A restore takes about 25 minutes for 100,000 bookings.
## Backups
Backups are made every six hours and kept for 35 days.
""",
    "support/handover-2026-04-30.txt": """
Handover to the night shift, 30 April 2026, Lena Faber

Open: ticket 5121 (deposit charged twice at Cafe Mistral). Omar reproduced it on 4.2.1. The customer
has to update to 4.2.2 or newer before we refund EUR 240.

Planned: maintenance of the database on 3 May from 02:00 to 04:00. Bookings will not be possible.

Not planned: a mobile app for tablets. Please do not promise it to anybody.
""",
}

FILES: dict[str, str] = {**_NOTES, **_CASES}
"""The path of each file with its text in the markup of ``eval.office.markup``."""

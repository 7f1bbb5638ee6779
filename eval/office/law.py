"""A law office: a lease and its addendum, a memo, a dispute with its letters, fees, deadlines."""

_LEASE = {
    "law/harbour-mill/lease.docx": """
@date 2023-06-20
# Lease of Unit 3, Harbour Mill
Made on 20 June 2023 between Tidewater Estates plc (the "Landlord") and Ostrava Coffee Roasters Ltd
(the "Tenant").
## 1 Term
The Lease is granted for ten years from 1 July 2023.
## 2 Rent
The Tenant shall pay a yearly rent of GBP 48,000 in equal quarterly instalments in advance.
## 3 Use
The Tenant shall use the premises only for roasting and packing coffee. Retail sales are permitted
in
the front room only.
## 4 Assignment and subletting
The Tenant shall not sublet the whole of the premises. The Tenant may sublet a part with the
Landlord's written consent, which shall not be unreasonably withheld.
## 5 Repairs
The Tenant shall keep the interior in good repair. The Landlord is responsible for the roof and the
outer walls.
## 6 Break clause
The Tenant may end the Lease on 30 June 2028 by giving at least nine months' written notice.
## 7 Deposit
The Tenant has paid a deposit of GBP 12,000, which is returned within 30 days of the end of the
Lease.
## 8 Animals
No animals may be kept on the premises.
""",
    "law/harbour-mill/first-addendum.docx": """
@date 2025-05-27
# First Addendum to the Lease of Unit 3, Harbour Mill
Made on 27 May 2025 between Tidewater Estates plc and Ostrava Coffee Roasters Ltd.
1. With effect from 1 July 2025 the yearly rent is GBP 51,600.
2. Clause 6 is replaced: the Tenant may end the Lease on 30 June 2028 by giving at least twelve
months' written notice.
3. The Tenant may sell coffee in the yard on Saturdays.
4. All other terms of the Lease remain unchanged.
""",
    "law/harbour-mill/memo-subletting.docx": """
@date 2026-01-19
# Memorandum
To: Judith Ferrar. From: Callum Reyes. Date: 19 January 2026. Matter: 2291, Ostrava Coffee Roasters.
## Question
Can our client sublet the packing room to Bexley Teas Ltd?
## Short answer
Yes, with the written consent of Tidewater Estates. The packing room is only a part of the premises.
## Discussion
Clause 4 forbids subletting of the whole. Consent to subletting of a part may not be unreasonably
withheld. The use clause is the greater obstacle: packing tea is not roasting or packing coffee,
so a
variation of clause 3 is needed.
## Recommendation
We should ask the Landlord for consent and for a variation of clause 3 in one letter. The letter
should go out before 13 February 2026.
""",
}

_DISPUTE = {
    "law/quillon/2026-02-03-letter-of-claim.pdf": """
@date 2026-02-03
# Letter of claim
Quillon Builders Ltd to Dr Amara Nwosu, 3 February 2026.
## The contract
On 14 May 2025 you engaged us to convert the barn at Low Farm for a fixed price of GBP 96,000.
## Our claim
We claim GBP 48,200: GBP 31,500 for the last instalment and GBP 16,700 for extra work on the roof.
The extra work was ordered by you by telephone on 9 September 2025. The work was finished on 28
November 2025.
Unless we receive payment by 3 March 2026 we will issue proceedings.
""",
    "law/quillon/2026-02-24-reply.docx": """
@date 2026-02-24
# Reply to the letter of claim
Marsh & Ferrar LLP to Quillon Builders Ltd, 24 February 2026. Our client: Dr Amara Nwosu.
Our client denies that she ordered extra work on the roof. There was no telephone call on 9
September
2025; our client was in hospital on that day.
The work is not finished: the stairs have no handrail and the drains are not connected. Our client
accepts that GBP 12,750 of the last instalment will be due when the defects are put right.
Our client did not agree to any extension of time. The contract says that the work was to be
finished
by 31 October 2025.
""",
    "law/quillon/mail-settlement.mbox": """
From: Judith Ferrar <j.ferrar@marshferrar.example>
To: Amara Nwosu <a.nwosu@lowfarm.example>
Date: Mon, 9 Mar 2026 10:20:00 +0000
Subject: Quillon Builders: offer

Dear Dr Nwosu,

Quillon offer to settle for GBP 27,000. I advise you not to accept. The offer is open until 20
March.

Judith Ferrar

=====
From: Judith Ferrar <j.ferrar@marshferrar.example>
To: Amara Nwosu <a.nwosu@lowfarm.example>
Date: Tue, 10 Mar 2026 09:02:00 +0000
Subject: Correction: Quillon Builders: offer

Dear Dr Nwosu,

I gave you the wrong date yesterday. The offer is open until 27 March, not 20 March.

Judith Ferrar

=====
From: Amara Nwosu <a.nwosu@lowfarm.example>
To: Judith Ferrar <j.ferrar@marshferrar.example>
Date: Sat, 14 Mar 2026 18:45:00 +0000
Subject: Re: Correction: Quillon Builders: offer

Dear Ms Ferrar,

I reject the offer of GBP 27,000. I would pay GBP 18,000 if they connect the drains before the end
of
April. Please tell them so.

Amara Nwosu

=====
From: Callum Reyes <c.reyes@marshferrar.example>
To: Judith Ferrar <j.ferrar@marshferrar.example>
Date: Mon, 30 Mar 2026 14:31:00 +0100
Subject: Quillon

Judith,

Quillon's solicitor called. They turn down the GBP 18,000 and will issue proceedings in the county
court at Ardmoor this week. Their expert is Tobias Lamb, a surveyor.

Callum
""",
}

_OFFICE = {
    "law/office/engagement-letter-nwosu.docx": """
@date 2026-02-11
# Engagement letter
Marsh & Ferrar LLP to Dr Amara Nwosu, 11 February 2026. Matter 2304.
## Who acts for you
Judith Ferrar is the partner responsible. Callum Reyes will do most of the work.
## Fees
| Person | Role | Rate per hour GBP |
| Judith Ferrar | Partner | 310 |
| Callum Reyes | Associate | 215 |
| Elin Marsh | Trainee | 120 |
Our fees up to the issue of proceedings will not exceed GBP 6,500 without your agreement.
Invoices are sent monthly and are payable within 14 days.
## Complaints
Complaints are answered by Desmond Marsh within eight weeks.
""",
    "law/office/time-sheet-march-2026.xlsx": """
## March 2026
| Date | Lawyer | Matter | Activity | Hours |
| 2026-03-02 | Callum Reyes | 2304 | Review of the building contract | 3.5 |
| 2026-03-03 | Judith Ferrar | 2291 | Call with Tidewater Estates | 0.8 |
| 2026-03-09 | Judith Ferrar | 2304 | Advice on the offer | 1.2 |
| 2026-03-11 | Elin Marsh | 2291 | Land register search | 2.0 |
| 2026-03-17 | Callum Reyes | 2304 | Letter to Quillon | 1.6 |
| 2026-03-30 | Callum Reyes | 2304 | Call with Quillon's solicitor | 0.4 |
""",
    "law/office/deadlines.csv": """
| matter | client | deadline | what | responsible |
| 2304 | Dr Amara Nwosu | 2026-05-08 | Defence to the particulars of claim | Callum Reyes |
| 2291 | Ostrava Coffee Roasters | 2027-06-30 | Last day for the break notice | Judith Ferrar |
| 2318 | Selby Foods | 2026-05-21 | Witness statements | Elin Marsh |
| 2318 | Selby Foods | 2026-06-18 | Hearing at the tribunal | Judith Ferrar |
| 2330 | Orrin Institute | 2026-04-30 | Comments on the licence agreement | Callum Reyes |
""",
    "law/office/nda-orrin.txt": """
NON-DISCLOSURE AGREEMENT

between Orrin Institute and Sandmark Carbon Ltd, 6 October 2025

1. "Confidential Information" means all information about the production of biochar that one party
gives the other in writing and marks as confidential.

2. Confidential Information does not include information that the recipient already knew.

3. The recipient may show Confidential Information to its employees and its lawyers, but not to its
investors.

4. This agreement ends on 5 October 2028. The duties under it continue for three more years.

5. Either party may publish scientific results after it has given the other 60 days to object.

6. The agreement contains no penalty.
""",
    "law/office/file-retention.md": """
# File retention

- Closed files are kept for seven years.
- Wills are kept until six years after the death of the client.
- Identity documents are destroyed five years after the end of the matter.

## How do I close a file?

1. Send the final invoice.
2. Return original documents to the client.
3. Fill in form C-9 and have it signed by the partner.
4. Move the folder to the archive.

Who opens a closed file again must ask Desmond Marsh.
""",
}

FILES: dict[str, str] = {**_LEASE, **_DISPUTE, **_OFFICE}
"""The path of each file with its text in the markup of ``eval.office.markup``."""

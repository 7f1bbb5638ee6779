"""A joinery: versions of a contract, policies, minutes, mails, prices, a tender, an offer."""

_TERMS_2024 = """
@date 2024-01-12
# Supply Agreement
This Supply Agreement is made on 12 January 2024 between Halden Joinery Ltd, Kestrel Way 4, Ardmoor
(the "Buyer"), and Corvale Timber BV, Zeldam (the "Supplier").
## 1 Definitions
"Products" means the oak and ash boards listed in Annex A. "Working Day" means any day other than a
Saturday, a Sunday or a public holiday in Zeldam. "Contract Year" means each period of twelve months
that begins on 1 February.
## 2 Term
This Agreement begins on 1 February 2024 and runs for 36 months.
## 3 Prices and payment
The Buyer shall pay each invoice within 30 days of its date. Interest on late payments is 6 % a
year.
## 4 Delivery
The Supplier shall deliver the Products within 10 Working Days of an order. Title passes to the
Buyer on full payment.
## 5 Liability
The liability of each party is limited to EUR 250,000 in any Contract Year. The limit does not apply
to death, personal injury or fraud.
## 6 Termination
Either party may terminate this Agreement by giving three months' written notice. Notice by e-mail
is not sufficient.
## 7 Confidentiality
Each party shall keep the prices confidential for five years after the end of this Agreement.
## 8 Assignment
Neither party may assign this Agreement without the prior written consent of the other.
## 9 Governing law
This Agreement is governed by the law of the Netherlands. The courts of Zeldam have jurisdiction.
"""

_TERMS_2026 = """
@date 2026-03-02
# Supply Agreement, as amended
This version of the Supply Agreement between Halden Joinery Ltd (the "Buyer") and Corvale Timber BV
(the "Supplier") includes Amendment No. 1, dated 2 March 2026.
## 1 Definitions
"Products" means the oak, ash and larch boards listed in Annex A. "Working Day" means any day other
than a Saturday, a Sunday or a public holiday in Zeldam. "Contract Year" means each period of twelve
months that begins on 1 February.
## 2 Term
This Agreement begins on 1 February 2024 and runs for 60 months.
## 3 Prices and payment
The Buyer shall pay each invoice within 45 days of its date. Interest on late payments is 6 % a
year.
## 4 Delivery
The Supplier shall deliver the Products within 10 Working Days of an order. Title passes to the
Buyer on full payment.
## 5 Liability
The liability of each party is limited to EUR 400,000 in any Contract Year. The limit does not apply
to death, personal injury or fraud.
## 6 Termination
Either party may terminate this Agreement by giving six months' written notice. Notice by e-mail
is not sufficient.
## 7 Confidentiality
Each party shall keep the prices confidential for five years after the end of this Agreement.
## 8 Assignment
Neither party may assign this Agreement without the prior written consent of the other.
## 9 Governing law
This Agreement is governed by the law of the Netherlands. The courts of Zeldam have jurisdiction.
"""

_POLICIES = {
    "firm/policies/travel-policy.docx": """
@date 2025-11-03
# Travel Policy
Valid from 1 January 2026. Owner: Petra Lindholm, Head of Finance.
## Hotels
The firm pays for hotels up to EUR 140 a night. In capital cities the limit is EUR 190.
## Meals
Employees receive a daily allowance of EUR 38 for trips of more than eight hours.
## Own car
Whoever uses a private car is paid EUR 0.42 per kilometre. Parking fines are not reimbursed.
## Trains and flights
Trips of under 500 kilometres are made by train. First class is allowed from a journey of four
hours.
Business class flights need the approval of the managing director.
## Claims
Expense claims must be submitted within 30 days of the end of the trip. Receipts over EUR 20 must be
attached.
""",
    "firm/policies/leave-policy.md": """
# Leave Policy

Version 3, approved by the management on 8 December 2025.

## Annual leave

Full-time employees have 27 days of annual leave. Apprentices have 30 days.
Up to 5 days may be carried over; they lapse on 31 March of the following year.

## Sick leave

An employee who is ill informs the supervisor before 9 a.m. on the first day. A doctor's
certificate is required from the fourth day of illness.

## Special leave

| Occasion | Days |
|---|---|
| Own wedding | 2 |
| Birth of a child | 3 |
| Death of a close relative | 3 |
| Moving house | 1 |

## Unpaid leave

Unpaid leave of more than four weeks must be approved by the managing director.
""",
    "firm/policies/information-security.pdf": """
@date 2026-02-16
# Information Security Policy
Halden Joinery Ltd, version of 16 February 2026. Responsible: Jonas Brandt, IT.
## Passwords
Passwords must have at least 14 characters. They are changed only when there is reason to believe
that they are known to others.
## Lost devices
The loss of a laptop or telephone must be reported to IT within two hours, on extension 411.
## Removable media
USB sticks from outside the firm must not be connected to its computers.
## Retention
Tender files are kept for ten years. Applications of candidates who were not hired are deleted after
six months.
""",
}

_MINUTES = {
    "firm/minutes/2026-03-09-management-meeting.docx": """
@date 2026-03-09
# Minutes of the management meeting, 9 March 2026
Present: Helena Voss (managing director, chair), Petra Lindholm (finance), Jonas Brandt (IT), Ravi
Menon (workshop). Apologies: Ines Caldeira (sales). Minutes: Jonas Brandt.
## 1 New edge banding machine
Ravi Menon reported that the old machine had stood still for eleven days in February. The meeting
decided to buy the Kantor 320 for EUR 64,500. Petra Lindholm voted against it.
## 2 School hall tender
Helena Voss decided that the firm will bid for the school hall in Ardmoor. Ines Caldeira is to write
the offer.
## 3 Working hours
The proposal to open the workshop on Saturdays was rejected.
## 4 Open points
| Point | Who | Until |
| Order the Kantor 320 | Ravi Menon | 20 March 2026 |
| Draft of the school hall offer | Ines Caldeira | 27 March 2026 |
| Compare three payroll programs | Petra Lindholm | 10 April 2026 |
| Replace the firewall | Jonas Brandt | 30 April 2026 |
""",
    "firm/minutes/2026-04-13-management-meeting.docx": """
@date 2026-04-13
# Minutes of the management meeting, 13 April 2026
Present: Helena Voss (chair), Petra Lindholm, Jonas Brandt, Ravi Menon, Ines Caldeira. Minutes: Ines
Caldeira.
## 1 Edge banding machine
The Kantor 320 was ordered on 18 March. Delivery is expected on 11 May 2026.
## 2 Payroll
Petra Lindholm compared Lohnix, Paywell and Sumo Pay. The meeting chose Paywell, because it was the
only one that could import the time clock's data.
## 3 Firewall
The replacement of the firewall is postponed until 29 May 2026, because the supplier cannot deliver
earlier.
## 4 Summer closure
The workshop closes from 3 to 14 August 2026.
## 5 Open points
| Point | Who | Until |
| Contract with Paywell | Petra Lindholm | 24 April 2026 |
| Replace the firewall | Jonas Brandt | 29 May 2026 |
| Train two operators on the Kantor 320 | Ravi Menon | 22 May 2026 |
""",
}

_TENDER = {
    "firm/tender/tender-school-hall.pdf": """
@date 2026-03-02
# Invitation to tender: wall panelling of the school hall
Ardmoor Town Council, 2 March 2026. Reference AT-2026-017. Contact: Colm Reidy.
## 1 Scope
The contractor supplies and fits 420 square metres of wall panelling in oak veneer. The panels must
have fire class B-s1,d0.
## 2 Dates
Bids must arrive by noon on 31 March 2026. The work must be completed by 30 September 2026.
## 3 Warranty and penalty
The warranty period is five years. For each week of delay a penalty of 0.5 % of the price is due.
## 4 Award
The price counts for 60 %, quality for 25 % and the schedule for 15 %.
## 5 Variants
Variants in other kinds of wood are not permitted.
""",
    "firm/tender/offer-halden.docx": """
@date 2026-03-28
# Offer for the wall panelling of the school hall
Halden Joinery Ltd to Ardmoor Town Council, 28 March 2026. Your reference AT-2026-017. Signed: Ines
Caldeira.
## Scope
We offer to supply and fit 400 square metres of wall panelling in oak veneer, fire class B-s1,d0.
## Dates
We will complete the work by 16 October 2026.
## Price
| Item | Quantity | Price EUR |
| Panels, oak veneer | 400 m2 | 92,000 |
| Fitting | 400 m2 | 31,200 |
| Scaffolding | 1 | 5,200 |
| Total without VAT | | 128,400 |
## Warranty
We give a warranty of three years. We accept the penalty of 0.5 % for each week of delay.
The offer is valid until 30 June 2026.
""",
}

_MAILS = {
    "firm/mail/2026-04-20-larch-delivery.eml": """
From: Wouter Prins <w.prins@corvale.example>
To: Ravi Menon <r.menon@halden.example>
Date: Mon, 20 Apr 2026 08:12:00 +0200
Subject: Delivery of the larch boards

Dear Ravi,

the 160 larch boards of order 7741 will leave our yard on 27 April and reach you on 29 April.

Kind regards
Wouter Prins
Corvale Timber BV
""",
    "firm/mail/2026-04-22-larch-delivery-correction.eml": """
From: Wouter Prins <w.prins@corvale.example>
To: Ravi Menon <r.menon@halden.example>
Date: Wed, 22 Apr 2026 16:40:00 +0200
Subject: Re: Delivery of the larch boards

Dear Ravi,

I have to correct my mail of Monday: the kiln is out of order. The larch boards will reach you on 6
May, and there will be 140 boards, not 160. The missing 20 follow in June without freight costs.

Kind regards
Wouter Prins
""",
    "firm/mail/2026-04-23-larch-reply.eml": """
From: Ravi Menon <r.menon@halden.example>
To: Wouter Prins <w.prins@corvale.example>
Cc: Helena Voss <h.voss@halden.example>
Date: Thu, 23 Apr 2026 07:55:00 +0200
Subject: Re: Re: Delivery of the larch boards

Dear Wouter,

6 May is too late for the Selby kitchen. I will buy 60 boards from Norlund for that job. Please
cancel the missing 20; we do not need them in June.

Ravi Menon
Halden Joinery Ltd

> I have to correct my mail of Monday: the kiln is out of order. The larch boards will reach you
> on 6
> May, and there will be 140 boards, not 160.
""",
    "firm/mail/2026-04-02-paywell-quote.eml": """
From: Dana Whitcombe <dana@paywell.example>
To: Petra Lindholm <p.lindholm@halden.example>
Date: Thu, 2 Apr 2026 11:05:00 +0100
Subject: Quote for Paywell
Attach: paywell-quote.xlsx

Dear Ms Lindholm,

please find our quote attached. The price is for 34 employees; setting up takes about two weeks. We
can keep the quote open until 30 April.

Best wishes
Dana Whitcombe
Paywell Software

=== paywell-quote.xlsx
## Quote
| Item | Unit | Price EUR |
| Licence per employee and month | 34 | 4.80 |
| Setting up | 1 | 950 |
| Training, half a day | 2 | 420 |
""",
}

_SHEETS = {
    "firm/prices/price-list-2026.xlsx": """
## Panels
Prices without VAT, valid from 1 February 2026
| Article | Wood | Thickness mm | Price per m2 EUR |
| P-110 | Oak | 18 | 74.50 |
| P-111 | Oak | 25 | 92.00 |
| P-120 | Ash | 18 | 61.00 |
| P-121 | Ash | 25 | 79.80 |
| P-130 | Larch | 22 | 57.40 |

Discounts for panels
| From m2 | Discount % |
| 50 | 3 |
| 150 | 6 |
| 400 | 9 |

## Services
| Service | Unit | Price EUR |
| Fitting | hour | 58 |
| Planning | hour | 72 |
| Delivery within 50 km | trip | 85 |
| Delivery beyond 50 km | km | 1.90 |
""",
    "firm/budget-2026.xlsx": """
## Departments
| Department | Q1 | Q2 | Q3 | Q4 | Total |
| Workshop | 118,000 | 124,500 | 97,000 | 121,000 | 460,500 |
| Sales | 31,000 | 33,500 | 30,200 | 36,800 | 131,500 |
| IT | 12,400 | 19,600 | 11,900 | 12,100 | 56,000 |
| Administration | 27,300 | 27,300 | 27,900 | 28,500 | 111,000 |
| Total | 188,700 | 204,900 | 167,000 | 198,400 | 759,000 |

## Investments
| Investment | Month | Amount EUR |
| Edge banding machine | May | 64,500 |
| Firewall | May | 7,900 |
| Delivery van | September | 38,750 |
""",
    "firm/orders-2026.csv": """
| order | date | supplier | article | quantity | price_eur | status |
| 7712 | 2026-02-04 | Corvale Timber BV | oak boards | 220 | 9460 | delivered |
| 7726 | 2026-03-03 | Norlund | plywood | 90 | 3150 | delivered |
| 7730 | 2026-03-18 | Kantor AG | edge banding machine | 1 | 64500 | open |
| 7741 | 2026-04-07 | Corvale Timber BV | larch boards | 160 | 5280 | open |
| 7744 | 2026-04-23 | Norlund | larch boards | 60 | 2340 | open |
| 7749 | 2026-04-28 | Ferrum Fittings | hinges | 1200 | 1740 | cancelled |
""",
    "firm/applicants.xlsx": """
## Joiner 2026
| Name | Training | Years of experience | Earliest start | Expected salary EUR | Remarks |
| Malin Ostrow | journeyman joiner | 6 | 2026-06-01 | 39,500 | CNC certificate |
| Teo Varga | master joiner | 14 | 2026-09-01 | 52,000 | led a team of five |
| Sana Idris | journeyman joiner | 3 | 2026-05-15 | 36,000 | speaks Dutch |
| Piet Hollander | carpenter | 9 | 2026-07-01 | 41,000 | no driving licence |
""",
}

_PAGES = {
    "firm/website/faq.html": """
# Questions and answers
## How long does a kitchen take?
From the signed order to the fitting you should reckon with nine weeks.
## Do you deliver on Saturdays?
No, we deliver from Monday to Friday between 7 a.m. and 5 p.m.
## How do I care for oiled surfaces?
Wipe the surface with a damp cloth. Oil it again twice a year with hard wax oil. Never use vinegar.
## Can I return panels?
Panels that were cut to size cannot be returned. Uncut panels can be returned within 14 days.
## What is the deposit?
We ask for a deposit of 40 % with the order.
""",
    "firm/training-timetable-may.docx": """
@date 2026-04-27
# Training timetable, May 2026
| Day | Time | Course | Room | Trainer |
| Monday 11 May | 08:00-12:00 | Kantor 320, part one | Workshop 2 | Ravi Menon |
| Tuesday 12 May | 13:00-16:00 | First aid | Canteen | Nora Fintan |
| Thursday 14 May | 08:00-12:00 | Kantor 320, part two | Workshop 2 | Ravi Menon |
| Wednesday 20 May | 09:00-10:30 | Safe passwords | Meeting room A | Jonas Brandt |
| Friday 22 May | 10:00-11:00 | Fork-lift refresher | Yard | Bram Oduya |
The first aid course is compulsory for all supervisors.
""",
}

FILES: dict[str, str] = {
    "firm/contracts/supply-agreement-2024.docx": _TERMS_2024,
    "firm/contracts/supply-agreement-2026-amended.docx": _TERMS_2026,
    **_POLICIES,
    **_MINUTES,
    **_TENDER,
    **_MAILS,
    **_SHEETS,
    **_PAGES,
}
"""The path of each file with its text in the markup of ``eval.office.markup``."""

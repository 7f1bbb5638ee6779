"""A laboratory: two papers that disagree, protocols, minutes, an inventory, a grant, slides."""

_PAPERS = {
    "lab/papers/lindqvist-2025.pdf": """
@date 2025-03-18
# Biochar reduces nitrate leaching from sandy soil: a lysimeter study
A. Lindqvist, S. Mbeki and R. Thorn. Orrin Institute. Published 18 March 2025.
## Abstract
Nitrate that is washed out of sandy soils ends in the groundwater. We mixed biochar from beech wood
into the topsoil of lysimeters and measured leaching over two winters. Biochar reduced nitrate
leaching by 31 % (p = 0.003). The yield of winter wheat did not change.
## Methods
We used 24 lysimeters with a sandy soil of pH 5.8. Twelve received 20 tonnes of biochar per hectare
and twelve served as controls. Nitrate was measured every two weeks by ion chromatography.
## Results
| Treatment | Lysimeters | Nitrate leached kg N/ha | Wheat yield t/ha |
| Control | 12 | 58.4 | 6.9 |
| Biochar 20 t/ha | 12 | 40.3 | 7.0 |
## Discussion
We attribute the effect to the adsorption of nitrate on the surface of the char. The study is
limited
to one soil. It was paid for by the Sandmark Foundation.
""",
    "lab/papers/okafor-2026.pdf": """
@date 2026-01-26
# No reliable effect of biochar on nitrate leaching in the field
C. Okafor and H. Brenner. University of Ardmoor. Published 26 January 2026.
## Abstract
Lindqvist et al. (2025) reported that biochar reduced nitrate leaching by 31 %. We repeated the
experiment in the field at four sites. Biochar reduced nitrate leaching by 7 %, which was not
significant (p = 0.21). The earlier result may be due to the small lysimeters.
## Methods
We used 48 plots at four sites with 20 tonnes of biochar per hectare on half of them. Nitrate was
measured monthly with suction cups.
## Results
| Site | Soil | Nitrate control kg N/ha | Nitrate biochar kg N/ha |
| Low Farm | sand | 61.2 | 55.0 |
| Esk Moor | loamy sand | 47.9 | 46.1 |
| Tarn Hill | loam | 33.5 | 32.8 |
| Birk Side | clay | 21.7 | 20.4 |
## Conclusion
We cannot recommend biochar as a measure against nitrate leaching.
""",
}

_WORK = {
    "lab/protocols/ph-meter-calibration.docx": """
@date 2025-09-01
# Protocol P-07: calibration of the pH meter
Version 2, valid from 1 September 2025. Author: Signe Mbeki.
## When
Calibrate the meter every Monday and whenever the electrode has been changed.
## How to calibrate the pH meter
1. Rinse the electrode with deionised water.
2. Put it into the buffer of pH 7.00 and press CAL.
3. Wait until the reading is stable, then press OK.
4. Repeat with the buffer of pH 4.01.
5. Write the slope into the log book. It must lie between 95 and 102 %.
## Storage
Store the electrode in 3 molar potassium chloride, never in deionised water.
""",
    "lab/protocols/soil-sampling.md": """
# Protocol P-12: soil sampling

Take the samples from a depth of 0 to 30 cm with the Puerckhauer auger. Take 15 cores per plot and
mix them in a bucket. Fill 500 g into a labelled bag.

Samples must be cooled to 4 degrees within two hours. They may be stored for at most 48 hours
before extraction; otherwise freeze them at -20 degrees.

The label shows plot, depth, date and the initials of the sampler.
""",
    "lab/minutes/2026-02-17-lab-meeting.md": """
# Lab meeting, 17 February 2026

Present: Astrid Lindqvist (head), Signe Mbeki, Rowan Thorn, Keiko Aldana.

## Reply to Okafor and Brenner

The group decided to repeat the lysimeter experiment with 36 lysimeters. Rowan Thorn thinks that the
suction cups missed the winter peak. Signe Mbeki disagreed: she holds that the lysimeters were too
small.

## Freezer 2

Freezer 2 failed on 6 February. 112 samples of the Esk Moor series were lost. Keiko Aldana orders a
new freezer by 27 February.

## Ion chromatograph

The service contract with Helvion ends on 31 May 2026. Decision: it is renewed for two years.

## Next meeting

The next meeting is on 17 March 2026.
""",
    "lab/inventory.xlsx": """
## Chemicals
| Substance | CAS | Amount | Place | Expires | Hazard |
| Potassium nitrate | 7757-79-1 | 2.5 kg | Cabinet B2 | 2027-08-31 | oxidising |
| Sulphuric acid 96 % | 7664-93-9 | 5 l | Acid cabinet | 2026-12-31 | corrosive |
| Acetone | 67-64-1 | 10 l | Solvent store | 2028-03-31 | flammable |
| Potassium chloride | 7447-40-7 | 1 kg | Cabinet B1 | 2029-01-31 | none |
| Sodium hydroxide | 1310-73-2 | 1.5 kg | Cabinet B1 | 2026-05-31 | corrosive |

## Devices
| Device | Maker | Room | Next service |
| Ion chromatograph | Helvion | 214 | 2026-05-12 |
| Freezer 1 | Norfrost | 220 | 2026-11-02 |
| pH meter | Metrano | 211 | 2026-08-20 |
| Drying oven | Metrano | 216 | 2027-01-15 |
""",
    "lab/grant-budget.xlsx": """
## Grant SF-118
Sandmark Foundation, grant SF-118, 2026 to 2028
| Item | 2026 | 2027 | 2028 |
| Postdoc | 61,200 | 62,800 | 64,400 |
| Technician, half time | 24,600 | 25,100 | 25,600 |
| Consumables | 14,500 | 12,000 | 6,500 |
| Travel | 3,200 | 4,800 | 4,800 |
| Lysimeters | 27,900 | 0 | 0 |
""",
    "lab/safety-briefing.pptx": """
@date 2026-01-12
# Safety briefing 2026
Orrin Institute, 12 January 2026. Safety officer: Keiko Aldana, extension 230.
# Acid spills
- Warn everybody in the room.
- Put on gloves and goggles.
- Cover the spill with sodium bicarbonate.
- Sweep it into the yellow bin.
> The yellow bin stands beside the door of room 211. Last year there were three spills.
# Fume hoods
- Keep the sash below 35 cm.
- Hood 3 is out of order until 20 March 2026.
# Working alone
- Nobody works alone with acids after 6 p.m.
- Work alone on weekends needs the written permission of Astrid Lindqvist.
""",
    "lab/mail/2026-03-05-sample-loss.eml": """
From: Keiko Aldana <k.aldana@orrin.example>
To: all@orrin.example
Date: Thu, 5 Mar 2026 13:10:00 +0100
Subject: Freezer 2: what was lost

Dear all,

I have checked the list again. We lost 97 samples of the Esk Moor series, not 112 as the minutes of
17 February say. The other 15 had been moved to freezer 1. The cause was a broken door seal, not a
power cut. The new freezer, a Norfrost 700, arrives on 19 March.

Keiko
""",
}

FILES: dict[str, str] = {**_PAPERS, **_WORK}
"""The path of each file with its text in the markup of ``eval.office.markup``."""

"""The right EDIFACT messages that mutants are made of: letters and receipts written by our own writers,
referral and attachment composed here, because these are only read."""

from __future__ import annotations

from msgspec.structs import replace

from mocks.standards.edifact import ctl, dis91
from tests.standards.mutants.oioxml_bases import ACCEPTED, LETTER, REFUSED, SENT, UNDELIVERED

_STAMP = f"{SENT:%Y%m%d%H%M}"
_UNB = "UNA:+.? '\nUNB+UNOC:3+5790009990024:14+5790009990017:14+250929:0915+ENV00000000004++++1'\n"

REFERRAL = f"""{_UNB}UNH+BRV00000000004+MEDREF:D:93A:UN:H0130R+REF01'
BGM+HNV++9+NA'
DTM+137:{_STAMP}:203'
S01+01'
NAD+PO+000001:YNR:SFU++Lægehuset Prøve:::::US'
SEQ++1'
SPR+ORG+580:SKS:SST+REF01:SKS:SST'
S01+01'
NAD+SSP+9999999:SKS:SST++_:::::US'
SEQ++2'
S01+01'
NAD+BV+++:Test Testesen::::US'
RFF+AHL:1'
SEQ++3'
S02+02'
GIS+N'
RFF+ROI:_'
DTM+4:{_STAMP}:203'
CIN+H+DF909:SKS::Forstyrret opmærksomhed'
FTX+DI+P00++Udredning'
S06+06'
STS++NR'
S07+07'
PNA+PAT+2512489996:::CPR:IM+++SU:Testperson'
S12+12'
FTX+NC+P00++Kort anamnese'
FTX+BIN+P00++Bilag:0F1E2D3C4B5A69788796A5B4C3D2E1F0:VGR:PDF:12'
S18+18'
GIS+N'
PTY+PRI+WA'
S19+19'
STS++NR'
TDT+PHL++TX'
UNT+34+BRV00000000004'
UNZ+1+ENV00000000004'
"""
ATTACHMENT = f"""{_UNB.replace("00004", "00005")}UNH+BRV00000000005+MEDBIN:D:93A:UN:B0131X+BIN01'
BGM+OBJ++9+NA'
DTM+137:{_STAMP}:203'
S01+01'
NAD+SSP+5790009990024::9++Lægehuset Prøve:::::US'
SEQ++1'
SPR+ORG+99:SKS:SST+BIN01:SKS:SST'
S01+01'
NAD+PO+5790009990017::9++_:::::US'
SEQ++2'
S02+02'
GIS+N'
RFF+SRI:BRV00000000005'
DTM+182:{_STAMP}:203'
S07+07'
PNA+PAT+2512489996:::CPR:IM+++SU:Testperson'
S11+11'
UNO+1+AID:0F1E2D3C4B5A69788796A5B4C3D2E1F0+OBJ:TXT:TXT:91+30:14:1:A'Det er 'et' bilag?' UNT+1+1'
.UNP+30+1'
UNT+20+BRV00000000005'
UNZ+1+ENV00000000005'
"""


def edifact_messages() -> dict[str, bytes]:
    """Messages by name."""
    long = "En linje som er så lang at den fylder mere end de halvfjerds tegn der er plads til."
    letter = replace(LETTER, text=f"Kære læge\n\nTrivslen er i bedring: + ' ?\n{long}")
    return {
        "DIS91": dis91.write(dis91.carried(letter).letter),
        "CTL01": ctl.write(ctl.carried(UNDELIVERED)),
        "CTL02": ctl.write(ctl.carried(REFUSED)),
        "CTL03": ctl.write(ctl.carried(ACCEPTED)),
        "REF01": REFERRAL.encode("iso-8859-1"),
        "BIN01": ATTACHMENT.encode("iso-8859-1"),
    }

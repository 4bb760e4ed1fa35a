"""Den Gode Webservice 1.0.1: the id card, MedCom's message header, fault codes, and the HSUID header beside them."""

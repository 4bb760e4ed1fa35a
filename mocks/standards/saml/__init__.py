"""SAML 2.0 as the field's logins use it: assertions, privileges (OIO BPP), requests and answers of a login."""

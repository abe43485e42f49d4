"""What the suites need besides CumulusCI's keywords: lead conversion, and the connector's own commands."""

import os
import shlex
import subprocess
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import requests
from cumulusci.robotframework.base_library import BaseLibrary

# Salesforce converts Leads by SOAP (and Apex) alone.
# Source: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm
PARTNER = "urn:partner.soap.sforce.com"
CONVERT = """<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" xmlns="{partner}">
<env:Header><SessionHeader><sessionId>{session}</sessionId></SessionHeader></env:Header>
<env:Body><convertLead><leadConverts>
<convertedStatus>{status}</convertedStatus>
<doNotCreateOpportunity>true</doNotCreateOpportunity>
<leadId>{lead}</leadId>
<overwriteLeadSource>false</overwriteLeadSource>
<sendNotificationEmail>false</sendNotificationEmail>
</leadConverts></convertLead></env:Body>
</env:Envelope>
"""
CONNECTOR = "GIFTING_CONNECTOR"
CALL_SECONDS = 30
COMMAND_SECONDS = 180


class GiftingLibrary(BaseLibrary):
    """Keywords; a suite imports it by path."""

    ROBOT_LIBRARY_SCOPE = "GLOBAL"

    def convert_lead(self, lead_id, status):
        """Convert a Lead without an Opportunity; its new Contact and Account are removed with the session.

        status: one of the org's statuses for converted Leads. Returns the Contact's Id.
        """
        org = self.cumulusci.org
        body = CONVERT.format(
            partner=PARTNER,
            session=escape(org.access_token),
            status=escape(status),
            lead=escape(lead_id),
        )
        version = self.salesforce_api.get_latest_api_version()
        answer = requests.post(
            f"{org.instance_url}/services/Soap/u/{version}",
            data=body.encode(),
            headers={"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'},
            timeout=CALL_SECONDS,
        )
        result = ET.fromstring(answer.content)  # noqa: S314 -- the org's own answer
        told = {each.tag.rpartition("}")[2]: (each.text or "") for each in result.iter()}
        if told.get("success") != "true":
            raise AssertionError(told.get("message") or told.get("faultstring") or answer.text[:500])
        self.salesforce_api.store_session_record("Account", told["accountId"])
        self.salesforce_api.store_session_record("Contact", told["contactId"])
        return told["contactId"]

    def connector_is_at_hand(self):
        """Whether the suites may run the connector's commands: GIFTING_CONNECTOR names its program."""
        return bool(os.environ.get(CONNECTOR))

    def run_connector(self, *arguments):
        """Run a command of the connector, such as `sync --wait`; fails with what it printed. Returns that."""
        command = [*shlex.split(os.environ[CONNECTOR]), *arguments]
        done = subprocess.run(  # noqa: S603 -- the program that whoever runs the suites named
            command, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
        )
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        return done.stdout

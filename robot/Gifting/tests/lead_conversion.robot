*** Settings ***
Documentation       A Lead's gifts follow it into the Contact that it becomes.

Resource            robot/Gifting/resources/Gifting.robot

Suite Setup         Begin
Suite Teardown      End
Test Teardown       Keep A Picture

Test Tags           ui    lead_conversion


*** Variables ***
${CONVERTED_STATUS}     Closed - Converted


*** Test Cases ***
A converted Lead's gift is in the related list of the new Contact
    ${lead} =    A Lead
    ${gift} =    A Gift    Lead__c=${lead}[Id]    Send_Status__c=Sent    Order_Status__c=Pending

    ${contact_id} =    Convert Lead    ${lead}[Id]    ${CONVERTED_STATUS}

    Go To Page    Detail    Contact    ${contact_id}
    Related List Should Show    ${gift}[Name]    Sent    Pending
    ${moved} =    Salesforce Get    Gift__c    ${gift}[Id]
    Should Be Equal    ${moved}[Contact__c]    ${contact_id}
    Should Be Equal    ${moved}[Lead__c]    ${lead}[Id]

The new Contact can be sent a gift
    ${lead} =    A Lead
    ${contact_id} =    Convert Lead    ${lead}[Id]    ${CONVERTED_STATUS}

    Go To Page    Detail    Contact    ${contact_id}
    Press Action

    Wait Until Page Contains Element    gifting:dialog.link:Send a Gift
    ${address} =    Get Element Attribute    gifting:dialog.link:Send a Gift    href
    Address Should Carry    ${address}    Contact    ${contact_id}

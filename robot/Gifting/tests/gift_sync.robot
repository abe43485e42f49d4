*** Settings ***
Documentation       GiftSync: the members of a Campaign become gifts, which show on their pages at once.
...                 Needs a connector that is connected with the org: GIFTING_CONNECTOR names its program, and
...                 GIFTING_CAMPAIGN a gift campaign of its gifting platform.

Resource            robot/Gifting/resources/Gifting.robot

Suite Setup         Begin With A Connector
Suite Teardown      End
Test Teardown       Keep A Picture

Test Tags           ui    connector


*** Test Cases ***
The members of a mapped Campaign get gifts
    ${contact} =    A Contact
    ${lead} =    A Lead
    ${campaign} =    A Campaign With Members    ${contact}    ${lead}

    Run Connector    sync    --wait

    ${gift} =    Wait Until Keyword Succeeds    60s    1s    The Gift Of    Contact__c = '${contact}[Id]'
    Go To Page    Detail    Contact    ${contact}[Id]
    Related List Should Show    ${gift}[Name]    Sent    Pending
    Timeline Should Show Once    Gift Created
    ${gift} =    Wait Until Keyword Succeeds    60s    1s    The Gift Of    Lead__c = '${lead}[Id]'
    Go To Page    Detail    Lead    ${lead}[Id]
    Related List Should Show    ${gift}[Name]    Sent    Pending
    Timeline Should Show Once    Gift Created
    Go To Page    Detail    Campaign    ${campaign}[Id]
    Related List Should Show    ${gift}[Name]    Sent

A second GiftSync sends nobody a second gift
    ${contact} =    A Contact
    A Campaign With Members    ${contact}
    Run Connector    sync    --wait
    Wait Until Keyword Succeeds    60s    1s    The Gift Of    Contact__c = '${contact}[Id]'

    Run Connector    sync    --wait

    The Gift Of    Contact__c = '${contact}[Id]'


*** Keywords ***
Begin With A Connector
    [Documentation]    Skips the suite where there is no connector to run.
    ${at_hand} =    Connector Is At Hand
    Skip If    not ${at_hand}    No connector: set GIFTING_CONNECTOR and GIFTING_CAMPAIGN.
    Begin

A Campaign With Members
    [Documentation]    A Campaign that is mapped to a gift campaign, with people in it; returns the record.
    [Arguments]    @{people}
    ${campaign} =    A Campaign
    FOR    ${person}    IN    @{people}
        ${field} =    Set Variable If    '${person}[Id]'.startswith('003')    ContactId    LeadId
        Salesforce Insert    CampaignMember    CampaignId=${campaign}[Id]    ${field}=${person}[Id]
    END
    Run Connector    map    ${campaign}[Name]    %{GIFTING_CAMPAIGN}    --value    35.00    --currency    USD
    RETURN    ${campaign}

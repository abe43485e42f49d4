*** Settings ***
Documentation       The Send page: from the button on a record to the gift on its timeline, as a rep who signs in with
...                 Salesforce. Needs a connector that is connected with the org: GIFTING_CONNECTOR names its program,
...                 GIFTING_CAMPAIGN a gift campaign. The variable REP names the rep; without it, whoever runs the suite.

Resource            robot/Gifting/resources/Gifting.robot

Suite Setup         Begin As A Rep
Suite Teardown      End
Test Teardown       Run Keywords    Keep A Picture    AND    Switch Window    MAIN

Test Tags           ui    connector


*** Variables ***
${REP}      ${EMPTY}


*** Test Cases ***
A rep sends a gift from a Contact
    [Tags]    smoke
    ${contact} =    A Contact

    Open The Send Page From    Contact    ${contact}
    Fill In    %{GIFTING_CAMPAIGN}    25.00    USD    Thank you for a good year, Nora.
    Look It Over
    Send It
    Gift Should Be On Its Way

    ${gift} =    Wait Until Keyword Succeeds    60s    1s    The Gift Of    Contact__c = '${contact}[Id]'
    Its Page Should Show The Gift    Contact    ${contact}    ${gift}

A rep sends a gift from a Lead
    ${lead} =    A Lead

    Open The Send Page From    Lead    ${lead}
    Fill In    %{GIFTING_CAMPAIGN}    25.00    USD
    Look It Over
    Send It
    Gift Should Be On Its Way

    ${gift} =    Wait Until Keyword Succeeds    60s    1s    The Gift Of    Lead__c = '${lead}[Id]'
    Its Page Should Show The Gift    Lead    ${lead}    ${gift}

A double click and a step back send one gift
    ${contact} =    A Contact

    Open The Send Page From    Contact    ${contact}
    Fill In    %{GIFTING_CAMPAIGN}    25.00    USD
    Look It Over
    Send It With A Double Click
    Wait Until Page Contains    Where it stands
    Go Back
    Reload Page
    Gift Should Have Been Sent Before

    Wait Until Keyword Succeeds    60s    1s    The Gift Of    Contact__c = '${contact}[Id]'

Two tabs send one gift
    ${contact} =    A Contact

    Open The Send Page From    Contact    ${contact}
    Fill In    %{GIFTING_CAMPAIGN}    25.00    USD
    Look It Over
    ${tabs} =    Get Window Handles
    Switch Window    MAIN
    Open The Send Page From    Contact    ${contact}
    Fill In    %{GIFTING_CAMPAIGN}    25.00    USD
    Look It Over
    Send It
    Gift Should Be On Its Way
    Switch Window    ${tabs}[-1]
    Send It
    Nothing Should Be Sent Without A Word

    Wait Until Keyword Succeeds    60s    1s    The Gift Of    Contact__c = '${contact}[Id]'

Without Gift User a rep gets neither button nor page
    [Tags]    permissions
    ${contact} =    A Contact
    ${taken} =    Take All Gift Permission Sets From    ${REP_ID}
    Set Test Variable    ${TAKEN}    ${taken}
    Forget The Sign In

    Go To Page    Detail    Contact    ${contact}[Id]
    No Gift Can Be Sent
    Go To    ${CONNECTOR_URL}/send?org=${ORG_ID}&object=Contact&record=${contact}[Id]

    Wait Until Page Contains    permission set Gift User
    [Teardown]    Run Keywords    Keep A Picture    AND    Give Back To    ${REP_ID}    ${TAKEN}


*** Keywords ***
Begin As A Rep
    [Documentation]    Skips the suite where there is no connector; else a browser with the rep's session, who may send.
    ${at_hand} =    Connector Is At Hand
    Skip If    not ${at_hand}    No connector: set GIFTING_CONNECTOR and GIFTING_CAMPAIGN.
    ${user_id} =    The Rep
    Set Suite Variable    ${REP_ID}    ${user_id}
    Give    ${REP_ID}    Gift_User
    The Org Knows The Connector
    Sit Down At The Browser
    Set Org Id
    IF    '${REP}'
        ${address} =    Login URL    username=${REP}
        Should Not End With    ${address}    None    CumulusCI has no session of ${REP}: see robot/README.md
        Go To    ${address}
    END

The Rep
    [Documentation]    The Id of the user whom REP names, or else of whoever runs the suite.
    IF    not '${REP}'
        ${me} =    My User Id
        RETURN    ${me}
    END
    ${found} =    SOQL Query    SELECT Id FROM User WHERE Username = '${REP}'
    RETURN    ${found}[records][0][Id]

Open The Send Page From
    [Documentation]    By the action of a record's page; the Send page is in a window of its own.
    [Arguments]    ${object}    ${record}
    Go To Page    Detail    ${object}    ${record}[Id]
    Press Action
    Wait Until Page Contains Element    gifting:dialog.link:Send a Gift
    Click Element    gifting:dialog.link:Send a Gift
    Switch Window    NEW
    Current Page Should Be    Send    Gift
    Wait Until Page Contains    Send a gift to ${record}[Name]

Its Page Should Show The Gift
    [Documentation]    In the related list, and on the timeline once.
    [Arguments]    ${object}    ${record}    ${gift}
    Go To Page    Detail    ${object}    ${record}[Id]
    Related List Should Show    ${gift}[Name]    Sent    Pending
    Timeline Should Show Once    Gift Created

Forget The Sign In
    [Documentation]    To the connector, whoever comes next is nobody yet.
    Go To    ${CONNECTOR_URL}/signed-out
    Delete All Cookies

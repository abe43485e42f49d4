*** Settings ***
Documentation       Send a Gift on Contacts and Leads, Send Gifts on Campaigns, Cancel Gift on gifts: each opens the
...                 connector in a window of its own and carries org, object and record.

Resource            robot/Gifting/resources/Gifting.robot

Suite Setup         Begin
Suite Teardown      End
Test Teardown       Keep A Picture

Test Tags           ui    smoke


*** Test Cases ***
The action of a Contact leads to the connector
    ${contact} =    A Contact

    Go To Page    Detail    Contact    ${contact}[Id]
    Press Action

    The Dialog Should Lead To    Contact    ${contact}

The action of a Lead leads to the connector
    [Tags]    smoke
    ${lead} =    A Lead

    Go To Page    Detail    Lead    ${lead}[Id]
    Press Action

    The Dialog Should Lead To    Lead    ${lead}

The panel of a Contact leads to the connector
    ${contact} =    A Contact

    Go To Page    Detail    Contact    ${contact}[Id]
    Skip Where The Org Shows Its Own Page

    Wait Until Page Contains Element    gifting:panel.link:Send a Gift
    ${address} =    Get Element Attribute    gifting:panel.link:Send a Gift    href
    Address Should Carry    ${address}    Contact    ${contact}[Id]

The connector opens in a window of its own
    ${contact} =    A Contact

    Go To Page    Detail    Contact    ${contact}[Id]
    Press Action
    Wait Until Page Contains Element    gifting:dialog.link:Send a Gift
    Click Element    gifting:dialog.link:Send a Gift

    Switch Window    NEW
    ${address} =    Get Location
    Address Should Carry    ${address}    Contact    ${contact}[Id]
    [Teardown]    Run Keywords    Keep A Picture    AND    Close Window    AND    Switch Window    MAIN

The button of a Campaign passes the Campaign
    ${campaign} =    A Campaign

    Go To Page    Detail    Campaign    ${campaign}[Id]

    ${address} =    Action Should Open
    Address Should Carry    ${address}    Campaign    ${campaign}[Id]

The button of a gift passes its key
    ${contact} =    A Contact
    ${gift} =    A Gift    Contact__c=${contact}[Id]

    Go To Page    Detail    Gift__c    ${gift}[Id]

    ${address} =    Action Should Open
    Should Start With    ${address}    ${CONNECTOR_URL}/gift?
    Should Contain    ${address}    key=${gift}[External_Id__c]

The button over a list passes the people selected in it
    ${first} =    A Contact
    ${second} =    A Contact

    Go To Page    Listing    Contact
    Select Rows    ${first}[Name]    ${second}[Name]
    Click Element    gifting:list.button:Send Gifts

    Wait Until Page Contains Element    gifting:selection.link:Send Gifts
    Page Should Contain Element    gifting:selection.text:the people selected (2)
    ${address} =    Get Element Attribute    gifting:selection.link:Send Gifts    href
    Should Start With    ${address}    ${CONNECTOR_URL}/send?
    Should Contain    ${address}    object=Contact
    Should Match Regexp    ${address}    [?&]ids=003\\w{15},003\\w{15}(&|$)
    Should Contain    ${address}    ${first}[Id]
    Should Contain    ${address}    ${second}[Id]

Whoever wants no gifts is offered none
    ${contact} =    A Contact
    Salesforce Update    Contact    ${contact}[Id]    Gift_Opt_Out__c=${True}

    Go To Page    Detail    Contact    ${contact}[Id]
    Press Action

    Wait Until Page Contains Element    gifting:dialog.text:${contact}[Name] has opted out of gifts
    It Should Not Be There    gifting:dialog.link:Send a Gift
    Click Element    gifting:dialog.close:Cancel


*** Keywords ***
The Dialog Should Lead To
    [Documentation]    The dialog of the quick action names the person and links to the connector.
    [Arguments]    ${object}    ${person}
    Wait Until Page Contains Element    gifting:dialog.link:Send a Gift
    Page Should Contain Element    gifting:dialog.text:${person}[Name]
    ${target} =    Get Element Attribute    gifting:dialog.link:Send a Gift    target
    Should Be Equal    ${target}    _blank
    ${address} =    Get Element Attribute    gifting:dialog.link:Send a Gift    href
    Address Should Carry    ${address}    ${object}    ${person}[Id]
    Click Element    gifting:dialog.close:Cancel

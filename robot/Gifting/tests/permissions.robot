*** Settings ***
Documentation       Whoever holds no permission set of gifting can send no gifts, whatever the pages show.

Resource            robot/Gifting/resources/Gifting.robot

Suite Setup         Begin
Suite Teardown      End
Test Setup          Lose My Permission Sets
Test Teardown       Run Keywords    Keep A Picture    AND    Give Me Back    ${TAKEN}

Test Tags           ui    permissions


*** Test Cases ***
Without Gift User no gift can be sent to a Contact
    [Tags]    smoke
    Go To Page    Detail    Contact    ${PERSON}[Id]

    No Gift Can Be Sent

Without Gift User the panel offers nothing
    Give Me    Gift_User
    Go To Page    Detail    Contact    ${PERSON}[Id]
    Skip Where The Org Shows Its Own Page
    Wait Until Page Contains Element    gifting:panel.link:Send a Gift
    Take From Me All Gift Permission Sets

    Go To Page    Detail    Contact    ${PERSON}[Id]

    The Panel Should Have Been Drawn Or Left Out
    It Should Not Be There    gifting:panel.link:Send a Gift

With Gift User a gift can be sent again
    Give Me    Gift_User

    Go To Page    Detail    Contact    ${PERSON}[Id]

    Action Should Be Offered


*** Keywords ***
The Panel Should Have Been Drawn Or Left Out
    [Documentation]    What stands beside the panel is there; and the panel, unless the page hides it, knows what to show.
    The Page Should Be Drawn
    ${wait} =    Set Selenium Implicit Wait    0
    ${panels} =    Get Element Count    gifting:panel.any
    Set Selenium Implicit Wait    ${wait}
    IF    ${panels}    Wait Until Page Contains Element    gifting:panel.settled

Lose My Permission Sets
    [Documentation]    A person to look at, as PERSON, and the permission sets that were taken away, as TAKEN.
    ${contact} =    A Contact
    Set Test Variable    ${PERSON}    ${contact}
    ${taken} =    Take From Me All Gift Permission Sets
    Set Test Variable    ${TAKEN}    ${taken}

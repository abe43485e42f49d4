*** Settings ***
Documentation       What the suites share: people and gifts made by the API, and removed with the session.

Resource            cumulusci/robotframework/Salesforce.robot
Library             DateTime
Library             cumulusci.robotframework.PageObjects    ${CURDIR}/GiftPages.py    ${CURDIR}/SendPages.py
Library             ${CURDIR}/GiftingLibrary.py


*** Variables ***
${CONNECTOR_URL}    https://gifts.example.com
${ONE_BROWSER}      ${False}


*** Keywords ***
Begin
    [Documentation]    A browser with the session of the org's user, who is given Gift Admin for the suite.
    Give Me    Gift_Admin
    The Org Knows The Connector
    Sit Down At The Browser
    Set Org Id

End
    [Documentation]    Removes what the suite created, and closes the browser unless other suites go on with it.
    IF    ${ONE_BROWSER}
        Delete Session Records
    ELSE
        Delete Records and Close Browser
    END

Sit Down At The Browser
    [Documentation]    With the session of the org's user: in the browser of the suite before, or in a new one.
    ${open} =    Get Browser Ids
    IF    ${open}
        ${address} =    Login URL
        Go To    ${address}
        # They end with the suite that made them.
        Initialize Location Strategies
    ELSE
        Open Test Browser
    END

It Should Not Be There
    [Documentation]    An element, now; nothing is waited for.
    [Arguments]    ${locator}
    ${wait} =    Set Selenium Implicit Wait    0
    Page Should Not Contain Element    ${locator}
    [Teardown]    Set Selenium Implicit Wait    ${wait}

The Page Should Be Drawn
    [Documentation]    A person's page: the place of the actions, which may be empty, and the timeline, which comes late.
    Wait Until Page Contains Element    sf:actions
    Wait Until Page Contains Element    gifting:timeline.any

Skip Where The Org Shows Its Own Page
    [Documentation]    Salesforce's standard record page takes no components; an org needs one of its own.
    ${found} =    SOQL Query    SELECT Id FROM PermissionSet WHERE Name = 'Gift_User'
    Should Be True    ${found}[totalSize]
    The Page Should Be Drawn
    ${panels} =    Get Element Count    gifting:panel.any
    Skip If    ${panels} == 0    This org shows Salesforce's own Contact page; run patch_layouts on a copy of it.

Keep A Picture
    [Documentation]    What the browser shows at the end of a test, for the log.
    Run Keyword And Ignore Error    Capture Page Screenshot

Set Org Id
    [Documentation]    The org's Id, as ORG_ID.
    ${found} =    SOQL Query    SELECT Id FROM Organization
    Set Suite Variable    ${ORG_ID}    ${found}[records][0][Id]

A Contact
    [Documentation]    A person with an e-mail address; returns the record.
    ${name} =    Generate Random String    10    [LETTERS]
    ${id} =    Salesforce Insert    Contact    FirstName=Nora    LastName=${name}    Email=${name}@example.com
    ${contact} =    Salesforce Get    Contact    ${id}
    RETURN    ${contact}

A Lead
    [Documentation]    A person of a company with an e-mail address; returns the record.
    ${name} =    Generate Random String    10    [LETTERS]
    ${id} =    Salesforce Insert
    ...    Lead    FirstName=Leo    LastName=${name}    Company=Test ${name}    Email=${name}@example.com
    ${lead} =    Salesforce Get    Lead    ${id}
    RETURN    ${lead}

A Campaign
    [Documentation]    An active Campaign; returns the record.
    [Arguments]    &{fields}
    ${name} =    Generate Random String    10    [LETTERS]
    ${id} =    Salesforce Insert    Campaign    Name=Campaign ${name}    IsActive=${True}    &{fields}
    ${campaign} =    Salesforce Get    Campaign    ${id}
    RETURN    ${campaign}

A Gift
    [Documentation]    A gift with a key of its own and the fields given; returns the record.
    [Arguments]    &{fields}
    ${key} =    Generate Random String    20
    ${id} =    Salesforce Insert    Gift__c    External_Id__c=${key}    &{fields}
    ${gift} =    Salesforce Get    Gift__c    ${id}
    RETURN    ${gift}

A Milestone
    [Documentation]    A completed Task as the connector writes it: on the person, about the gift.
    [Arguments]    ${subject}    ${person_id}    ${gift}
    ${day} =    Get Current Date    result_format=%Y-%m-%d
    Salesforce Insert    Task    Subject=${subject}    WhoId=${person_id}    WhatId=${gift}[Id]    Status=Completed
    ...    ActivityDate=${day}    Gift_Event_Key__c=${gift}[External_Id__c] ${subject}

The Org Knows The Connector
    [Documentation]    Sets the connector's address where the org has none; otherwise CONNECTOR_URL becomes the org's.
    ${found} =    SOQL Query    SELECT Id, Connector_URL__c FROM Gifting_Settings__c WHERE Connector_URL__c != null LIMIT 1
    IF    ${found}[totalSize]
        Set Global Variable    ${CONNECTOR_URL}    ${found}[records][0][Connector_URL__c]
    ELSE
        ${org} =    SOQL Query    SELECT Id FROM Organization
        ${owner} =    Set Variable    ${org}[records][0][Id]
        Salesforce Insert    Gifting_Settings__c    SetupOwnerId=${owner}    Connector_URL__c=${CONNECTOR_URL}
    END

Give Me
    [Documentation]    Assigns a permission set to whoever runs the suite, unless it is assigned; removed with the session.
    [Arguments]    ${permission_set}
    ${me} =    My User Id
    Give    ${me}    ${permission_set}

Give
    [Documentation]    Assigns a permission set to a user, by Id, unless it is assigned; removed with the session.
    [Arguments]    ${user_id}    ${permission_set}
    ${held} =    SOQL Query
    ...    SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '${user_id}' AND PermissionSet.Name = '${permission_set}'
    IF    not ${held}[totalSize]
        ${found} =    SOQL Query    SELECT Id FROM PermissionSet WHERE Name = '${permission_set}'
        ${set_id} =    Set Variable    ${found}[records][0][Id]
        Salesforce Insert    PermissionSetAssignment    AssigneeId=${user_id}    PermissionSetId=${set_id}
    END

Take From Me All Gift Permission Sets
    [Documentation]    Returns the Ids of the permission sets taken away, for `Give Me Back`.
    ${me} =    My User Id
    ${taken} =    Take All Gift Permission Sets From    ${me}
    RETURN    ${taken}

Take All Gift Permission Sets From
    [Documentation]    Returns the Ids of the permission sets that were taken from a user, for `Give Back To`.
    [Arguments]    ${user_id}
    ${held} =    SOQL Query
    ...    SELECT Id, PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '${user_id}' AND PermissionSet.Name LIKE 'Gift_%'
    ${taken} =    Create List
    FOR    ${assignment}    IN    @{held}[records]
        Salesforce Delete    PermissionSetAssignment    ${assignment}[Id]
        Append To List    ${taken}    ${assignment}[PermissionSetId]
    END
    RETURN    ${taken}

Give Me Back
    [Documentation]    Assigns permission sets again, by Id, to stay.
    [Arguments]    ${set_ids}
    ${me} =    My User Id
    Give Back To    ${me}    ${set_ids}

Give Back To
    [Documentation]    Assigns permission sets again to a user, all by Id, to stay.
    [Arguments]    ${user_id}    ${set_ids}
    FOR    ${set_id}    IN    @{set_ids}
        ${id} =    Salesforce Insert    PermissionSetAssignment    AssigneeId=${user_id}    PermissionSetId=${set_id}
        Remove Session Record    PermissionSetAssignment    ${id}
    END

My User Id
    [Documentation]    Of the org's user in CumulusCI.
    &{org} =    Get Org Info
    ${found} =    SOQL Query    SELECT Id FROM User WHERE Username = '${org}[username]'
    RETURN    ${found}[records][0][Id]

Address Should Carry
    [Documentation]    An address of the connector with the org, an object, and a record in 15 or 18 characters.
    [Arguments]    ${address}    ${object}    ${record_id}
    Should Start With    ${address}    ${CONNECTOR_URL}/send?
    ${org} =    Get Substring    ${ORG_ID}    0    15
    ${record} =    Get Substring    ${record_id}    0    15
    Should Match Regexp    ${address}    [?&]org=${org}(\\w{3})?(&|$)
    Should Match Regexp    ${address}    [?&]object=${object}(&|$)
    Should Match Regexp    ${address}    [?&]record=${record}(\\w{3})?(&|$)

No Gift Can Be Sent
    [Documentation]    The action is not there; or, where the layout offers it to everybody, it says why it does nothing.
    The Page Should Be Drawn
    ${wait} =    Set Selenium Implicit Wait    0
    ${offered} =    Get Element Count    gifting:action.any:Send a Gift
    Set Selenium Implicit Wait    ${wait}
    IF    ${offered}
        Press Action
        Wait Until Page Contains Element    gifting:dialog.text:You may not send gifts
        It Should Not Be There    gifting:dialog.link:Send a Gift
    END

The Gift Of
    [Documentation]    The only gift that meets a condition, once the connector has written that it was sent, for the
    ...    teardown to remove with its milestones; returns it.
    [Arguments]    ${condition}
    ${found} =    SOQL Query
    ...    SELECT Id, Name, Contact__c, Lead__c FROM Gift__c WHERE ${condition} AND Send_Status__c = 'Sent'
    Length Should Be    ${found}[records]    1
    ${gift} =    Set Variable    ${found}[records][0]
    ${person} =    Set Variable If    $gift['Contact__c']    ${gift}[Contact__c]    ${gift}[Lead__c]
    ${milestones} =    SOQL Query
    ...    SELECT Id FROM Task WHERE WhoId = '${person}' AND Gift_Event_Key__c != null
    Should Not Be Empty    ${milestones}[records]
    Store Session Record    Gift__c    ${gift}[Id]
    FOR    ${milestone}    IN    @{milestones}[records]
        Store Session Record    Task    ${milestone}[Id]
    END
    RETURN    ${gift}

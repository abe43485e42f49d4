*** Settings ***
Documentation       The package as an API client meets it: keys, numbers, vocabularies and rules of Gift__c.

Resource            cumulusci/robotframework/Salesforce.robot
Library             String

Test Setup          Create a recipient
Test Teardown       Delete Session Records

Test Tags           api    smoke


*** Test Cases ***
A gift gets its number from the org
    ${gift_id} =    Create a gift    Send_Status__c=Sent

    ${gift} =    Salesforce Get    Gift__c    ${gift_id}

    Should Match Regexp    ${gift}[Name]    ^G-\\d{6}$
    Should Be Equal    ${gift}[Send_Status__c]    Sent

A gift without a recipient is refused
    ${key} =    Generate Random String    12

    Run Keyword And Expect Error
    ...    *A gift needs a Contact or a Lead.*
    ...    Salesforce Insert    Gift__c    External_Id__c=${key}

A status outside the vocabulary is refused
    Run Keyword And Expect Error
    ...    *INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST*
    ...    Create a gift    Order_Status__c=On the moon

A second gift with the same key is refused
    ${gift_id} =    Create a gift
    ${gift} =    Salesforce Get    Gift__c    ${gift_id}

    Run Keyword And Expect Error
    ...    *DUPLICATE_VALUE*
    ...    Create a gift    External_Id__c=${gift}[External_Id__c]

A gift is in the related list of its recipient
    ${gift_id} =    Create a gift

    ${found} =    SOQL Query    SELECT Id, (SELECT Id FROM Gifts__r) FROM Contact WHERE Id = '${CONTACT_ID}'

    Should Be Equal    ${found}[records][0][Gifts__r][records][0][Id]    ${gift_id}


*** Keywords ***
Create a recipient
    [Documentation]    A Contact that the teardown removes, as CONTACT_ID.
    ${last_name} =    Generate Random String    12
    ${contact_id} =    Salesforce Insert    Contact    FirstName=Ada    LastName=${last_name}
    Set Test Variable    ${CONTACT_ID}    ${contact_id}

Create a gift
    [Documentation]    A gift for CONTACT_ID with a key of its own, and whatever fields are given; returns its Id.
    [Arguments]    &{fields}
    ${key} =    Generate Random String    20
    &{values} =    Create Dictionary    External_Id__c=${key}    Contact__c=${CONTACT_ID}    &{fields}
    ${gift_id} =    Salesforce Insert    Gift__c    &{values}
    RETURN    ${gift_id}

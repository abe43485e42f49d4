*** Settings ***
Documentation       Gifts in the related lists of Contact, Lead and Campaign, with both families of statuses.

Resource            robot/Gifting/resources/Gifting.robot

Suite Setup         Begin
Suite Teardown      End
Test Teardown       Keep A Picture

Test Tags           ui


*** Test Cases ***
A gift is in the related list of its Contact
    [Tags]    smoke
    ${contact} =    A Contact
    ${gift} =    A Gift
    ...    Contact__c=${contact}[Id]    Send_Status__c=Submitted    Order_Status__c=Delivered    Gift_Value__c=${35}

    Go To Page    Detail    Contact    ${contact}[Id]

    Related List Should Show    ${gift}[Name]    Submitted    Delivered    $35.00

A gift is in the related list of its Lead
    ${lead} =    A Lead
    ${gift} =    A Gift    Lead__c=${lead}[Id]    Send_Status__c=Sent    Order_Status__c=Pending

    Go To Page    Detail    Lead    ${lead}[Id]

    Related List Should Show    ${gift}[Name]    Sent    Pending

A gift is in the related list of its Campaign
    ${campaign} =    A Campaign
    ${contact} =    A Contact
    ${gift} =    A Gift    Contact__c=${contact}[Id]    Campaign__c=${campaign}[Id]    Send_Status__c=Clicked

    Go To Page    Detail    Campaign    ${campaign}[Id]

    Related List Should Show    ${gift}[Name]    Clicked

The related list leads to the gift
    ${contact} =    A Contact
    ${gift} =    A Gift    Contact__c=${contact}[Id]    Gift_Name__c=Coffee mugs

    Go To Page    Detail    Contact    ${contact}[Id]
    Related List Should Show    ${gift}[Name]    Coffee mugs
    Click Element    gifting:related_list.link:Gifts,${gift}[Name]

    Wait Until Location Contains    /lightning/r/Gift__c/${gift}[Id]/view
    Header Field Should Have Value    Gift Name

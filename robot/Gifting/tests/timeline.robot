*** Settings ***
Documentation       Milestones on the timeline: each once, on the person and on the gift.

Resource            robot/Gifting/resources/Gifting.robot

Suite Setup         Begin
Suite Teardown      End
Test Teardown       Keep A Picture

Test Tags           ui


*** Test Cases ***
Milestones are on the timeline of the recipient, each once
    [Tags]    smoke
    ${contact} =    A Contact
    ${gift} =    A Gift    Contact__c=${contact}[Id]    Send_Status__c=Submitted    Order_Status__c=Delivered
    FOR    ${milestone}    IN    Gift Created    Gift Claimed    Gift Delivered
        A Milestone    ${milestone}    ${contact}[Id]    ${gift}
    END

    Go To Page    Detail    Contact    ${contact}[Id]

    FOR    ${milestone}    IN    Gift Created    Gift Claimed    Gift Delivered
        Timeline Should Show Once    ${milestone}
    END

Milestones are on the timeline of the gift
    ${contact} =    A Contact
    ${gift} =    A Gift    Contact__c=${contact}[Id]
    A Milestone    Gift Created    ${contact}[Id]    ${gift}

    Go To Page    Detail    Gift__c    ${gift}[Id]

    Timeline Should Show Once    Gift Created

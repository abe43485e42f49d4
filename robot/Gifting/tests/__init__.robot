*** Settings ***
Documentation       All suites share one browser; a suite that is run by itself has its own.

Resource            robot/Gifting/resources/Gifting.robot

Suite Setup         Set Global Variable    ${ONE_BROWSER}    ${True}
Suite Teardown      Delete Records and Close Browser

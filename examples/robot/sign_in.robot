*** Settings ***
Documentation       People sign in at EU Login.
Resource            eulogin.resource
Test Setup          Start World
Test Teardown       End World

*** Test Cases ***
Somebody Signs In With The Phone
    ${ada} =    Create Person    enrolled    first_name=Ada
    New Page    ${WORLD}[addresses][cpms]/screen/signin
    Sign In    ${ada}    PASSWORD_MOBILE_APP
    Approve On Phone    ${ada}
    Wait For Elements State    [data-page=complete-profile]

A Wrong Password Is Refused
    ${ada} =    Create Person    registered
    Set To Dictionary    ${ada}    password=not-hers
    New Page    ${EU LOGIN}/login
    Sign In    ${ada}
    Get Element States    .srvErrors >> nth=0    contains    visible

A Mail Is Read After Its Delay
    [Setup]    Start World    mail.delay=PT10M
    ${ada} =    Create Person    access_requested
    In World    POST    /api/access-requests/${ada}[requests][0][id]/decide    decision=approve
    Advance Clock    PT10M
    ${mail} =    Wait For Mail    ${ada}
    Should Contain    ${mail}[subject]    approved

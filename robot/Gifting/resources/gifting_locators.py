"""Where things are on a record's page, for the suites and page objects: `gifting:<key>.<key>:<argument>,...`.

Found by what people read and by roles rather than by ids, which Lightning makes anew for each page. They were
written against the pages of the local org, in the markup that CumulusCI's own locators expect; on a current
scratch org they have not been tried.
"""

GIFTING = {
    "action": {
        # A button of the highlights panel, drawn as a button or as a link.
        "any": (
            "//runtime_platform_actions-actions-ribbon"
            "//*[self::a or self::button][starts-with(normalize-space(.),'{}')]"
        ),
    },
    "dialog": {
        "text": "//*[@role='dialog']//*[contains(normalize-space(.),'{}')]",
        "link": "//*[@role='dialog']//a[starts-with(normalize-space(.),'{}')]",
        "close": "//*[@role='dialog']//button[normalize-space(.)='{}']",
    },
    "panel": {
        "any": "//c-gift-panel",
        # It knows what it has to show: gifts, that there are none, or why it shows none.
        "settled": "//c-gift-panel//div[@aria-busy='false']",
        "gift": "//c-gift-panel//c-gift-entry//a[normalize-space(.)='{}']",
        "link": "//c-gift-panel//a[starts-with(normalize-space(.),'{}')]",
        "text": "//c-gift-panel//*[contains(normalize-space(.),'{}')]",
    },
    "send": {
        # On the connector's page: fields by the words of their labels, the gift campaign by its Id.
        "field": "//*[@id=//label[contains(normalize-space(.),'{}')]/@for]",
        "gift_campaign": "//select[@name='gift']/option[substring-after(@value,'/')='{}']",
        "button": "//button[normalize-space(.)='{}']",
    },
    "selection": {
        "link": "//c-gift-selection//a[starts-with(normalize-space(.),'{}')]",
        "text": "//c-gift-selection//*[contains(normalize-space(.),'{}')]",
    },
    "related_list": {
        "any": "//article[.//span[@title='{}']]",
        "link": "//article[.//span[@title='{}']]//a[normalize-space(.)='{}']",
        "row": "//article[.//span[@title='{}']]//tr[.//a[normalize-space(.)='{}']]",
        "cell": (
            "//article[.//span[@title='{}']]//tr[.//a[normalize-space(.)='{}']]/td[normalize-space(.)='{}']"
        ),
    },
    "timeline": {
        "any": "//*[contains(@class,'activityPanel') or contains(@class,'activityTimeline')]",
        "entry": "//a[contains(@class,'subjectLink')][normalize-space(.)='{}']",
    },
    "details": {
        "value": (
            "//*[./*[contains(@class,'test-id__field-label')][.='{}']]"
            "//*[contains(@class,'test-id__field-value')]"
        ),
    },
    "list": {
        "button": (
            "//div[contains(@class,'slds-page-header')]//*[self::a or self::button][normalize-space(.)='{}']"
        ),
    },
}

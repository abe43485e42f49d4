/**
 * What the components are shown with: who looks at which record, and what the org holds.
 *
 * A scenario: {component, properties, user, records: [{type, Id, ...fields}], hidden: fields the user may not see,
 * faults: [{on, status, body}], silent: requests without an answer, translations: {picklist value: label}}.
 */

const CONTACT_ID = '003000000000001AAA';
const LEAD_ID = '00Q000000000001AAA';
const ACCOUNT_ID = '001000000000001AAA';
const SEND_LINK = 'https://gifts.example.com/send?org=00D000000000001EAA&object=Contact&record=003000000000001AAA';

const SENDER = { locale: 'en-US', currency: 'USD', timeZone: 'America/Chicago', customPermissions: ['Send_Gifts'] };

const contact = (fields = {}) => ({
    type: 'Contact',
    Id: CONTACT_ID,
    Name: 'Nora Lindqvist',
    Email: 'nora@example.com',
    HasOptedOutOfEmail: false,
    Gift_Opt_Out__c: false,
    Lifetime_Gifting_Cost__c: 312.4,
    Send_a_Gift_Link__c: SEND_LINK,
    ...fields
});

let lastNumber = 0;
const gift = (fields) => {
    lastNumber += 1;
    const number = String(lastNumber).padStart(6, '0');
    return {
        type: 'Gift__c',
        Id: `a00000000${number}AAA`,
        Name: `G-${number}`,
        Contact__c: CONTACT_ID,
        ...fields
    };
};

const day = (number) => `2026-03-${String(number).padStart(2, '0')}T15:00:00.000Z`;

const REQUESTED = gift({ Created_Date__c: day(28), Gift_Value__c: 40 });
const CLICKED = gift({
    Created_Date__c: day(25),
    Sent_Date__c: day(25),
    Clicked_Date__c: day(26),
    Send_Status__c: 'Clicked',
    Order_Status__c: 'Pending',
    Gift_Name__c: 'A choice of three spring gifts',
    Gift_Value__c: 60
});
const SHIPPED = gift({
    Created_Date__c: day(20),
    Sent_Date__c: day(20),
    Claimed_Date__c: day(21),
    Shipped_Date__c: day(23),
    Send_Status__c: 'Submitted',
    Order_Status__c: 'Out For Delivery',
    Gift_Name__c: 'Hand-thrown coffee mugs, set of two, from a workshop in the Burren',
    Gift_Value__c: 54.5,
    Carrier__c: 'An Post',
    Tracking_URL__c: 'https://parcels.example.com/track/CE1'
});
const DELIVERED = gift({
    Created_Date__c: day(2),
    Sent_Date__c: day(2),
    Clicked_Date__c: day(2),
    Claimed_Date__c: day(3),
    Shipped_Date__c: day(5),
    Delivered_Date__c: day(9),
    Send_Status__c: 'Submitted',
    Order_Status__c: 'Delivered',
    Gift_Name__c: 'Single-origin chocolate',
    Gift_Value__c: 35
});
const CANCELED = gift({
    Created_Date__c: day(1),
    Sent_Date__c: day(1),
    Canceled_Date__c: day(4),
    Send_Status__c: 'Canceled',
    Order_Status__c: 'Canceled',
    Gift_Name__c: 'Wool blanket',
    Gift_Value__c: 120
});
const EXPIRED = gift({
    Created_Date__c: '2026-01-10T15:00:00.000Z',
    Sent_Date__c: '2026-01-10T15:00:00.000Z',
    Clicked_Date__c: '2026-01-11T15:00:00.000Z',
    Expired_Date__c: '2026-02-09T15:00:00.000Z',
    Send_Status__c: 'Canceled',
    Order_Status__c: 'Canceled',
    Gift_Value__c: 25
});
const STUCK = gift({
    Created_Date__c: '2026-01-05T15:00:00.000Z',
    Gift_Value__c: 80,
    Sync_Error__c: 'The budget of this month is used up.'
});
const GIFTS = [DELIVERED, SHIPPED, REQUESTED, CLICKED, EXPIRED, CANCELED, STUCK];
const MANY = Array.from({ length: 23 }, (_, index) =>
    gift({
        Created_Date__c: day(index + 1),
        Delivered_Date__c: day(index + 4),
        Send_Status__c: 'Submitted',
        Order_Status__c: 'Delivered',
        Gift_Name__c: `Gift of March ${index + 1}`,
        Gift_Value__c: 10
    })
);

const onContact = (changes = {}) => ({
    component: 'giftPanel',
    properties: { recordId: CONTACT_ID, objectApiName: 'Contact', pageSize: 10 },
    user: SENDER,
    records: [contact(), ...GIFTS],
    ...changes
});

const onAccount = (properties, account = {}, changes = {}) =>
    onContact({
        properties: { recordId: ACCOUNT_ID, objectApiName: 'Account', pageSize: 5, ...properties },
        records: [{ type: 'Account', Id: ACCOUNT_ID, Name: 'Lindqvist', ...account }, contact(), ...GIFTS],
        otherLookups: [{ from: 'Account', field: 'PersonContactId', to: 'Contact', relationship: 'PersonAccounts' }],
        ...changes
    });

const action = (changes = {}) => ({
    ...onContact(changes),
    component: 'sendGiftAction',
    properties: { recordId: CONTACT_ID, objectApiName: 'Contact' }
});

const SEND_PAGE = 'https://gifts.example.com/send?org=00D000000000001EAA';

const selection = (recordIds, changes = {}) => ({
    component: 'giftSelection',
    properties: { recordIds, sendPage: SEND_PAGE, ...changes },
    user: SENDER,
    records: []
});

const GERMAN = {
    Sent: 'Gesendet',
    Clicked: 'Geöffnet',
    Submitted: 'Angenommen',
    'In Fulfillment': 'In Bearbeitung',
    'Out For Delivery': 'In Zustellung',
    Delivered: 'Zugestellt'
};

export const SCENARIOS = {
    several: onContact(),
    many: onContact({
        properties: { recordId: CONTACT_ID, objectApiName: 'Contact', pageSize: 5 },
        records: [contact(), ...MANY]
    }),
    none: onContact({ records: [contact({ Lifetime_Gifting_Cost__c: null })] }),
    lead: onContact({
        properties: { recordId: LEAD_ID, objectApiName: 'Lead', pageSize: 5 },
        records: [
            { ...contact({ Send_a_Gift_Link__c: SEND_LINK.replace('Contact', 'Lead') }), type: 'Lead', Id: LEAD_ID },
            { ...CLICKED, Contact__c: null, Lead__c: LEAD_ID }
        ]
    }),
    'gift opt-out': onContact({ records: [contact({ Gift_Opt_Out__c: true }), DELIVERED] }),
    'e-mail opt-out': onContact({ records: [contact({ HasOptedOutOfEmail: true }), DELIVERED] }),
    'no e-mail': onContact({ records: [contact({ Email: null }), DELIVERED] }),
    'not connected': onContact({ records: [contact({ Send_a_Gift_Link__c: null }), DELIVERED] }),
    'script as link': onContact({ records: [contact({ Send_a_Gift_Link__c: 'javascript:alert(1)' }), DELIVERED] }),
    viewer: onContact({ user: { ...SENDER, customPermissions: [] } }),
    'viewer of an opt-out': onContact({
        user: { ...SENDER, customPermissions: [] },
        records: [contact({ Gift_Opt_Out__c: true }), DELIVERED]
    }),
    'few fields visible': onContact({
        records: [contact(), DELIVERED],
        hidden: [
            'Contact.Email',
            'Contact.Lifetime_Gifting_Cost__c',
            'Gift__c.Gift_Value__c',
            'Gift__c.Gift_Name__c',
            'Gift__c.Delivered_Date__c'
        ]
    }),
    'no access': onContact({
        faults: [{ on: /^object-info\/Gift__c$/, status: 403, body: { message: 'You have no access to Gift__c.' } }]
    }),
    failure: onContact({
        faults: [{ on: /^related-list-records/, status: 500, body: { message: 'The server is busy.' } }]
    }),
    'failure of the start': onContact({
        faults: [{ on: /^object-info\/Gift__c$/, status: 503, body: { message: 'The server is busy.' } }]
    }),
    'failure of the page': onAccount(
        { recipientField: 'PersonContactId' },
        { PersonContactId: CONTACT_ID },
        { faults: [{ on: /^records\/001/, status: 500, body: { message: 'The server is busy.' } }] }
    ),
    loading: onContact({ silent: /^related-list-records/ }),
    german: onContact({
        user: { ...SENDER, locale: 'de-DE', currency: 'EUR', timeZone: 'Europe/Berlin' },
        translations: GERMAN
    }),
    'several currencies': onContact({
        records: [
            contact({ CurrencyIsoCode: 'EUR' }),
            { ...DELIVERED, CurrencyIsoCode: 'GBP' }
        ]
    }),
    account: onAccount({}, {}, { records: [{ ...DELIVERED, Account__c: ACCOUNT_ID }] }),
    'person account': onAccount({ recipientField: 'PersonContactId' }, { PersonContactId: CONTACT_ID }),
    'nobody named': onAccount({ recipientField: 'PersonContactId' }, { PersonContactId: null }),
    'wrong field': onAccount({ recipientField: 'Favourite_Colour__c' }),
    'no relationship': onContact({ properties: { recordId: '500000000000001AAA', objectApiName: 'Case', pageSize: 5 } }),
    action: action(),
    'action with opt-out': action({ records: [contact({ Gift_Opt_Out__c: true })] }),
    'action without permission': action({ user: { ...SENDER, customPermissions: [] } }),
    'action that fails': action({
        faults: [{ on: /^records/, status: 404, body: [{ message: 'The record was deleted.' }] }]
    }),
    'action while loading': action({ silent: /^records/ }),
    selection: selection([CONTACT_ID, '003000000000002AAA']),
    'selection of a lead': selection([LEAD_ID]),
    'selection of somebody twice': selection([CONTACT_ID, CONTACT_ID]),
    'selection of nobody': selection([]),
    'selection that is missing': selection(undefined),
    'selection of accounts': selection([ACCOUNT_ID]),
    'selection of too many': selection(
        Array.from({ length: 201 }, (_, number) => `003${String(number).padStart(12, '0')}AAA`)
    ),
    'selection without address': selection([CONTACT_ID], { sendPage: '/send?org=00D000000000001EAA' }),
    'selection with a script': selection([CONTACT_ID], { sendPage: 'javascript:alert(1)//' })
};

import { isRecipientObject, obstacleTo, optionalFields, readRecipient, requiredFields } from 'c/giftRecipient';

const READY = {
    name: 'Nora',
    email: 'nora@example.com',
    emailOptOut: false,
    giftOptOut: false,
    sendLink: 'https://gifts.example.com/send'
};

describe('the fields of a recipient', () => {
    it('exist for Contacts and Leads alone', () => {
        expect(['Contact', 'Lead', 'Account', 'toString'].filter(isRecipientObject)).toEqual(['Contact', 'Lead']);
        expect(requiredFields('Account')).toBeUndefined();
        expect(optionalFields(undefined)).toBeUndefined();
    });

    it('are the same list each time, so that no wire asks twice', () => {
        expect(optionalFields('Lead')).toBe(optionalFields('Lead'));
    });

    it('tell what is empty from what is out of sight', () => {
        const record = { apiName: 'Lead', fields: { Name: { value: 'Nora' }, Email: { value: null } } };

        expect(readRecipient(record)).toMatchObject({ name: 'Nora', email: null, giftOptOut: undefined });
    });
});

describe('obstacleTo', () => {
    it('finds none when everything is there', () => {
        expect(obstacleTo(READY)).toBeUndefined();
    });

    it('finds none in what the user may not see', () => {
        const { name, sendLink } = READY;

        expect(obstacleTo({ name, sendLink })).toBeUndefined();
    });

    it.each([
        ['an opt-out of gifts, before all else', { giftOptOut: true, email: null }, 'c.Gift_Panel_Gift_Opt_Out'],
        ['a missing e-mail address', { email: null, emailOptOut: true }, 'c.Gift_Panel_No_Email'],
        ['an empty e-mail address', { email: '' }, 'c.Gift_Panel_No_Email'],
        ['an opt-out of e-mail', { emailOptOut: true, sendLink: null }, 'c.Gift_Panel_Email_Opt_Out'],
        ['a missing link', { sendLink: null }, 'c.Gift_Panel_Not_Connected'],
        ['a link out of sight', { sendLink: undefined }, 'c.Gift_Panel_Not_Connected'],
        ['a link that is a script', { sendLink: 'data:text/html,<script>' }, 'c.Gift_Panel_Not_Connected']
    ])('names %s', (_, changes, message) => {
        expect(obstacleTo({ ...READY, ...changes }).message).toBe(message);
    });
});

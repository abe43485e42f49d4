import { getFieldValue } from 'lightning/uiRecordApi';
import CONTACT from '@salesforce/schema/Contact';
import CONTACT_NAME from '@salesforce/schema/Contact.Name';
import CONTACT_EMAIL from '@salesforce/schema/Contact.Email';
import CONTACT_EMAIL_OPT_OUT from '@salesforce/schema/Contact.HasOptedOutOfEmail';
import CONTACT_GIFT_OPT_OUT from '@salesforce/schema/Contact.Gift_Opt_Out__c';
import CONTACT_LIFETIME_COST from '@salesforce/schema/Contact.Lifetime_Gifting_Cost__c';
import CONTACT_SEND_LINK from '@salesforce/schema/Contact.Send_a_Gift_Link__c';
import LEAD from '@salesforce/schema/Lead';
import LEAD_NAME from '@salesforce/schema/Lead.Name';
import LEAD_EMAIL from '@salesforce/schema/Lead.Email';
import LEAD_EMAIL_OPT_OUT from '@salesforce/schema/Lead.HasOptedOutOfEmail';
import LEAD_GIFT_OPT_OUT from '@salesforce/schema/Lead.Gift_Opt_Out__c';
import LEAD_LIFETIME_COST from '@salesforce/schema/Lead.Lifetime_Gifting_Cost__c';
import LEAD_SEND_LINK from '@salesforce/schema/Lead.Send_a_Gift_Link__c';
import EMAIL_OPT_OUT from '@salesforce/label/c.Gift_Panel_Email_Opt_Out';
import GIFT_OPT_OUT from '@salesforce/label/c.Gift_Panel_Gift_Opt_Out';
import NO_EMAIL from '@salesforce/label/c.Gift_Panel_No_Email';
import NOT_CONNECTED from '@salesforce/label/c.Gift_Panel_Not_Connected';
import { fill, webAddress } from 'c/giftText';

const FIELDS = {
    [CONTACT.objectApiName]: {
        name: CONTACT_NAME,
        email: CONTACT_EMAIL,
        emailOptOut: CONTACT_EMAIL_OPT_OUT,
        giftOptOut: CONTACT_GIFT_OPT_OUT,
        lifetimeCost: CONTACT_LIFETIME_COST,
        sendLink: CONTACT_SEND_LINK
    },
    [LEAD.objectApiName]: {
        name: LEAD_NAME,
        email: LEAD_EMAIL,
        emailOptOut: LEAD_EMAIL_OPT_OUT,
        giftOptOut: LEAD_GIFT_OPT_OUT,
        lifetimeCost: LEAD_LIFETIME_COST,
        sendLink: LEAD_SEND_LINK
    }
};

// A list per object, made once, so that a wire sees the same list each time.
const REQUIRED = {};
const OPTIONAL = {};
for (const [objectApiName, { name, ...others }] of Object.entries(FIELDS)) {
    REQUIRED[objectApiName] = [name];
    // The currency exists only in orgs with several of them; a field that is missing is left out without an error.
    OPTIONAL[objectApiName] = [...Object.values(others), `${objectApiName}.CurrencyIsoCode`];
}

/** True for the objects that can receive gifts. */
export function isRecipientObject(objectApiName) {
    return Object.hasOwn(FIELDS, objectApiName);
}

/** The fields without which nothing is said of a recipient; undefined for objects that receive no gifts. */
export function requiredFields(objectApiName) {
    return REQUIRED[objectApiName];
}

/** The fields that are shown when the user may see them; undefined for objects that receive no gifts. */
export function optionalFields(objectApiName) {
    return OPTIONAL[objectApiName];
}

/**
 * A recipient, read from a Contact or Lead of the UI API.
 *
 * Returns {name, email, emailOptOut, giftOptOut, lifetimeCost, sendLink, currencyCode}; what the user may not see is
 * undefined, what is empty is null.
 */
export function readRecipient(record) {
    const entries = Object.entries(FIELDS[record.apiName]).map(([key, field]) => [key, getFieldValue(record, field)]);
    return { ...Object.fromEntries(entries), currencyCode: record.fields.CurrencyIsoCode?.value };
}

/**
 * Why no gift can be sent to the recipient: {message, variant} for a notice, or undefined when one can.
 *
 * The connector asks the same questions again before it sends. An e-mail address or opt-out that the user may not see
 * is therefore no obstacle here; without the link, which the same permission set grants, there is nothing to click.
 */
export function obstacleTo(recipient) {
    if (recipient.giftOptOut) {
        return { message: fill(GIFT_OPT_OUT, recipient.name), variant: 'warning' };
    }
    if (recipient.email === null || recipient.email === '') {
        return { message: fill(NO_EMAIL, recipient.name), variant: 'info' };
    }
    if (recipient.emailOptOut) {
        return { message: fill(EMAIL_OPT_OUT, recipient.name), variant: 'warning' };
    }
    if (!webAddress(recipient.sendLink)) {
        return { message: NOT_CONNECTED, variant: 'info' };
    }
    return undefined;
}

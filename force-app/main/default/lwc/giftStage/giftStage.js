import { getFieldValue } from 'lightning/uiRecordApi';
import SEND_STATUS from '@salesforce/schema/Gift__c.Send_Status__c';
import ORDER_STATUS from '@salesforce/schema/Gift__c.Order_Status__c';
import CREATED_DATE from '@salesforce/schema/Gift__c.Created_Date__c';
import SENT_DATE from '@salesforce/schema/Gift__c.Sent_Date__c';
import CLICKED_DATE from '@salesforce/schema/Gift__c.Clicked_Date__c';
import CLAIMED_DATE from '@salesforce/schema/Gift__c.Claimed_Date__c';
import SHIPPED_DATE from '@salesforce/schema/Gift__c.Shipped_Date__c';
import DELIVERED_DATE from '@salesforce/schema/Gift__c.Delivered_Date__c';
import CANCELED_DATE from '@salesforce/schema/Gift__c.Canceled_Date__c';
import EXPIRED_DATE from '@salesforce/schema/Gift__c.Expired_Date__c';

/** The fields that readStage looks at; those that the user may not see count as empty. */
export const STAGE_FIELDS = [
    SEND_STATUS,
    ORDER_STATUS,
    CREATED_DATE,
    SENT_DATE,
    CLICKED_DATE,
    CLAIMED_DATE,
    SHIPPED_DATE,
    DELIVERED_DATE,
    CANCELED_DATE,
    EXPIRED_DATE
];

/** Why a gift goes no further. The statuses say "Canceled" for both; only the dates tell them apart. */
export const ENDED = Object.freeze({ CANCELED: 'canceled', EXPIRED: 'expired' });

// The way of a gift, in order: the status that names each step, and the date that proves it.
const STEPS = [
    { status: 'Sent', date: SENT_DATE },
    { status: 'Clicked', date: CLICKED_DATE },
    { status: 'Submitted', date: CLAIMED_DATE },
    { status: 'In Fulfillment' },
    { status: 'Out For Delivery', date: SHIPPED_DATE },
    { status: 'Delivered', date: DELIVERED_DATE }
];

// How many steps lie behind a gift with this status. Dates alone cannot say it, because a lost webhook leaves a gap.
const STEPS_BEHIND = {
    Pending: 0,
    Canceled: 0,
    Sent: 1,
    Clicked: 2,
    Submitted: 3,
    'Awaiting Fulfillment': 3,
    'In Fulfillment': 4,
    'Partially Shipped': 4,
    'Out For Delivery': 5,
    'Partially Delivered': 5,
    Delivered: 6
};

/** Every status that readStage knows; held against the package's picklists by a test. */
export const KNOWN_STATUSES = Object.freeze(Object.keys(STEPS_BEHIND));

/**
 * Where a gift stands.
 *
 * gift: a record of Gift__c from the UI API.
 * Returns {steps, reached, ended, status, since}:
 * - steps: [{status, date}] in order, date an ISO text or undefined;
 * - reached: how many of them lie behind the gift;
 * - ended: one of ENDED, or undefined;
 * - status: the more telling of both statuses, undefined while the gift is only requested;
 * - since: the latest date known of the gift, an ISO text or undefined.
 */
export function readStage(gift) {
    const sendStatus = getFieldValue(gift, SEND_STATUS);
    const orderStatus = getFieldValue(gift, ORDER_STATUS);
    const steps = STEPS.map(({ status, date }) => ({ status, date: date && (getFieldValue(gift, date) ?? undefined) }));
    const lastDated = steps.findLastIndex((step) => step.date) + 1;
    const reached = Math.max(lastDated, STEPS_BEHIND[sendStatus] ?? 0, STEPS_BEHIND[orderStatus] ?? 0);
    const ended = reached === STEPS.length ? undefined : endOf(gift, sendStatus, orderStatus);
    return { steps, reached, ended, status: tellingStatus(sendStatus, orderStatus), since: latestDate(gift) };
}

function endOf(gift, sendStatus, orderStatus) {
    // A person's decision outranks a timer that ran out before or after it.
    if (getFieldValue(gift, CANCELED_DATE)) {
        return ENDED.CANCELED;
    }
    if (getFieldValue(gift, EXPIRED_DATE)) {
        return ENDED.EXPIRED;
    }
    return [sendStatus, orderStatus].includes('Canceled') ? ENDED.CANCELED : undefined;
}

function tellingStatus(sendStatus, orderStatus) {
    const orderSaysMore = orderStatus && orderStatus !== 'Pending';
    return (orderSaysMore ? orderStatus : sendStatus) ?? undefined;
}

function latestDate(gift) {
    const dates = STAGE_FIELDS.slice(2).map((field) => getFieldValue(gift, field));
    // Compared as moments: the texts of two dates need not have the same form.
    return dates.filter(Boolean).sort((a, b) => Date.parse(a) - Date.parse(b)).pop();
}

import GIFT from '@salesforce/schema/Gift__c';
import NUMBER from '@salesforce/schema/Gift__c.Name';
import CARRIER from '@salesforce/schema/Gift__c.Carrier__c';
import CREATED_DATE from '@salesforce/schema/Gift__c.Created_Date__c';
import GIFT_NAME from '@salesforce/schema/Gift__c.Gift_Name__c';
import GIFT_VALUE from '@salesforce/schema/Gift__c.Gift_Value__c';
import SYNC_ERROR from '@salesforce/schema/Gift__c.Sync_Error__c';
import TRACKING_URL from '@salesforce/schema/Gift__c.Tracking_URL__c';
import { STAGE_FIELDS } from 'c/giftStage';

// Related lists take names, not the references that getRecord takes.
const nameOf = (field) => `${field.objectApiName}.${field.fieldApiName}`;

/** What is read of every gift; everybody with access to the object has access to it. */
export const REQUIRED_FIELDS = [nameOf(NUMBER)];

/** What is read of a gift as far as the user may see it. */
export const OPTIONAL_FIELDS = [
    ...STAGE_FIELDS.map(nameOf),
    ...[CARRIER, GIFT_NAME, GIFT_VALUE, SYNC_ERROR, TRACKING_URL].map(nameOf),
    // Exists only in orgs with several currencies; where it is missing, the UI API leaves it out.
    `${GIFT.objectApiName}.CurrencyIsoCode`
];

/** The newest gift first. */
export const NEWEST_FIRST = [`-${nameOf(CREATED_DATE)}`];

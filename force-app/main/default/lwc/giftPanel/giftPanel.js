import { LightningElement, api, wire } from 'lwc';
import { getObjectInfo, getPicklistValues } from 'lightning/uiObjectInfoApi';
import { getRecord } from 'lightning/uiRecordApi';
import { getRelatedListCount, getRelatedListRecords } from 'lightning/uiRelatedListApi';
import { refreshApex } from '@salesforce/apex';
import CAN_SEND from '@salesforce/customPermission/Send_Gifts';
import CURRENCY from '@salesforce/i18n/currency';
import GIFT from '@salesforce/schema/Gift__c';
import SEND_STATUS from '@salesforce/schema/Gift__c.Send_Status__c';
import ORDER_STATUS from '@salesforce/schema/Gift__c.Order_Status__c';
import LIFETIME_COST from '@salesforce/label/c.Gift_Panel_Lifetime_Cost';
import LOADING from '@salesforce/label/c.Gift_Panel_Loading';
import LOAD_FAILED from '@salesforce/label/c.Gift_Panel_Load_Failed';
import NEW_WINDOW from '@salesforce/label/c.Gift_Panel_New_Window';
import NO_ACCESS from '@salesforce/label/c.Gift_Panel_No_Access';
import NO_GIFTS from '@salesforce/label/c.Gift_Panel_No_Gifts';
import NO_RECIPIENT from '@salesforce/label/c.Gift_Panel_No_Recipient';
import NO_RELATIONSHIP from '@salesforce/label/c.Gift_Panel_No_Relationship';
import REFRESH from '@salesforce/label/c.Gift_Panel_Refresh';
import SEND from '@salesforce/label/c.Gift_Panel_Send';
import SHOW_MORE from '@salesforce/label/c.Gift_Panel_Show_More';
import SHOWN from '@salesforce/label/c.Gift_Panel_Shown';
import TITLE from '@salesforce/label/c.Gift_Panel_Title';
import WRONG_FIELD from '@salesforce/label/c.Gift_Panel_Wrong_Field';
import { NEWEST_FIRST, OPTIONAL_FIELDS, REQUIRED_FIELDS } from 'c/giftFields';
import { isRecipientObject, obstacleTo, optionalFields, readRecipient, requiredFields } from 'c/giftRecipient';
import { fill, reasonOf } from 'c/giftText';

// A related list gives at most this many records, and counting further would be of no use to anybody.
const MOST_GIFTS = 1999;

/**
 * The gifts of a record, on a record page of any object.
 *
 * Shown are the gifts of the parent: the record itself, or the Contact or Lead that its field recipientField names.
 * The parent must be an object that Gift__c looks up. Gifts can be sent when it is a Contact or Lead.
 */
export default class GiftPanel extends LightningElement {
    @api recordId;
    @api objectApiName;

    labels = {
        lifetimeCost: LIFETIME_COST,
        loading: LOADING,
        newWindow: NEW_WINDOW,
        noGifts: NO_GIFTS,
        refresh: REFRESH,
        send: SEND,
        showMore: SHOW_MORE
    };
    giftObject = GIFT.objectApiName;
    requiredGiftFields = REQUIRED_FIELDS;
    optionalGiftFields = OPTIONAL_FIELDS;
    newestFirst = NEWEST_FIRST;
    mostGifts = MOST_GIFTS;
    sendStatus = SEND_STATUS;
    orderStatus = ORDER_STATUS;

    pages = 1;
    wiredGifts = {};
    received = {};
    loadingMore = false;
    firstNewEntry;
    _pageSize = 5;
    _recipientField;

    /** Number of gifts shown at first, and added by each "Show More". */
    @api
    get pageSize() {
        return this._pageSize;
    }
    set pageSize(number) {
        this._pageSize = Math.max(1, Number(number) || 5);
    }

    /** API name of the page's own lookup to a Contact or Lead; empty when the record itself is the parent. */
    @api
    get recipientField() {
        return this._recipientField;
    }
    set recipientField(name) {
        this._recipientField = name?.trim() || undefined;
    }

    @wire(getObjectInfo, { objectApiName: '$giftObject' })
    giftInfo = {};

    @wire(getPicklistValues, { recordTypeId: '$giftRecordType', fieldApiName: '$sendStatus' })
    sendStatuses = {};

    @wire(getPicklistValues, { recordTypeId: '$giftRecordType', fieldApiName: '$orderStatus' })
    orderStatuses = {};

    @wire(getObjectInfo, { objectApiName: '$pageObject' })
    pageInfo = {};

    @wire(getRecord, { recordId: '$recordId', fields: '$lookupFields' })
    pageRecord = {};

    @wire(getObjectInfo, { objectApiName: '$parentObject' })
    parentInfo = {};

    @wire(getRecord, { recordId: '$parentId', fields: '$requiredFields', optionalFields: '$optionalFields' })
    recipientRecord = {};

    @wire(getRelatedListCount, {
        parentRecordId: '$parentId',
        relatedListId: '$relationship',
        maxCount: '$mostGifts'
    })
    giftCount = {};

    @wire(getRelatedListRecords, {
        parentRecordId: '$parentId',
        relatedListId: '$relationship',
        fields: '$requiredGiftFields',
        optionalFields: '$optionalGiftFields',
        sortBy: '$newestFirst',
        pageSize: '$shownAtMost'
    })
    receiveGifts(wired) {
        const { data, error } = wired;
        this.wiredGifts = wired;
        if (data || error) {
            const { records, nextPageToken } = data ?? this.ownGifts ?? {};
            this.received = { parentId: this.parentId, records, nextPageToken, error };
            this.loadingMore = false;
        }
    }

    renderedCallback() {
        const entry = this.template.querySelectorAll('c-gift-entry')[this.firstNewEntry];
        if (entry) {
            this.firstNewEntry = undefined;
            entry.focus();
        }
    }

    // Of the wires above, those with an undefined parameter wait. That is how each finds its turn.

    get giftRecordType() {
        return this.giftInfo.data?.defaultRecordTypeId;
    }

    get pageObject() {
        return this.recipientField && this.objectApiName;
    }

    get lookupFields() {
        return this.lookupTarget && [`${this.objectApiName}.${this.recipientField}`];
    }

    /** Contact or Lead, when the field is a lookup to exactly one of them. */
    get lookupTarget() {
        const targets = this.pageInfo.data?.fields[this.recipientField]?.referenceToInfos ?? [];
        return targets.length === 1 && isRecipientObject(targets[0].apiName) ? targets[0].apiName : undefined;
    }

    get lookupValue() {
        return this.pageRecord.data?.fields[this.recipientField]?.value;
    }

    get parentObject() {
        return this.recipientField ? this.lookupTarget : this.objectApiName;
    }

    get parentId() {
        return this.recipientField ? (this.lookupValue ?? undefined) : this.recordId;
    }

    get relationship() {
        const children = this.parentInfo.data?.childRelationships ?? [];
        return children.find((child) => child.childObjectApiName === GIFT.objectApiName)?.relationshipName;
    }

    get requiredFields() {
        return requiredFields(this.parentObject);
    }

    get optionalFields() {
        return optionalFields(this.parentObject);
    }

    get shownAtMost() {
        return Math.min(this.pageSize * this.pages, MOST_GIFTS);
    }

    // What is shown.

    /** What was received for the parent at hand. The page's lookup may name somebody else by now. */
    get ownGifts() {
        return this.received.parentId === this.parentId ? this.received : undefined;
    }

    get gifts() {
        return this.ownGifts?.records;
    }

    get giftsError() {
        return this.ownGifts?.error;
    }

    get hasMore() {
        return Boolean(this.ownGifts?.nextPageToken) && this.shownAtMost < MOST_GIFTS;
    }

    /** Why there is no list: {message, variant}, or undefined. */
    get problem() {
        if (isRefusal(this.giftInfo.error)) {
            return { message: NO_ACCESS, variant: 'info' };
        }
        const error = this.basis.map((wired) => wired.error).find(Boolean);
        if (error ?? this.giftsError) {
            return { message: fill(LOAD_FAILED, reasonOf(error ?? this.giftsError)), variant: 'error' };
        }
        if (this.pageInfo.data && !this.lookupTarget) {
            return { message: fill(WRONG_FIELD, this.recipientField), variant: 'warning' };
        }
        if (this.pageRecord.data && !this.lookupValue) {
            return { message: NO_RECIPIENT, variant: 'info' };
        }
        if (this.parentInfo.data && !this.relationship) {
            return { message: NO_RELATIONSHIP, variant: 'warning' };
        }
        return undefined;
    }

    /** What has to be known before gifts can be asked for. */
    get basis() {
        return [this.giftInfo, this.pageInfo, this.pageRecord, this.parentInfo];
    }

    get loading() {
        return !this.problem && !this.gifts;
    }

    get listed() {
        return !this.problem && Boolean(this.gifts);
    }

    get empty() {
        return this.listed && this.gifts.length === 0;
    }

    get title() {
        const { count, hasMore } = this.giftCount.data ?? {};
        return this.listed && count ? `${TITLE} (${count}${hasMore ? '+' : ''})` : TITLE;
    }

    get shownText() {
        return this.pages > 1 && this.listed ? fill(SHOWN, this.gifts.length) : '';
    }

    get statusLabels() {
        const values = [this.sendStatuses, this.orderStatuses].flatMap((wired) => wired.data?.values ?? []);
        return Object.fromEntries(values.map(({ value, label }) => [value, label]));
    }

    get recipient() {
        return this.recipientRecord.data && readRecipient(this.recipientRecord.data);
    }

    get hasLifetimeCost() {
        return this.listed && typeof this.recipient?.lifetimeCost === 'number';
    }

    get currencyCode() {
        return this.recipient.currencyCode ?? CURRENCY;
    }

    /** Why no gift can be sent. An opt-out is of interest to everybody, the rest to those who may send. */
    get obstacle() {
        const concerned = this.recipient && !this.problem && (CAN_SEND || this.recipient.giftOptOut);
        return concerned ? obstacleTo(this.recipient) : undefined;
    }

    get sendLink() {
        const possible = CAN_SEND && this.recipient && !this.problem && !this.obstacle;
        return possible ? this.recipient.sendLink : undefined;
    }

    handleShowMore() {
        this.firstNewEntry = this.gifts.length;
        this.loadingMore = true;
        this.pages += 1;
    }

    /** Reads again what changes; refreshApex does that for every wire of Lightning Data Service, whatever its name says. */
    handleRefresh() {
        const changing = [this.wiredGifts, this.giftCount, this.recipientRecord];
        const asked = [
            ...this.basis.filter(({ error }) => error),
            ...changing.filter(({ data, error }) => data ?? error)
        ];
        // A wire tells of its failure itself; here nothing is left to be done about it.
        return Promise.allSettled(asked.map((wired) => refreshApex(wired)));
    }
}

/** Whether an error says that the user may not: any other may be gone when it is tried again. */
function isRefusal(error) {
    return error?.status >= 400 && error.status < 500;
}

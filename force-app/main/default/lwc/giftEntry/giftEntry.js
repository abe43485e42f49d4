import { LightningElement, api } from 'lwc';
import { NavigationMixin } from 'lightning/navigation';
import { getFieldDisplayValue, getFieldValue } from 'lightning/uiRecordApi';
import GIFT from '@salesforce/schema/Gift__c';
import NUMBER from '@salesforce/schema/Gift__c.Name';
import CARRIER from '@salesforce/schema/Gift__c.Carrier__c';
import GIFT_NAME from '@salesforce/schema/Gift__c.Gift_Name__c';
import GIFT_VALUE from '@salesforce/schema/Gift__c.Gift_Value__c';
import ORDER_STATUS from '@salesforce/schema/Gift__c.Order_Status__c';
import SEND_STATUS from '@salesforce/schema/Gift__c.Send_Status__c';
import SYNC_ERROR from '@salesforce/schema/Gift__c.Sync_Error__c';
import TRACKING_URL from '@salesforce/schema/Gift__c.Tracking_URL__c';
import CURRENCY from '@salesforce/i18n/currency';
import TIME_ZONE from '@salesforce/i18n/timeZone';
import CANCELED from '@salesforce/label/c.Gift_Panel_Canceled';
import EXPIRED from '@salesforce/label/c.Gift_Panel_Expired';
import NEW_WINDOW from '@salesforce/label/c.Gift_Panel_New_Window';
import PROGRESS from '@salesforce/label/c.Gift_Panel_Progress';
import REQUESTED from '@salesforce/label/c.Gift_Panel_Requested';
import TRACK from '@salesforce/label/c.Gift_Panel_Track';
import TRACK_WITH from '@salesforce/label/c.Gift_Panel_Track_With';
import { ENDED, readStage } from 'c/giftStage';
import { fill, webAddress } from 'c/giftText';

const ENDINGS = { [ENDED.CANCELED]: CANCELED, [ENDED.EXPIRED]: EXPIRED };

/** One gift. gift: a record of the UI API. statusLabels: {value: label} of both status picklists, for the steps. */
export default class GiftEntry extends NavigationMixin(LightningElement) {
    @api statusLabels = {};

    labels = { newWindow: NEW_WINDOW };
    timeZone = TIME_ZONE;
    href;
    _gift;

    @api
    get gift() {
        return this._gift;
    }
    set gift(record) {
        this._gift = record;
        // Before it is connected, results are unexpected. Source: Component Reference, lightning/navigation.
        if (this.isConnected) {
            this.findAddress();
        }
    }

    connectedCallback() {
        this.findAddress();
    }

    @api
    focus() {
        this.template.querySelector('a').focus();
    }

    get stage() {
        return readStage(this.gift);
    }

    get number() {
        return getFieldValue(this.gift, NUMBER);
    }

    get name() {
        return getFieldValue(this.gift, GIFT_NAME);
    }

    /** The gift's number stands in for its name until somebody has chosen the gift. */
    get title() {
        return this.name || this.number;
    }

    get status() {
        const { ended, status } = this.stage;
        if (ended) {
            return ENDINGS[ended];
        }
        const field = status === getFieldValue(this.gift, ORDER_STATUS) ? ORDER_STATUS : SEND_STATUS;
        return status ? getFieldDisplayValue(this.gift, field) || status : REQUESTED;
    }

    get badgeClass() {
        const delivered = this.stage.reached === this.stage.steps.length;
        return delivered ? 'slds-badge slds-theme_success' : 'slds-badge';
    }

    get progressName() {
        return fill(PROGRESS, this.title);
    }

    get steps() {
        return this.stage.steps.map(({ status, date }) => ({ label: this.statusLabels[status] ?? status, date }));
    }

    get stopped() {
        return this.stage.ended !== undefined;
    }

    get value() {
        return getFieldValue(this.gift, GIFT_VALUE);
    }

    get hasValue() {
        return this.value !== undefined && this.value !== null;
    }

    get currencyCode() {
        return this.gift.fields.CurrencyIsoCode?.value ?? CURRENCY;
    }

    get trackingLink() {
        return webAddress(getFieldValue(this.gift, TRACKING_URL));
    }

    get trackingText() {
        const carrier = getFieldValue(this.gift, CARRIER);
        return carrier ? fill(TRACK_WITH, carrier) : TRACK;
    }

    get syncError() {
        return getFieldValue(this.gift, SYNC_ERROR);
    }

    handleOpen(event) {
        // The link's own address serves new tabs and windows; a plain click stays within the app and its tabs.
        if (event.ctrlKey || event.metaKey || event.shiftKey) {
            return;
        }
        event.preventDefault();
        this[NavigationMixin.Navigate](pageOf(this.gift));
    }

    async findAddress() {
        this.href = await this[NavigationMixin.GenerateUrl](pageOf(this.gift));
    }
}

function pageOf(gift) {
    return {
        type: 'standard__recordPage',
        attributes: { recordId: gift.id, objectApiName: GIFT.objectApiName, actionName: 'view' }
    };
}

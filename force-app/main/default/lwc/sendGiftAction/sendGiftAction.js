import { LightningElement, api, wire } from 'lwc';
import { CloseActionScreenEvent } from 'lightning/actions';
import { getRecord } from 'lightning/uiRecordApi';
import CAN_SEND from '@salesforce/customPermission/Send_Gifts';
import CANCEL from '@salesforce/label/c.Gift_Panel_Cancel';
import LOADING from '@salesforce/label/c.Gift_Panel_Loading';
import LOAD_FAILED from '@salesforce/label/c.Gift_Panel_Load_Failed';
import NEW_WINDOW from '@salesforce/label/c.Gift_Panel_New_Window';
import NO_PERMISSION from '@salesforce/label/c.Gift_Panel_No_Permission';
import SEND from '@salesforce/label/c.Gift_Panel_Send';
import SEND_TO from '@salesforce/label/c.Gift_Panel_Send_To';
import { obstacleTo, optionalFields, readRecipient, requiredFields } from 'c/giftRecipient';
import { fill, reasonOf } from 'c/giftText';

/**
 * The quick action "Send a Gift" of Contacts and Leads.
 *
 * The connector's page opens from a link that the user presses here, and not by itself: browsers block windows that
 * open while nobody pressed anything, and the address is only known after the record was read.
 */
export default class SendGiftAction extends LightningElement {
    // The platform sets both only after the component is on the page; the wire waits for them.
    @api recordId;
    @api objectApiName;

    labels = { cancel: CANCEL, loading: LOADING, newWindow: NEW_WINDOW, send: SEND };

    @wire(getRecord, { recordId: '$recordId', fields: '$requiredFields', optionalFields: '$optionalFields' })
    recipientRecord = {};

    get requiredFields() {
        return requiredFields(this.objectApiName);
    }

    get optionalFields() {
        return optionalFields(this.objectApiName);
    }

    get recipient() {
        return this.recipientRecord.data && readRecipient(this.recipientRecord.data);
    }

    get loading() {
        return !this.notice && !this.recipient;
    }

    get notice() {
        if (!CAN_SEND) {
            return { message: NO_PERMISSION, variant: 'info' };
        }
        if (this.recipientRecord.error) {
            return { message: fill(LOAD_FAILED, reasonOf(this.recipientRecord.error)), variant: 'error' };
        }
        return this.recipient && obstacleTo(this.recipient);
    }

    get sendLink() {
        return this.recipient && !this.notice ? this.recipient.sendLink : undefined;
    }

    get invitation() {
        return fill(SEND_TO, this.recipient.name);
    }

    handleClose() {
        this.dispatchEvent(new CloseActionScreenEvent());
    }
}

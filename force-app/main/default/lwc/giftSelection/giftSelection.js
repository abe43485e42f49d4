import { LightningElement, api } from 'lwc';
import CAN_SEND from '@salesforce/customPermission/Send_Gifts';
import NEW_WINDOW from '@salesforce/label/c.Gift_Panel_New_Window';
import NONE_SELECTED from '@salesforce/label/c.Gift_Panel_None_Selected';
import NOT_CONNECTED from '@salesforce/label/c.Gift_Panel_Not_Connected';
import NO_PERMISSION from '@salesforce/label/c.Gift_Panel_No_Permission';
import SEND_GIFTS from '@salesforce/label/c.Gift_Panel_Send_Gifts';
import SEND_TO_SELECTED from '@salesforce/label/c.Gift_Panel_Send_To_Selected';
import TOO_MANY from '@salesforce/label/c.Gift_Panel_Too_Many';
import { fill, webAddress } from 'c/giftText';

// Key prefixes of the objects that can receive gifts; they are the same in every org.
const OBJECTS = { '003': 'Contact', '00Q': 'Lead' };
// What a list view lets people select at once.
const MOST = 200;

/**
 * The screen of the flow behind the list button "Send Gifts": leads to the connector with the people selected.
 *
 * recordIds: their Ids, all of one object. sendPage: the connector's page with the org, to which object and Ids are added.
 */
export default class GiftSelection extends LightningElement {
    @api recordIds = [];
    @api sendPage;

    labels = { newWindow: NEW_WINDOW, send: SEND_GIFTS };

    get ids() {
        return [...new Set(this.recordIds ?? [])];
    }

    get objectApiName() {
        return OBJECTS[this.ids[0]?.slice(0, 3)];
    }

    /** Why there is nothing to follow: {message, variant}, or undefined. */
    get notice() {
        if (!CAN_SEND) {
            return { message: NO_PERMISSION, variant: 'info' };
        }
        if (!this.objectApiName) {
            return { message: NONE_SELECTED, variant: 'info' };
        }
        if (this.ids.length > MOST) {
            return { message: fill(TOO_MANY, MOST), variant: 'warning' };
        }
        return webAddress(this.sendPage) ? undefined : { message: NOT_CONNECTED, variant: 'info' };
    }

    get sendLink() {
        return this.notice ? undefined : `${this.sendPage}&object=${this.objectApiName}&ids=${this.ids.join(',')}`;
    }

    get invitation() {
        return fill(SEND_TO_SELECTED, this.ids.length);
    }
}

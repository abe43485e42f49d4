import { LightningElement, api } from 'lwc';
import DONE from '@salesforce/label/c.Gift_Panel_Step_Done';
import DONE_ON from '@salesforce/label/c.Gift_Panel_Step_Done_On';
import NEVER from '@salesforce/label/c.Gift_Panel_Step_Never';
import NOT_YET from '@salesforce/label/c.Gift_Panel_Step_Not_Yet';
import LOCALE from '@salesforce/i18n/locale';
import TIME_ZONE from '@salesforce/i18n/timeZone';
import { fill } from 'c/giftText';

const DATE = new Intl.DateTimeFormat(LOCALE, { year: 'numeric', month: 'short', day: 'numeric', timeZone: TIME_ZONE });

/**
 * The way of one gift, as a row of marks that screen readers read as a list.
 *
 * name: what the way belongs to. steps: [{label, date}], date an ISO text or undefined.
 * reached: how many steps are done. stopped: true when no further step will come.
 */
export default class GiftProgress extends LightningElement {
    @api name;
    @api steps = [];
    @api reached = 0;
    @api stopped = false;

    get items() {
        return this.steps.map((step, index) => {
            const state = this.stateOf(index);
            return {
                // Not the label: a language may call two steps the same.
                key: String(index),
                text: describe(step, state),
                markClass: `step step_${state}`,
                current: index === this.reached - 1 ? 'step' : undefined
            };
        });
    }

    stateOf(index) {
        if (index < this.reached) {
            return 'done';
        }
        return this.stopped ? 'never' : 'open';
    }
}

function describe({ label, date }, state) {
    if (state === 'done') {
        return date ? fill(DONE_ON, label, DATE.format(new Date(date))) : fill(DONE, label);
    }
    return fill(state === 'never' ? NEVER : NOT_YET, label);
}

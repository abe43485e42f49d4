import { LightningElement, api } from 'lwc';

const ICONS = { info: 'utility:info_alt', warning: 'utility:warning', error: 'utility:error' };

/** One sentence to the user. variant: info, warning or error; errors are announced at once, the others when it suits. */
export default class GiftNotice extends LightningElement {
    @api message;
    @api variant = 'info';

    get iconName() {
        return ICONS[this.variant];
    }

    get iconVariant() {
        return this.variant === 'info' ? undefined : this.variant;
    }

    get role() {
        return this.variant === 'error' ? 'alert' : 'status';
    }

    get boxClass() {
        return `notice notice_${this.variant} slds-media`;
    }
}

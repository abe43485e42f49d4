import { refreshAll } from 'harness/wire';

export class RefreshEvent extends CustomEvent {
    constructor() {
        super('lightning__refresh', { bubbles: true, composed: true, cancelable: true });
        refreshAll();
    }
}

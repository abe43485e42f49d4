import { LightningElement, api } from 'lwc';

/** Stands in for the base component of this name, which is not among the published ones: the modal of the SLDS. */
export default class QuickActionPanel extends LightningElement {
    @api header;
}

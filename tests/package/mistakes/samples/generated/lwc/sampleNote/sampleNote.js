import { LightningElement, api } from "lwc";

export default class SampleNote extends LightningElement {
    @api recordId;
}

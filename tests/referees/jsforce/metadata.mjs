// Metadata API, and queries of the Tooling API.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

export async function describe_lists_the_types(conn) {
  const types = (await conn.metadata.describe('62.0')).metadataObjects.map((one) => one.xmlName);
  for (const name of ['CustomObject', 'PermissionSet', 'Layout']) {
    assert.ok(types.includes(name), name);
  }
}

export async function list_names_what_was_deployed(conn) {
  const listed = await conn.metadata.list([{ type: 'CustomObject' }], '62.0');
  assert.ok(listed.some((one) => one.fullName === 'Parcel__c' && one.fileName === 'objects/Parcel__c.object'));
}

export async function read_shows_an_object_with_its_fields(conn) {
  const found = await conn.metadata.read('CustomObject', 'Parcel__c');
  assert.equal(found.label, 'Parcel');
  assert.ok([found.fields].flat().some((field) => field.fullName === 'Code__c'));
}

export async function an_object_is_created_updated_and_deleted(conn) {
  const object = {
    fullName: 'Crate__c', label: 'Crate', pluralLabel: 'Crates', deploymentStatus: 'Deployed',
    sharingModel: 'ReadWrite', nameField: { type: 'Text', label: 'Name' },
  };
  assert.equal((await conn.metadata.create('CustomObject', object)).success, true);
  assert.equal((await conn.metadata.update('CustomObject', { ...object, label: 'Box' })).success, true);
  assert.equal((await conn.metadata.read('CustomObject', 'Crate__c')).label, 'Box');
  assert.equal((await conn.metadata.delete('CustomObject', 'Crate__c')).success, true);
}

export async function a_deploy_is_followed_to_its_end(conn) {
  const zip = readFileSync(process.env.PACKAGE_ZIP);
  const result = await conn.metadata.deploy(zip, { singlePackage: true, checkOnly: true }).complete(true);
  assert.deepEqual([result.status, result.success, result.checkOnly], ['Succeeded', true, true]);
}

export async function a_retrieve_brings_the_files(conn) {
  const job = conn.metadata.retrieve({
    apiVersion: '62.0', singlePackage: true,
    unpackaged: { types: [{ name: 'CustomObject', members: ['Parcel__c'] }], version: '62.0' },
  });
  const result = await job.complete();
  assert.ok(Buffer.from(result.zipFile, 'base64').includes('objects/Parcel__c.object'));
}

export async function tooling_queries_find_fields(conn) {
  const soql = "SELECT DeveloperName FROM CustomObject WHERE DeveloperName = 'Parcel'";
  assert.equal((await conn.tooling.query(soql)).records[0].DeveloperName, 'Parcel');
}

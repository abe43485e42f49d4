// Records one by one and by the hundred, and queries over them.
import assert from 'node:assert/strict';

export async function create_retrieve_update_and_delete_a_record(conn) {
  const made = await conn.sobject('Account').create({ Name: 'One', NumberOfEmployees: 5 });
  assert.equal(made.success, true);
  const found = await conn.sobject('Account').retrieve(made.id);
  assert.deepEqual([found.Name, found.NumberOfEmployees], ['One', 5]);
  await conn.sobject('Account').update({ Id: made.id, Name: 'Uno' });
  assert.equal((await conn.sobject('Account').retrieve(made.id)).Name, 'Uno');
  await conn.sobject('Account').destroy(made.id);
  await assert.rejects(conn.sobject('Account').retrieve(made.id), { errorCode: 'NOT_FOUND' });
}

export async function a_missing_field_is_named(conn) {
  await assert.rejects(conn.sobject('Account').create({}), {
    errorCode: 'REQUIRED_FIELD_MISSING',
    message: 'Required fields are missing: [Name]',
  });
}

export async function collections_report_each_record(conn) {
  const made = await conn.sobject('Account').create([{ Name: 'A' }, {}, { Name: 'C' }]);
  assert.deepEqual(made.map((one) => one.success), [true, false, true]);
  const gone = await conn.sobject('Account').destroy(made.filter((one) => one.success).map((one) => one.id));
  assert.ok(gone.every((one) => one.success));
}

export async function upsert_by_an_external_id_creates_once(conn) {
  const first = await conn.sobject('Parcel__c').upsert({ Name: 'P', Code__c: 'c-1' }, 'Code__c');
  const second = await conn.sobject('Parcel__c').upsert({ Name: 'Q', Code__c: 'c-1' }, 'Code__c');
  assert.deepEqual([first.created, second.created], [true, false]);
  assert.equal((await conn.sobject('Parcel__c').findOne({ Code__c: 'c-1' })).Name, 'Q');
}

export async function a_query_of_several_pages_is_fetched_whole(conn) {
  const names = Array.from({ length: 2100 }, (_, i) => ({ LastName: `Paged ${String(i).padStart(4, '0')}` }));
  await conn.bulk2.loadAndWaitForResults({ object: 'Contact', operation: 'insert', input: names });
  const soql = "SELECT LastName FROM Contact WHERE LastName LIKE 'Paged %' ORDER BY LastName";
  const first = await conn.query(soql);
  assert.deepEqual([first.done, first.totalSize, first.records.length], [false, 2100, 2000]);
  const rest = await conn.queryMore(first.nextRecordsUrl);
  assert.deepEqual([rest.done, rest.records.length], [true, 100]);
  const all = await conn.query(soql, { autoFetch: true, maxFetch: 5000 });
  assert.equal(all.records.length, 2100);
  assert.equal(all.records.at(-1).LastName, 'Paged 2099');
}

export async function the_query_builder_reaches_parents_and_children(conn) {
  const account = await conn.sobject('Account').create({ Name: 'Holder' });
  await conn.sobject('Contact').create({ LastName: 'Held', AccountId: account.id });
  const [contact] = await conn.sobject('Contact').find({ 'Account.Name': 'Holder' }, 'LastName, Account.Name');
  assert.equal(contact.Account.Name, 'Holder');
  const [holder] = await conn
    .sobject('Account')
    .select('Id, Name')
    .include('Contacts')
    .select('LastName')
    .end()
    .where({ Name: 'Holder' });
  assert.equal(holder.Contacts.records[0].LastName, 'Held');
}

export async function children_come_with_their_parents(conn) {
  const account = await conn.sobject('Account').create({ Name: 'Parent' });
  await conn.sobject('Contact').create({ LastName: 'Child', AccountId: account.id });
  const result = await conn.query("SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name = 'Parent'");
  assert.deepEqual([result.records[0].Contacts.totalSize, result.records[0].Contacts.done], [1, true]);
}

export async function counting_and_grouping(conn) {
  await conn.sobject('Account').create([{ Name: 'Counted' }, { Name: 'Counted' }]);
  assert.equal(await conn.sobject('Account').count({ Name: 'Counted' }), 2);
  const { records } = await conn.query('SELECT Name n, COUNT(Id) c FROM Account GROUP BY Name');
  assert.ok(records.some((record) => record.n === 'Counted' && record.c === 2));
}

export async function a_wrong_query_names_the_place(conn) {
  await assert.rejects(conn.query('SELECT Nope__c FROM Account'), (error) => {
    assert.equal(error.errorCode, 'INVALID_FIELD');
    assert.match(error.message, /ERROR at Row:1:Column:8/);
    return true;
  });
}

export async function deleted_records_are_seen_by_scanning_all(conn) {
  const made = await conn.sobject('Account').create({ Name: 'Gone' });
  await conn.sobject('Account').destroy(made.id);
  const soql = "SELECT Id, IsDeleted FROM Account WHERE Name = 'Gone'";
  assert.equal((await conn.query(soql)).totalSize, 0);
  assert.equal((await conn.query(soql, { scanAll: true })).records[0].IsDeleted, true);
}

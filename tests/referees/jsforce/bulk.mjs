// Both Bulk APIs.
import assert from 'node:assert/strict';

const people = (prefix, count) =>
  Array.from({ length: count }, (_, i) => ({ LastName: `${prefix} ${i}`, FirstName: 'Jo' }));
const nameless = { LastName: '', FirstName: 'Nameless' };

export async function the_first_api_loads_and_reports_rows(conn) {
  const outcome = await conn.bulk.load('Contact', 'insert', [...people('First', 3), nameless]);
  assert.deepEqual(outcome.map((row) => row.success), [true, true, true, false]);
  assert.match(outcome[3].errors[0], /REQUIRED_FIELD_MISSING/);
}

export async function the_first_api_queries(conn) {
  await conn.bulk.load('Contact', 'insert', people('Sought', 3));
  const stream = await conn.bulk.query("SELECT Id, LastName FROM Contact WHERE LastName LIKE 'Sought %'");
  assert.equal((await stream.toArray()).length, 3);
}

export async function the_first_api_deletes(conn) {
  const made = await conn.bulk.load('Contact', 'insert', people('Brief', 3));
  const outcome = await conn.bulk.load('Contact', 'delete', made.map(({ id }) => ({ Id: id })));
  assert.deepEqual(outcome.map((row) => row.success), [true, true, true]);
  assert.equal(await conn.sobject('Contact').count({ LastName: { $like: 'Brief %' } }), 0);
}

export async function the_second_api_loads_and_reports_rows(conn) {
  const input = [...people('Second', 250), nameless];
  const outcome = await conn.bulk2.loadAndWaitForResults({ object: 'Contact', operation: 'insert', input });
  assert.deepEqual(
    [outcome.successfulResults.length, outcome.failedResults.length, outcome.unprocessedRecords.length],
    [250, 1, 0],
  );
  assert.match(outcome.failedResults[0].sf__Error, /^REQUIRED_FIELD_MISSING:/);
}

export async function the_second_api_queries(conn) {
  const input = people('Found', 250);
  await conn.bulk2.loadAndWaitForResults({ object: 'Contact', operation: 'insert', input });
  const stream = await conn.bulk2.query("SELECT Id, LastName FROM Contact WHERE LastName LIKE 'Found %'");
  assert.equal((await stream.toArray()).length, 250);
}

export async function the_second_api_upserts_by_an_external_id(conn) {
  const input = [{ Name: 'R', Code__c: 'c-2' }, { Name: 'S', Code__c: 'c-3' }];
  const job = { object: 'Parcel__c', operation: 'upsert', externalIdFieldName: 'Code__c', input };
  const first = await conn.bulk2.loadAndWaitForResults(job);
  const second = await conn.bulk2.loadAndWaitForResults(job);
  assert.deepEqual(first.successfulResults.map((row) => row.sf__Created), ['true', 'true']);
  assert.deepEqual(second.successfulResults.map((row) => row.sf__Created), ['false', 'false']);
}

export async function the_second_api_takes_other_delimiters_and_line_ends(conn) {
  const job = conn.bulk2.createJob({
    object: 'Account', operation: 'insert', columnDelimiter: 'PIPE', lineEnding: 'CRLF',
  });
  await job.open();
  await job.uploadData('Name|Description\r\nPiped|a,b\r\n');
  await job.close();
  await job.poll();
  assert.equal((await job.getSuccessfulResults())[0].Name, 'Piped');
}

export async function the_second_api_aborts_and_deletes_jobs(conn) {
  const job = conn.bulk2.createJob({ object: 'Account', operation: 'insert' });
  await job.open();
  assert.equal((await job.check()).state, 'Open');
  await job.abort();
  assert.equal((await job.check()).state, 'Aborted');
  await job.delete();
  await assert.rejects(job.check(), { errorCode: 'NOT_FOUND' });
}

export async function a_job_of_unknown_fields_fails_with_its_reason(conn) {
  const load = conn.bulk2.loadAndWaitForResults({ object: 'Account', operation: 'insert', input: [{ Nope: 'x' }] });
  await assert.rejects(load, /InvalidBatch : Field name not found : Nope/);
}

// The org itself: who is asking, what there is, how much of it may be asked.
import assert from 'node:assert/strict';

export async function identity_names_the_user(conn) {
  assert.equal((await conn.identity()).username, 'admin@local.example');
}

export async function limits_count_the_calls(conn) {
  const limits = await conn.limits();
  assert.ok(limits.DailyApiRequests.Remaining < limits.DailyApiRequests.Max);
  assert.ok(conn.limitInfo.apiUsage.used > 0);
}

export async function describes_show_objects_and_fields(conn) {
  const objects = (await conn.describeGlobal()).sobjects.map((one) => one.name);
  assert.ok(objects.includes('Parcel__c'));
  const fields = (await conn.sobject('Parcel__c').describe()).fields.map((one) => one.name);
  assert.ok(fields.includes('Code__c'));
}

export async function versions_are_listed(conn) {
  const versions = await conn.request(`${conn.instanceUrl}/services/data`);
  assert.ok(versions.some((one) => one.version === '62.0'));
}

export async function a_wrong_session_is_refused(conn, jsforce) {
  const other = new jsforce.Connection({ instanceUrl: conn.instanceUrl, accessToken: 'wrong' });
  await assert.rejects(other.query('SELECT Id FROM Account'), { errorCode: 'INVALID_SESSION_ID' });
}

export async function a_refresh_function_renews_the_session(conn, jsforce) {
  const other = new jsforce.Connection({
    instanceUrl: conn.instanceUrl,
    accessToken: 'wrong',
    refreshFn: (_, callback) => callback(null, conn.accessToken),
  });
  assert.equal((await other.query('SELECT Id FROM Organization')).totalSize, 1);
}
